import { TestServer, aRun, until } from '../../../__tests__/server';
import { MlxClient } from '../../../api/client';
import { EventStream } from '../../../api/events';
import type { Run } from '../../../api/types';
import { JobsModel } from '../../model';
import { RunModel } from '../model';

const ATTEMPT = {
  number: 1,
  state: 'RUNNING' as const,
  started_at: '2026-01-01T10:00:01Z',
  ended_at: null,
  host: 'here',
  gpus: []
};

describe('RunModel', () => {
  let server: TestServer;
  let events: EventStream;
  let jobs: JobsModel;
  let page: RunModel;
  let run: Run;

  const past = (id: number) => ({
    id,
    time: '2026-01-01T10:00:02Z',
    kind: 'job.cell',
    subject: 'r1',
    data: { attempt: 1, cell: 1, cell_id: 'a', state: 'started' }
  });

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.latest = 1;
    run = aRun({ state: 'RUNNING', attempts: [ATTEMPT] });
    server.on('GET jobs', () => ({
      json: { items: [run], next_cursor: null, last_event_id: 1 }
    }));
    server.on('GET schedules', { json: { items: [], next_cursor: null } });
    server.on('GET compute/gpus', { json: { items: [], source: 'none' } });
    server.on('GET jobs/r1', () => ({ json: run }));
    server.on('GET jobs/r1/notebook', {
      json: {
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
        cells: [{ cell_type: 'code', id: 'a', source: 'x', metadata: {} }]
      }
    });
    server.on('GET jobs/r1/events', { json: { items: [past(1)] } });
    const client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    jobs = new JobsModel({ client, events });
    await jobs.load();
    await until(() => jobs.live);
    page = new RunModel({ id: 'r1', client, jobs, events });
  });

  afterEach(async () => {
    page.dispose();
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  it('shows what has happened, then what happens', async () => {
    await page.load();
    expect(page.cells?.at(1)?.state).toBe('running');
    server.push({
      id: 2,
      kind: 'job.cell',
      subject: 'r1',
      data: { attempt: 1, cell: 1, cell_id: 'a', state: 'finished', wall_s: 2 }
    });
    await until(() => page.cells?.at(1)?.state === 'finished');
  });

  it('misses nothing that happens while it reads the past', async () => {
    server.on('GET jobs/r1/events', async () => {
      server.push({
        id: 3,
        kind: 'job.output',
        subject: 'r1',
        data: {
          attempt: 1,
          cell: 1,
          output: { output_type: 'stream', name: 'stdout', text: 'now' }
        }
      });
      await new Promise(resolve => setTimeout(resolve, 50));
      return { json: { items: [past(2)] } };
    });
    await page.load();
    expect(page.cells?.at(1)?.outputs).toHaveLength(1);
  });

  it('follows a retry to its new attempt', async () => {
    await page.load();
    const attempts = [
      { ...ATTEMPT, state: 'FAILED' as const },
      { ...ATTEMPT, number: 2 }
    ];
    server.on('GET jobs/r1/events', { json: { items: [] } });
    server.push({
      id: 4,
      kind: 'job.state',
      subject: 'r1',
      data: { run: { ...run, attempts } }
    });
    await until(() => page.attempt === 2);
    await until(() => page.cells?.at(1)?.state === 'waiting');
  });

  it('reads the record when the run has ended', async () => {
    await page.load();
    expect(page.record).toEqual({});
    const attempts = [{ ...ATTEMPT, state: 'SUCCEEDED' as const }];
    const ended = { ...run, state: 'SUCCEEDED' as const, attempts };
    run = {
      ...ended,
      attempts: [{ ...attempts[0], record: { git: { commit: 'abc' } } }]
    };
    server.push({
      id: 6,
      kind: 'job.state',
      subject: 'r1',
      data: { run: ended }
    });
    await until(() => 'git' in page.record);
  });

  it('reads on in the log when something was printed', async () => {
    let log = 'one\n';
    server.on('GET jobs/r1/log', ({ query }) => {
      const offset = Math.max(0, Number(query.get('offset')));
      return {
        text: log.slice(offset),
        headers: { 'X-Log-Size': String(log.length) }
      };
    });
    await page.load();
    await page.log?.refresh();
    log += 'two\n';
    server.push({
      id: 5,
      kind: 'job.output',
      subject: 'r1',
      data: {
        attempt: 1,
        cell: 1,
        output: { output_type: 'stream', name: 'stdout', text: 'two\n' }
      }
    });
    await until(() => page.log?.text === 'one\ntwo\n');
  });

  it('says why a run cannot be shown', async () => {
    const other = new RunModel({
      id: 'gone',
      client: page.client,
      jobs,
      events
    });
    server.on('GET jobs/gone', {
      status: 404,
      json: { error: { code: 'run_unknown', message: 'There is no run gone.' } }
    });
    await other.load();
    expect(other.error?.code).toBe('run_unknown');
    other.dispose();
  });
});
