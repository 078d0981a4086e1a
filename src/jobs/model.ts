/**
 * The runs and schedules of this user: one list, then events.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type {
  GpuList,
  ICellData,
  IScheduleData,
  IStateData,
  MlxEvent,
  Run,
  Schedule
} from '../api/types';
import type { IJobsModel, IMlxClient, IMlxEvents } from '../tokens';
import { isLive } from './states';

/** How many runs one page of the list brings. */
const PAGE = 100;

/** Views are told of changes at most this often, in milliseconds. */
const QUIET = 50;

/** Milliseconds before the list is read again when the server's store is another. */
const RESET_PAUSE = 1000;

/**
 * The jobs model.
 */
export class JobsModel implements IJobsModel {
  constructor(options: JobsModel.IOptions) {
    this._client = options.client;
    this._events = options.events;
    this._events.event.connect(this._onEvent, this);
    this._events.reset.connect(this._onReset, this);
    this._events.statusChanged.connect(this._onStatus, this);
  }

  get status(): IJobsModel.Status {
    return this._status;
  }

  get error(): Error | null {
    return this._error;
  }

  get live(): boolean {
    return this._events.status === 'live';
  }

  get lost(): boolean {
    return this._isLost;
  }

  get runs(): ReadonlyArray<Run> {
    this._sorted ??= [...this._runs.values()].sort(newestFirst);
    return this._sorted;
  }

  get schedules(): ReadonlyArray<Schedule> {
    return [...this._schedules.values()].sort((a, b) =>
      (a.next_fire ?? '~').localeCompare(b.next_fire ?? '~')
    );
  }

  get gpus(): GpuList | null {
    return this._gpus;
  }

  get hasMore(): boolean {
    return this._cursor !== null;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get ended(): ISignal<this, Run> {
    return this._ended;
  }

  get removed(): ISignal<this, string> {
    return this._removed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async load(): Promise<void> {
    this._status = 'loading';
    this._error = null;
    this._notify();
    try {
      const [page, schedules, gpus] = await Promise.all([
        this._client.listRuns({ limit: PAGE }),
        this._client.listSchedules(),
        this._client.listGpus()
      ]);
      this._runs = new Map(page.items.map(run => [run.id, run]));
      this._schedules = new Map(schedules.items.map(one => [one.id, one]));
      this._gpus = gpus;
      this._cursor = page.next_cursor;
      this._sorted = null;
      this._status = 'ready';
      // Events after the list's own last event leave no gap and repeat nothing.
      this._events.start(page.last_event_id);
    } catch (reason) {
      this._status = 'failed';
      this._error = MlxError.from(reason);
    }
    this._notify();
  }

  async loadMore(): Promise<void> {
    if (this._cursor === null) {
      return;
    }
    const page = await this._client.listRuns({
      limit: PAGE,
      cursor: this._cursor
    });
    this._cursor = page.next_cursor;
    this._merge(page.items);
  }

  async fetch(query: IMlxClient.IRunQuery): Promise<void> {
    const page = await this._client.listRuns({ limit: PAGE, ...query });
    this._merge(page.items);
  }

  async get(id: string): Promise<Run> {
    const known = this._runs.get(id);
    if (known) {
      return known;
    }
    const run = await this._client.getRun(id);
    this._merge([run]);
    return this._runs.get(id) ?? run;
  }

  find(id: string): Run | undefined {
    return this._runs.get(id);
  }

  previous(run: Run): Run | undefined {
    return this.runs.find(
      other =>
        other.id !== run.id &&
        other.state === 'SUCCEEDED' &&
        other.notebook.path === run.notebook.path &&
        other.created_at < run.created_at
    );
  }

  update(run: Run): void {
    const known = this._runs.get(run.id);
    if (!known || !isOlder(run, known)) {
      this._take(run);
    }
  }

  updateSchedule(schedule: Schedule): void {
    this._schedules.set(schedule.id, schedule);
    this._notify();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    clearTimeout(this._resetTimer);
    Signal.clearData(this);
  }

  private _take(run: Run): void {
    const before = this._runs.get(run.id);
    this._runs.set(run.id, run);
    this._sorted = null;
    this._notify();
    if (before && isLive(before) && !isLive(run)) {
      this._ended.emit(run);
    }
  }

  /** A connection that is being made again is lost until it stands. */
  private _onStatus(_: IMlxEvents, status: IMlxEvents.Status): void {
    this._isLost = status === 'waiting' || (this._isLost && status !== 'live');
    this._notify();
  }

  /** A server that says so again and again must not be asked in a hot loop. */
  private _onReset(): void {
    clearTimeout(this._resetTimer);
    this._resetTimer = setTimeout(() => void this.load(), RESET_PAUSE);
  }

  private _onEvent(_: IMlxEvents, event: MlxEvent): void {
    switch (event.kind) {
      case 'job.state': {
        this._take((event.data as unknown as IStateData).run);
        break;
      }
      case 'job.cell': {
        this._onCell(event.subject, event.data as unknown as ICellData);
        break;
      }
      case 'job.removed': {
        this._runs.delete(event.subject);
        this._sorted = null;
        this._notify();
        this._removed.emit(event.subject);
        break;
      }
      case 'schedule.changed': {
        this.updateSchedule((event.data as unknown as IScheduleData).schedule);
        break;
      }
      case 'schedule.removed': {
        this._schedules.delete(event.subject);
        this._notify();
        break;
      }
      case 'compute.lease': {
        this._refreshGpus();
        break;
      }
    }
  }

  private _onCell(id: string, data: ICellData): void {
    const run = this._runs.get(id);
    if (run && data.progress) {
      this._runs.set(id, { ...run, progress: data.progress });
      this._sorted = null;
      this._notify();
    }
  }

  /** The event names a device, the view wants all of them with their holders. */
  private _refreshGpus(): void {
    this._client
      .listGpus()
      .then(gpus => {
        this._gpus = gpus;
        this._notify();
      })
      .catch(reason => {
        this._error = MlxError.from(reason);
        this._notify();
      });
  }

  /** Older pages never overwrite what an event has told since. */
  private _merge(runs: Run[]): void {
    for (const run of runs) {
      const known = this._runs.get(run.id);
      if (!known || (isLive(known) && !isLive(run))) {
        this._runs.set(run.id, run);
      }
    }
    this._sorted = null;
    this._notify();
  }

  private _notify(): void {
    if (this._timer !== undefined || this._isDisposed) {
      return;
    }
    this._timer = setTimeout(() => {
      this._timer = undefined;
      this._changed.emit();
    }, QUIET);
  }

  private _client: IMlxClient;
  private _events: IMlxEvents;
  private _runs = new Map<string, Run>();
  private _sorted: Run[] | null = null;
  private _schedules = new Map<string, Schedule>();
  private _gpus: GpuList | null = null;
  private _cursor: string | null = null;
  private _status: IJobsModel.Status = 'idle';
  private _error: Error | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _resetTimer: ReturnType<typeof setTimeout> | undefined;
  private _isLost = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _ended = new Signal<this, Run>(this);
  private _removed = new Signal<this, string>(this);
}

export namespace JobsModel {
  export interface IOptions {
    client: IMlxClient;
    events: IMlxEvents;
  }
}

function newestFirst(a: Run, b: Run): number {
  return b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id);
}

/** Whether an answer was overtaken by events that came while it was under way. */
function isOlder(answer: Run, known: Run): boolean {
  return (
    answer.attempts.length < known.attempts.length ||
    (answer.state === 'QUEUED' &&
      answer.attempts.length === 0 &&
      known.state !== 'QUEUED')
  );
}
