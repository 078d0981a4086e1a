import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { JobsModel } from '../../jobs/model';
import { FeaturesModel } from '../model';
import { definitionDifference } from '../view/difference';
import { isOlder } from '../view/lineage';
import { ViewModel } from '../view/model';
import { freshnessAt } from '../words';
import { aProject, aView, list, someStatistics } from './samples';

const trans = nullTranslator.load('jupyter_mlx');

describe('The page of a view', () => {
  let server: TestServer;
  let events: EventStream;
  let features: FeaturesModel;
  let jobs: JobsModel;
  let model: ViewModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET features/projects', list(aProject()));
    server.on('GET features/views', list(aView()));
    server.on('GET features/views/v1', { json: aView() });
    server.on('GET features/views/v1/statistics', {
      json: { statistics: null, freshness: aView().freshness, run: null }
    });
    const client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    features = new FeaturesModel({ client, events });
    jobs = new JobsModel({ client, events });
    model = new ViewModel({ id: 'v1', client, features, jobs });
    events.start(0);
    await until(() => events.status === 'live');
    await features.load();
    await model.load();
  });

  afterEach(async () => {
    model.dispose();
    features.dispose();
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  const asked = (path: string) =>
    server.seen.filter(one => one.path === path).length;

  const push = (what: string, ids: string[]) =>
    server.push({
      id: server.latest + 1,
      kind: 'features.changed',
      subject: ids[0] ?? '',
      data: { what, ids }
    });

  it('reads what it shows first, and nothing else', () => {
    expect(model.project?.name).toBe('flights');
    expect(model.canMaterialize).toBe(true);
    expect(asked('features/views/v1/versions')).toBe(0);
  });

  it('materializes the view by a job that is followed', async () => {
    server.on('POST features/materializations', {
      status: 201,
      json: aRun()
    });
    await model.start('materialize');
    expect(server.seen.find(one => one.method === 'POST')?.body).toEqual({
      views: ['flights/weather']
    });
    expect(model.working('materialize')?.id).toBe('r1');
    const run = aRun({ state: 'FAILED' });
    server.push({ id: 1, kind: 'job.state', subject: 'r1', data: { run } });
    await until(() => model.failed('materialize') !== undefined);
    expect(model.working('materialize')).toBeUndefined();
  });

  it('keeps what the server refuses, with its remedy', async () => {
    const error = { code: 'x', message: 'No.', remedy: 'Apply it.' };
    server.on('POST features/views/v1/statistics', {
      status: 409,
      json: { error }
    });
    await model.start('statistics');
    expect(model.error).toMatchObject({ remedy: 'Apply it.' });
  });

  it('reads statistics when the event says that they are there', async () => {
    const statistics = someStatistics();
    server.on('GET features/views/v1/statistics', {
      json: { statistics, freshness: aView().freshness, run: null }
    });
    push('statistics', ['v2']);
    push('statistics', ['v1']);
    await until(() => model.profileOf('temp') !== undefined);
    expect(asked('features/views/v1/statistics')).toBe(2);
  });

  it('reads its freshness when something was materialized', async () => {
    const freshness = { ...aView().freshness, state: 'fresh' };
    server.on('GET features/views/v1', { json: { ...aView(), freshness } });
    push('materialization', ['v1']);
    await until(() => model.view.value?.freshness.state === 'fresh');
  });

  it('reads its uses when a training set was made', async () => {
    server.on('GET features/views/v1/uses', { json: { from: [], to: [] } });
    await model.uses.want();
    const to = [
      { kind: 'training_set', id: 't', name: 't', version: 1, at: null }
    ];
    server.on('GET features/views/v1/uses', { json: { from: [], to } });
    push('training_set', ['t']);
    await until(() => model.uses.value?.to.length === 1);
  });

  it('appends the next page of materializations', async () => {
    server.on('GET features/views/v1/materializations', ({ query }) => ({
      json: query.get('cursor')
        ? { items: [{ id: 'm2' }], next_cursor: null }
        : { items: [{ id: 'm1' }], next_cursor: 'next' }
    }));
    await model.materializations.want();
    await model.materializations.more();
    expect(model.materializations.value?.items.map(one => one.id)).toEqual([
      'm1',
      'm2'
    ]);
  });

  it('sets a schedule, and puts a refusal to its field', async () => {
    const { schedule } = model;
    server.on('GET config', { json: { timezones: ['UTC'] } });
    server.on('GET schedules/preview', {
      json: { cron: '0 6 * * *', words: 'Every day at 06:00', next_fires: [] }
    });
    server.on('PUT features/materializations/schedule', {
      status: 400,
      json: { error: { code: 'x', message: 'No cron.', field: 'cron' } }
    });
    await schedule.open(false);
    await until(() => schedule.preview !== null);
    await schedule.submit();
    expect(schedule.errorOf('cron')).toMatchObject({ message: 'No cron.' });
    expect(schedule.error).toBeNull();
    server.on('PUT features/materializations/schedule', { json: {} });
    await schedule.submit();
    expect(schedule.isOpen).toBe(false);
    expect(
      server.seen.filter(one => one.method === 'PUT')[1].body
    ).toMatchObject({ cron: '0 6 * * *', project: 'flights', only_new: true });
  });
});

describe('definitionDifference', () => {
  it('tells values by their names, and members of lists by theirs', () => {
    const before = {
      ttl_s: 3600,
      entities: ['origin'],
      features: [
        { name: 'temp', type: 'DOUBLE' },
        { name: 'wind', type: 'DOUBLE' }
      ],
      source: { place: 'a.parquet' }
    };
    const after = {
      ttl_s: null,
      entities: ['origin', 'hour'],
      features: [{ name: 'temp', type: 'FLOAT' }],
      source: { place: 'a.parquet' }
    };
    expect(definitionDifference(before, after)).toEqual([
      { name: 'ttl_s', before: '3600', after: 'none' },
      { name: 'entities', before: 'origin', after: 'origin, hour' },
      { name: 'features.temp.type', before: 'DOUBLE', after: 'FLOAT' },
      { name: 'features.wind.type', before: 'DOUBLE', after: undefined }
    ]);
    expect(definitionDifference(before, before)).toEqual([]);
  });
});

describe('freshnessAt', () => {
  const online_until = '2026-01-01T10:00:00Z';
  const freshness = {
    online_until,
    lag_s: 0,
    state: 'fresh',
    words: 'Now.'
  } as const;
  const at = (hours: number) =>
    freshnessAt(
      aView({ freshness, ttl_s: 7200 }),
      Date.parse(online_until) + hours * 3600000,
      trans
    ).state;

  it('grows old while a page stays open', () => {
    expect(at(1)).toBe('fresh');
    expect(at(3)).toBe('expired');
  });

  it('is what the server says where nothing was materialized', () => {
    expect(freshnessAt(aView(), 0, trans).words).toBe(
      'It was never materialized.'
    );
  });
});

describe('isOlder', () => {
  it('is only what was made from a version that is not in force', () => {
    const use = { kind: 'training_set', id: 't', name: 't', at: null } as const;
    expect(isOlder({ ...use, version: 1 }, aView())).toBe(true);
    expect(isOlder({ ...use, version: 2 }, aView())).toBe(false);
    expect(isOlder({ ...use, version: null }, aView())).toBe(false);
  });
});
