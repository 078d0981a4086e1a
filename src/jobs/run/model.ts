/**
 * A run page, without its view.
 */
import type * as nbformat from '@jupyterlab/nbformat';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Attempt, ICellData, MlxEvent, Run } from '../../api/types';
import type { IJobsModel, IMlxClient, IMlxEvents } from '../../tokens';
import { isLive } from '../states';
import { CellList } from './cells';
import { LogModel } from './log';

/**
 * One run: its attempts, and of the chosen one the cells and the log.
 */
export class RunModel {
  constructor(options: RunModel.IOptions) {
    this.id = options.id;
    this._client = options.client;
    this._jobs = options.jobs;
    this._events = options.events;
    this._jobs.changed.connect(this._onJobsChanged, this);
    this._events.event.connect(this._onEvent, this);
  }

  readonly id: string;

  get client(): IMlxClient {
    return this._client;
  }

  get run(): Run | null {
    return this._run;
  }

  /** The run that this one is compared with at a glance. */
  get previous(): Run | undefined {
    return this._run ? this._jobs.previous(this._run) : undefined;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** Whether the server can't be reached, so that what is shown may be old. */
  get lost(): boolean {
    return this._jobs.lost;
  }

  /** The language of the notebook's kernel; empty before it is known. */
  get language(): string {
    const metadata = this._notebook?.metadata;
    const spec = metadata?.kernelspec as { language?: string } | undefined;
    return metadata?.language_info?.name ?? spec?.language ?? 'python';
  }

  /** The number of the attempt that is shown; 0 before there is one. */
  get attempt(): number {
    return this._attempt;
  }

  /** Everything that was recorded of the shown attempt; empty before it has ended. */
  get record(): Record<string, unknown> {
    return this._records.get(this._attempt) ?? {};
  }

  get attemptInfo(): Attempt | undefined {
    return this._run?.attempts.find(one => one.number === this._attempt);
  }

  get cells(): CellList | null {
    return this._cells;
  }

  get log(): LogModel | null {
    return this._log;
  }

  /** Emitted when the run, its error or the shown attempt is another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when another attempt's cells are shown. */
  get cellsReplaced(): ISignal<this, void> {
    return this._cellsReplaced;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async load(): Promise<void> {
    this._error = null;
    try {
      this._run = await this._jobs.get(this.id);
      this._notebook = await this._client.runNotebook(this.id);
      await this._show(lastAttempt(this._run));
      await this._loadRecords();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  /** Show another attempt. */
  async select(attempt: number): Promise<void> {
    if (attempt === this._attempt) {
      return;
    }
    this._error = null;
    try {
      await this._show(attempt);
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /** Fill in what has happened, then take up what happened meanwhile. */
  private async _show(attempt: number): Promise<void> {
    this._attempt = attempt;
    const waiting: MlxEvent[] = (this._waiting = []);
    const cells = new CellList(
      this._notebook ?? {
        cells: [],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5
      }
    );
    if (attempt > 0) {
      const past = await this._client.runEvents(this.id, attempt);
      past.items.forEach(event => cells.apply(event));
    }
    if (this._attempt !== attempt || this._isDisposed) {
      return;
    }
    waiting.forEach(event => cells.apply(event));
    this._waiting = null;
    this._cells = cells;
    this._log =
      attempt > 0
        ? new LogModel({ client: this._client, id: this.id, attempt })
        : null;
    this._stopWhenEnded();
    this._cellsReplaced.emit();
  }

  private _onEvent(_: IMlxEvents, event: MlxEvent): void {
    if (event.subject !== this.id) {
      return;
    }
    if (event.kind === 'job.cell' || event.kind === 'job.output') {
      const { attempt } = event.data as unknown as ICellData;
      if (attempt !== this._attempt) {
        return;
      }
      if (this._waiting) {
        this._waiting.push(event);
      } else {
        this._cells?.apply(event);
      }
    }
    // What is printed is in the log too, whatever event told of it.
    if (event.kind !== 'job.state' && this._log?.isLoaded) {
      void this._log.refresh();
    }
  }

  private _onJobsChanged(): void {
    const run = this._jobs.find(this.id);
    if (this._wasLost !== this.lost) {
      this._wasLost = this.lost;
      this._changed.emit();
    }
    if (!run || run === this._run) {
      return;
    }
    const before = this._run;
    this._run = run;
    const newest = lastAttempt(run);
    const followed = before === null || this._attempt === lastAttempt(before);
    if (followed && newest !== this._attempt && this._notebook) {
      void this.select(newest);
    }
    this._stopWhenEnded();
    this._changed.emit();
    if (before && isLive(before) && !isLive(run)) {
      this._loadRecords().catch(reason => {
        this._error = MlxError.from(reason);
        this._changed.emit();
      });
    }
  }

  /** Lists and events leave the records out, which are long. */
  private async _loadRecords(): Promise<void> {
    const { attempts } = await this._client.getRun(this.id);
    this._records = new Map(
      attempts.map(one => [one.number, one.record ?? {}])
    );
    this._changed.emit();
  }

  private _stopWhenEnded(): void {
    const attempt = this.attemptInfo;
    if (attempt && !isLive(attempt)) {
      this._cells?.stop(
        attempt.state === 'CANCELLED' || attempt.state === 'TIMED_OUT'
      );
    }
  }

  private _client: IMlxClient;
  private _jobs: IJobsModel;
  private _events: IMlxEvents;
  private _run: Run | null = null;
  private _notebook: nbformat.INotebookContent | null = null;
  private _attempt = 0;
  private _records = new Map<number, Record<string, unknown>>();
  private _cells: CellList | null = null;
  private _log: LogModel | null = null;
  private _waiting: MlxEvent[] | null = null;
  private _error: MlxError | null = null;
  private _wasLost = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _cellsReplaced = new Signal<this, void>(this);
}

export namespace RunModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
    jobs: IJobsModel;
    events: IMlxEvents;
  }
}

function lastAttempt(run: Run): number {
  return Math.max(0, ...run.attempts.map(attempt => attempt.number));
}
