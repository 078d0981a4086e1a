import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { JobsModel } from '../../jobs/model';
import { histogramSpec, topSpec } from '../../ui/charts';
import { CrawlModel } from '../crawl/model';
import { CatalogModel } from '../model';
import { TableModel } from '../table/model';
import { aCrawl, aTable } from './samples';

const list = (...items: unknown[]) => ({ json: { items, next_cursor: null } });

const ACCESS = {
  mode: 'open',
  user: 'ada',
  admin: false,
  permissions: ['describe', 'select'],
  columns: [],
  hidden: 0,
  rows: null,
  masks: {},
  grants: []
};

describe('The pages of tables and crawls', () => {
  let server: TestServer;
  let events: EventStream;
  let jobs: JobsModel;
  let catalog: CatalogModel;
  let client: MlxClient;
  let model: TableModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET catalog/tables/t1', { json: aTable() });
    server.on('GET catalog/tables/t1/access', { json: ACCESS });
    server.on('GET catalog/tables/t1/profile', {
      json: { profile: null, run: null }
    });
    client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    jobs = new JobsModel({ client, events });
    catalog = new CatalogModel({ client, events });
    model = new TableModel({ id: 't1', client, catalog, jobs });
    events.start(0);
    await until(() => events.status === 'live');
  });

  afterEach(async () => {
    model.dispose();
    catalog.dispose();
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  const asked = (path: string) =>
    server.seen.filter(one => one.path === path).length;

  it('reads what it shows first, and nothing else', async () => {
    await model.load();
    expect(model.path).toBe('lake.flights');
    expect(asked('catalog/tables/t1/versions')).toBe(0);
    expect(model.may('select')).toBe(true);
    expect(model.may('tag')).toBe(false);
  });

  it('tags a column by its path', async () => {
    await model.load();
    server.on('POST catalog/assignments', ({ body }) => ({ json: body }));
    await model.tag('pii', 'yes', 'origin');
    const post = server.seen.find(one => one.method === 'POST');
    expect(post?.body).toEqual({
      resource: 'lake.flights.origin',
      tags: { pii: 'yes' }
    });
    expect(asked('catalog/tables/t1')).toBe(2);
  });

  it('adds a value to a key and keeps those that it has', async () => {
    await model.load();
    server.on(
      'GET catalog/tags',
      list({ key: 'pii', values: ['no'], description: 'Personal', used: 0 })
    );
    await model.tagKeys.want();
    server.on('PUT catalog/tags', ({ body }) => ({ json: body }));
    server.on('POST catalog/assignments', ({ body }) => ({ json: body }));
    await model.defineAndTag('pii', 'yes');
    expect(server.seen.find(one => one.method === 'PUT')?.body).toEqual({
      key: 'pii',
      values: ['no', 'yes'],
      description: 'Personal'
    });
  });

  it('keeps what the server refuses, with its remedy', async () => {
    await model.load();
    const error = {
      code: 'permission_missing',
      message: 'No.',
      remedy: 'Ask the owner.'
    };
    server.on('PATCH catalog/notes', { status: 403, json: { error } });
    await model.annotate({ owner: 'eve' });
    expect(model.error).toMatchObject({ remedy: 'Ask the owner.' });
  });

  it('reads the profile when the event says that it is there', async () => {
    await model.load();
    server.on('POST catalog/tables/t1/profile', { status: 201, json: aRun() });
    await model.start('profile');
    expect(model.working('profile')?.id).toBe('r1');
    const profile = { rows: 10, columns: [{ name: 'origin' }] };
    server.on('GET catalog/tables/t1/profile', {
      json: { profile, run: null }
    });
    server.push({
      id: 1,
      kind: 'catalog.changed',
      subject: 't1',
      data: { what: 'profile', ids: ['t1'] }
    });
    await until(() => model.profile.value?.profile !== null);
  });

  it('tells of the run whose profile failed', async () => {
    await model.load();
    server.on('POST catalog/tables/t1/profile', { status: 201, json: aRun() });
    await model.start('profile');
    const run = aRun({ state: 'FAILED' });
    server.push({ id: 1, kind: 'job.state', subject: 'r1', data: { run } });
    await until(() => model.failed('profile') !== undefined);
    expect(model.working('profile')).toBeUndefined();
  });

  it('sorts up, then down, then not at all', async () => {
    server.on('GET catalog/tables/t1/preview', {
      json: { columns: [], rows: [], truncated: true, seconds: 0 }
    });
    const { sample } = model;
    for (const sort of ['delay', '-delay', null]) {
      await sample.sortBy('delay');
      expect(server.seen[server.seen.length - 1].query.get('sort')).toBe(sort);
    }
  });

  it('keeps the rows when a filter is refused', async () => {
    const preview = { columns: [], rows: [[1]], truncated: false, seconds: 0 };
    server.on('GET catalog/tables/t1/preview', ({ query }) =>
      query.has('filter')
        ? {
            status: 400,
            json: { error: { code: 'filter_invalid', message: 'No column x.' } }
          }
        : { json: preview }
    );
    await model.sample.want();
    await model.sample.ask({ filter: 'x = 1' });
    expect(model.sample.error?.message).toBe('No column x.');
    expect(model.sample.preview?.rows).toEqual([[1]]);
  });

  it('follows a crawl by its run until its result is there', async () => {
    jobs.update(aRun());
    server.on('GET catalog/crawls/r1', { status: 404, text: 'none' });
    const crawl = new CrawlModel({ id: 'r1', client, catalog, jobs });
    await crawl.load();
    expect(crawl.error).toBeNull();
    expect(crawl.crawl).toBeNull();
    const push = (id: number, one: object) =>
      server.push({
        id,
        kind: 'crawl.state',
        subject: 'c1',
        data: { crawl: one }
      });
    push(1, aCrawl());
    await until(() => crawl.crawl?.read === 4);
    const whole = aCrawl({
      state: 'SUCCEEDED',
      problems: [{ path: 'a.csv', code: 'broken', message: 'Cut off.' }],
      problems_total: 1
    });
    server.on('GET catalog/crawls/r1', { json: whole });
    push(2, aCrawl({ state: 'SUCCEEDED' }));
    await until(() => crawl.isWhole);
    expect(crawl.crawl?.problems).toHaveLength(1);
    crawl.dispose();
  });

  it('says so when there is neither a crawl nor a run of an id', async () => {
    const crawl = new CrawlModel({ id: 'x', client, catalog, jobs });
    await crawl.load();
    expect(crawl.error?.status).toBe(404);
    crawl.dispose();
  });
});

describe('charts', () => {
  const style = {
    text: '#111',
    grid: '#222',
    mark: '#333',
    font: 'serif',
    dark: false
  };
  const base = { name: 'a', type: 'int64', count: 3, nulls: 0 };

  it('draws each bar of a histogram from edge to edge', () => {
    const histogram = { edges: [0, 5, 10], counts: [1, 2] };
    const spec = histogramSpec({ ...base, histogram }, style);
    expect(spec?.data).toEqual({
      values: [
        { from: 0, to: 5, count: 1 },
        { from: 5, to: 10, count: 2 }
      ]
    });
  });

  it('draws nothing of a column that has nothing', () => {
    expect(histogramSpec(base, style)).toBeNull();
    expect(topSpec({ ...base, top: [] }, style)).toBeNull();
  });
});
