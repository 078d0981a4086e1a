import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import type { ModelRunSearchRequest } from '../../api/types';
import { ExperimentModel } from '../experiment/model';
import { textQuery } from '../experiment/query';
import { PENDING, RunsTable } from '../experiment/runs';
import { ModelsModel } from '../model';
import { anExperiment, aTrackedRun, storeOf } from './runs-samples';

describe('The table of runs', () => {
  let server: TestServer;
  let client: MlxClient;
  let table: RunsTable;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('POST models/runs/search', storeOf(2500));
    client = new MlxClient({ serverSettings: server.settings });
    table = new RunsTable({
      client: client.models,
      experiment: '1',
      query: { text: '', order: null, deleted: false }
    });
    table.reload();
    await until(() => table.isRead);
  });

  afterEach(async () => {
    table.dispose();
    await server.stop();
  });

  const searches = (): ModelRunSearchRequest[] =>
    server.seen
      .filter(one => one.path === 'models/runs/search')
      .map(one => one.body as ModelRunSearchRequest);

  it('reads one page, and knows how many rows there are', () => {
    expect(table.rowCount).toBe(2500);
    expect(table.runs).toHaveLength(100);
    expect(searches()).toHaveLength(1);
  });

  it('reads only the columns that are looked at', async () => {
    expect(table.cell(3, 'metrics.m')).toBe(PENDING);
    expect(table.cell(5, 'metrics.m')).toBe(PENDING);
    await until(() => table.cell(3, 'metrics.m') === 2497);
    expect(searches()[1]).toMatchObject({ columns: ['metrics.m'] });
    expect(searches()).toHaveLength(2);
    expect(table.cell(5, 'params.none')).toBe(PENDING);
    await until(() => table.cell(5, 'params.none') === undefined);
    expect(searches()[2]).toMatchObject({ columns: ['params.none'] });
  });

  it('comes to a far row in few requests, with the columns that are looked at', async () => {
    expect(table.cell(2400, 'metrics.m')).toBe(PENDING);
    await until(() => table.cell(2400, 'metrics.m') === 100);
    const pages = searches().slice(1);
    expect(pages.map(one => one.limit)).toEqual([1000, 1000, 301]);
    expect(pages.every(one => one.columns?.[0] === 'metrics.m')).toBe(true);
    expect(table.run(2400)?.id).toBe('r2400');
  });

  it('sorts on the server, and drops what belongs to the order before', async () => {
    table.ask({ order: { column: 'metrics.m', descending: true } });
    expect(table.run(0)?.id).toBe('r0');
    await until(() => !table.loading);
    expect(table.run(0)?.id).toBe('r2499');
    expect(searches()[1].order_by).toEqual([
      { column: 'metrics.m', descending: true }
    ]);
  });

  it('keeps its rows when a filter is wrong, says why, and goes on with another', async () => {
    server.on('POST models/runs/search', {
      status: 400,
      json: {
        error: {
          code: 'filter_invalid',
          message: 'Unknown column.',
          remedy: 'Write metrics.auc.'
        }
      }
    });
    table.ask({ text: 'metric.auc > 1' });
    await until(() => table.error !== null);
    expect(table.error?.remedy).toBe('Write metrics.auc.');
    expect(table.runs).toHaveLength(100);
    server.on('POST models/runs/search', storeOf(1));
    table.ask({ text: 'metrics.auc > 1' });
    await until(() => table.rowCount === 1);
    expect(table.error).toBeNull();
  });

  it('asks no more after a failure before it is told to', async () => {
    server.on('POST models/runs/search', { status: 503, text: 'down' });
    table.cell(1, 'metrics.m');
    await until(() => table.error !== null);
    const before = searches().length;
    table.cell(2, 'metrics.m');
    table.run(900);
    server.on('POST models/runs/search', storeOf(2500));
    table.retry();
    table.cell(2, 'metrics.m');
    await until(() => table.cell(2, 'metrics.m') === 2498);
    expect(searches()).toHaveLength(before + 2);
  });
});

describe('A text in the filter box', () => {
  it('is a condition where it compares, and words where it does not', () => {
    expect(textQuery('metrics.auc > 0.7')).toEqual({
      filter: 'metrics.auc > 0.7'
    });
    expect(textQuery("params.model LIKE 'a%'").filter).toBeDefined();
    expect(textQuery("attributes.run_id IN ('a')").filter).toBeDefined();
    expect(textQuery(' in the night ')).toEqual({ words: 'in the night' });
    expect(textQuery('  ')).toEqual({});
  });
});

describe('The page of an experiment', () => {
  let server: TestServer;
  let events: EventStream;
  let models: ModelsModel;
  let model: ExperimentModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('POST models/runs/search', storeOf(300));
    server.on('GET models/experiments/1', { json: anExperiment() });
    server.on('GET models/experiments/1/columns', ({ query }) => {
      const kind = query.get('kind');
      const column = kind === 'metric' ? 'metrics.m' : 'params.p';
      const item = { column, kind, name: column, runs: 300, numeric: true };
      return { json: { items: [item], next_cursor: null, total: 1 } };
    });
    const client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    models = new ModelsModel({ client, events });
    model = new ExperimentModel({ id: '1', client, models });
    await model.load();
    await until(() => model.table.isRead);
  });

  afterEach(async () => {
    model.dispose();
    models.dispose();
    events.dispose();
    await server.stop();
  });

  it('shows what most runs have until columns are chosen', () => {
    expect(model.columns).toEqual(['metrics.m', 'params.p']);
    model.setColumns(['metrics.m']);
    expect(model.state.columns).toEqual(['metrics.m']);
    model.setColumns(null);
    expect(model.columns).toEqual(['metrics.m', 'params.p']);
  });

  it('sorts by a head downwards, upwards, then no more', () => {
    const order = () => model.table.query.order;
    model.sortBy('metrics.m');
    expect(order()).toEqual({ column: 'metrics.m', descending: true });
    model.sortBy('metrics.m');
    expect(order()).toEqual({ column: 'metrics.m', descending: false });
    model.sortBy('metrics.m');
    expect(order()).toBeNull();
  });

  it('draws the chosen runs, else the first ones of the table', async () => {
    expect(await model.runs(['metrics.m'])).toHaveLength(200);
    const drawn: number[] = [];
    model.runsChanged.connect(() => drawn.push(model.checked.length));
    model.toggle(model.table.run(0)!);
    model.toggle(model.table.run(7)!);
    await model.runs([]);
    const { body } = server.seen[server.seen.length - 1];
    expect(body).toMatchObject({
      filter: "attributes.run_id IN ('r0', 'r7')"
    });
    model.toggleAll();
    expect(drawn).toEqual([1, 2, 0]);
  });

  it('has the runs chosen again that were before a reload, and forgets those that are gone', async () => {
    server.on('POST models/runs/search', ({ body }) => {
      const { filter } = body as ModelRunSearchRequest;
      const known = [aTrackedRun({ id: 'r7' }), aTrackedRun({ id: 'r3' })];
      const items = known.filter(run => filter?.includes(run.id));
      return { json: { items, next_cursor: null, total: items.length } };
    });
    const client = new MlxClient({ serverSettings: server.settings });
    const again = new ExperimentModel({
      id: '1',
      client,
      models,
      state: { checked: ['r3', 'gone', 'r7'] }
    });
    // What is kept is kept until it is read, whatever else is.
    expect(again.state.checked).toEqual(['r3', 'gone', 'r7']);
    again.toggle(aTrackedRun({ id: 'r9' }));
    await again.load();
    expect(again.checked.map(run => run.id)).toEqual(['r3', 'r7', 'r9']);
    expect(again.state.checked).toEqual(['r3', 'r7', 'r9']);
    again.toggleAll();
    expect(again.state.checked).toEqual([]);
    again.dispose();
  });

  it('tries again by itself when the server is back', async () => {
    const { port } = server;
    await server.stop();
    model.ask({ text: 'words' });
    await until(() => model.table.error !== null);
    expect(model.table.error?.code).toBe('server_unreachable');
    const drawn: unknown[] = [];
    model.runsChanged.connect(() => drawn.push(null));
    events.start(0);
    await until(() => events.status === 'waiting');
    server.on('POST models/runs/search', storeOf(2));
    await server.start(port);
    await until(() => model.table.rowCount === 2);
    expect(model.table.error).toBeNull();
    expect(drawn).not.toHaveLength(0);
  });

  it('keeps its state when a run is chosen', () => {
    const kept: Array<string[] | undefined> = [];
    model.stateChanged.connect(() => kept.push(model.state.checked));
    model.toggle(model.table.run(2)!);
    model.toggle(model.table.run(2)!);
    expect(kept).toEqual([['r2'], []]);
  });

  it('reads its runs again when one was added', async () => {
    const { version } = model.table;
    server.on('GET models/registered', { json: { items: [] } });
    server.on('GET models/deployments', { json: { items: [] } });
    server.on('GET models/experiments', {
      json: { items: [anExperiment({ runs: 3 })], next_cursor: null }
    });
    await models.load();
    await until(() => model.table.version > version);
    expect(model.experiment.value?.runs).toBe(3);
  });
});
