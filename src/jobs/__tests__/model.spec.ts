import { TestServer, aRun, aSchedule, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import type { Run } from '../../api/types';
import { JobsModel } from '../model';

describe('JobsModel', () => {
  let server: TestServer;
  let events: EventStream;
  let jobs: JobsModel;
  let items: Run[];

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    items = [
      aRun({ id: 'r2', created_at: '2026-01-01T11:00:00Z', state: 'RUNNING' }),
      aRun({ id: 'r1', state: 'SUCCEEDED' })
    ];
    server.latest = 10;
    server.on('GET jobs', () => ({
      json: { items, next_cursor: null, last_event_id: 10 }
    }));
    server.on('GET schedules', {
      json: { items: [aSchedule()], next_cursor: null }
    });
    server.on('GET compute/gpus', { json: { items: [], source: 'none' } });
    events = new EventStream({ serverSettings: server.settings });
    jobs = new JobsModel({
      client: new MlxClient({ serverSettings: server.settings }),
      events
    });
  });

  afterEach(async () => {
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  const load = async () => {
    await jobs.load();
    await until(() => jobs.live);
  };

  it('lists the newest run first and follows the events after the list', async () => {
    await load();
    expect(jobs.runs.map(run => run.id)).toEqual(['r2', 'r1']);
    expect(server.peers[0].after).toBe('10');
  });

  it('shows the progress that a cell event brings', async () => {
    await load();
    server.push({
      id: 11,
      kind: 'job.cell',
      subject: 'r2',
      data: { progress: { cell: 7, cells: 12, eta_s: 60 } }
    });
    await until(() => jobs.find('r2')?.progress.cell === 7);
    expect(jobs.find('r2')?.progress.eta_s).toBe(60);
  });

  it('tells of an end that it saw, not of one that it read', async () => {
    const ended: string[] = [];
    jobs.ended.connect((_, run) => ended.push(run.id));
    await load();
    const run = { ...items[0], state: 'FAILED' as const };
    server.push({ id: 12, kind: 'job.state', subject: 'r2', data: { run } });
    server.push({
      id: 13,
      kind: 'job.state',
      subject: 'r9',
      data: { run: aRun({ id: 'r9', state: 'SUCCEEDED' }) }
    });
    await until(() => jobs.find('r9') !== undefined);
    expect(ended).toEqual(['r2']);
  });

  it('passes over an answer that events have overtaken', async () => {
    await load();
    jobs.update(aRun({ id: 'r2', state: 'QUEUED' }));
    expect(jobs.find('r2')?.state).toBe('RUNNING');
    jobs.update({ ...items[0], cancel_requested: true });
    expect(jobs.find('r2')?.cancel_requested).toBe(true);
  });

  it('drops what was removed', async () => {
    await load();
    server.push({ id: 14, kind: 'job.removed', subject: 'r1' });
    server.push({ id: 15, kind: 'schedule.removed', subject: 's1' });
    await until(() => jobs.schedules.length === 0);
    expect(jobs.find('r1')).toBeUndefined();
  });

  it('asks for the GPUs again when a lease changes', async () => {
    await load();
    server.on('GET compute/gpus', {
      json: {
        items: [{ id: 'GPU-0', name: 'T', memory_bytes: null, lease: null }],
        source: 'configured'
      }
    });
    server.push({ id: 16, kind: 'compute.lease', subject: 'GPU-0' });
    await until(() => jobs.gpus?.items.length === 1);
  });

  it('finds the last good run of the same notebook', async () => {
    await load();
    expect(jobs.previous(items[0])?.id).toBe('r1');
    expect(jobs.previous(items[1])).toBeUndefined();
  });

  it('keeps what events told when an older page comes', async () => {
    await load();
    const run = { ...items[0], state: 'SUCCEEDED' as const };
    server.push({ id: 17, kind: 'job.state', subject: 'r2', data: { run } });
    await until(() => jobs.find('r2')?.state === 'SUCCEEDED');
    await jobs.fetch({ q: 'train' });
    expect(jobs.find('r2')?.state).toBe('SUCCEEDED');
  });

  it('says why the list could not be read, and reads it when asked again', async () => {
    server.on('GET schedules', {
      status: 500,
      json: { error: { code: 'store', message: 'The store is locked.' } }
    });
    await jobs.load();
    expect(jobs.status).toBe('failed');
    expect(jobs.error?.message).toBe('The store is locked.');
    server.on('GET schedules', { json: { items: [], next_cursor: null } });
    await load();
    expect(jobs.status).toBe('ready');
  });
});
