import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { CatalogModel } from '../model';
import { visibleRows } from '../tree';
import { aCrawl, aDatabase, aSource, aTable } from './samples';

const list = (...items: unknown[]) => ({ json: { items, next_cursor: null } });

describe('CatalogModel', () => {
  let server: TestServer;
  let events: EventStream;
  let catalog: CatalogModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET catalog/sources', list(aSource()));
    server.on('GET catalog/databases', list(aDatabase()));
    server.on('GET catalog/crawls', list());
    server.on('GET catalog/tables', list(aTable()));
    events = new EventStream({ serverSettings: server.settings });
    catalog = new CatalogModel({
      client: new MlxClient({ serverSettings: server.settings }),
      events
    });
    events.start(0);
    await until(() => events.status === 'live');
  });

  afterEach(async () => {
    catalog.dispose();
    events.dispose();
    await server.stop();
  });

  it('reads tables only of databases that are opened', async () => {
    await catalog.load();
    expect(catalog.total).toBe(1);
    expect(catalog.tablesOf('d1')).toBeNull();
    await catalog.loadTables('d1');
    expect(catalog.tablesOf('d1')?.items[0].name).toBe('flights');
    expect(
      server.seen.filter(one => one.path === 'catalog/tables')
    ).toHaveLength(1);
  });

  it('reads the next page after the one that it has', async () => {
    server.on('GET catalog/tables', ({ query }) => ({
      json: query.get('cursor')
        ? { items: [aTable({ id: 't2', name: 'planes' })], next_cursor: null }
        : { items: [aTable()], next_cursor: 'next' }
    }));
    await catalog.load();
    await catalog.loadTables('d1');
    expect(catalog.tablesOf('d1')?.hasMore).toBe(true);
    await catalog.loadTables('d1');
    expect(catalog.tablesOf('d1')?.items.map(one => one.name)).toEqual([
      'flights',
      'planes'
    ]);
    expect(catalog.tablesOf('d1')?.hasMore).toBe(false);
  });

  it('says why the tables of a database could not be read', async () => {
    server.on('GET catalog/tables', {
      status: 403,
      json: { error: { code: 'permission_missing', message: 'No.' } }
    });
    await catalog.load();
    await catalog.loadTables('d1');
    expect(catalog.tablesOf('d1')?.error?.message).toBe('No.');
  });

  it('reads again what an event says is another', async () => {
    await catalog.load();
    await catalog.loadTables('d1');
    server.on('GET catalog/tables', list(aTable({ tags: { pii: 'yes' } })));
    server.push({
      id: 1,
      kind: 'catalog.changed',
      subject: 't1',
      data: { what: 'tags', ids: ['t1'] }
    });
    await until(() => catalog.tablesOf('d1')?.items[0].tags.pii === 'yes');
  });

  it('shows a crawl from its queue to its end', async () => {
    await catalog.load();
    server.on('POST catalog/crawls', { status: 201, json: aRun() });
    await catalog.crawl('s1');
    expect(catalog.running).toEqual([
      { source_id: 's1', run_id: 'r1', crawl: null }
    ]);
    const push = (id: number, crawl: object, kind: 'crawl.state') =>
      server.push({ id, kind, subject: 'c1', data: { crawl } });
    push(1, aCrawl(), 'crawl.state');
    await until(() => catalog.running[0]?.crawl?.read === 4);
    expect(catalog.running).toHaveLength(1);
    push(2, aCrawl({ state: 'SUCCEEDED' }), 'crawl.state');
    await until(() => catalog.running.length === 0);
  });

  it('reads a crawl that events only name, and nothing where it may not', async () => {
    await catalog.load();
    let told = aCrawl();
    server.on('GET catalog/crawls/c1', () => ({ json: told }));
    server.on('GET catalog/crawls/c2', { status: 404, text: 'none' });
    const push = (event: number, id: string, state: string) =>
      server.push({
        id: event,
        kind: 'crawl.state',
        subject: id,
        data: { crawl: { id, source_id: 's1', run_id: 'r1', state } }
      });
    push(1, 'c2', 'RUNNING');
    push(2, 'c1', 'RUNNING');
    await until(() => catalog.running[0]?.crawl?.read === 4);
    expect(catalog.running).toHaveLength(1);
    told = aCrawl({ state: 'SUCCEEDED' });
    push(3, 'c1', 'RUNNING');
    push(4, 'c1', 'SUCCEEDED');
    await until(() => catalog.running.length === 0);
  });

  it('forgets a queued crawl whose job ended before it began', async () => {
    await catalog.load();
    server.on('POST catalog/crawls', { status: 201, json: aRun() });
    await catalog.crawl('s1');
    server.push({
      id: 1,
      kind: 'job.state',
      subject: 'r1',
      data: { run: aRun({ state: 'CANCELLED' }) }
    });
    await until(() => catalog.running.length === 0);
  });

  it('draws the open part of the tree alone', async () => {
    await catalog.load();
    const kinds = (...open: string[]) =>
      visibleRows(catalog, new Set(open)).map(row => row.kind);
    expect(kinds()).toEqual(['source']);
    expect(kinds('source:s1', 'database:d1')).toEqual([
      'source',
      'database',
      'loading'
    ]);
    await catalog.loadTables('d1');
    expect(kinds('source:s1', 'database:d1', 'table:t1')).toEqual([
      'source',
      'database',
      'table',
      'column',
      'column'
    ]);
  });
});
