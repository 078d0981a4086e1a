/**
 * One crawl: in progress, then its result. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Crawl, Run } from '../../api/types';
import type { ICatalogModel, IJobsModel, IMlxClient } from '../../tokens';
import { isLive } from '../../jobs/states';

/**
 * The crawl, by its own id or its run's: while the job waits there is only a run.
 */
export class CrawlModel {
  constructor(options: CrawlModel.IOptions) {
    this._client = options.client;
    this._catalog = options.catalog;
    this._jobs = options.jobs;
    this.id = options.id;
    this._catalog.crawled.connect(this._onCrawled, this);
    this._jobs.changed.connect(this._onJobs, this);
  }

  readonly id: string;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get crawl(): Crawl | null {
    return this._crawl;
  }

  /** The job of the crawl, where it is known. */
  get run(): Run | undefined {
    return this._jobs.find(this._crawl?.run_id ?? this.id);
  }

  /** Why there is no crawl, where there is none and none will come. */
  get error(): MlxError | null {
    return this._crawl ? null : this._error;
  }

  /** Whether tables and problems have been read. */
  get isWhole(): boolean {
    return this._isWhole;
  }

  async load(): Promise<void> {
    this._error = null;
    try {
      this._crawl = await this._client.catalog.crawl(this.id);
      this._isWhole = this._crawl.state !== 'RUNNING';
    } catch (reason) {
      const error = MlxError.from(reason);
      this._error = (await this._waits(error)) ? null : error;
    }
    this._changed.emit();
  }

  /** Crawl the source once more; answers the run. */
  again(full: boolean): Promise<Run> {
    return this._catalog.crawl(this._crawl?.source_id ?? '', { full });
  }

  async cancel(): Promise<void> {
    if (this._crawl) {
      this._crawl = await this._client.catalog.cancelCrawl(this._crawl.id);
    } else {
      this._jobs.update(await this._client.cancelRun(this.id));
    }
    this._changed.emit();
  }

  dispose(): void {
    // What we listen to outlives this model.
    Signal.clearData(this);
  }

  /** Whether the crawl is only not there yet: its job has not begun. */
  private async _waits(error: MlxError): Promise<boolean> {
    if (error.status !== 404) {
      return false;
    }
    try {
      return isLive(await this._jobs.get(this.id));
    } catch {
      // No run has this id either: the first error says what is wrong.
      return false;
    }
  }

  private _onCrawled(_: ICatalogModel, crawl: Crawl): void {
    if (crawl.id !== this.id && crawl.run_id !== this.id) {
      return;
    }
    const { tables = [], problems = [] } = this._crawl ?? {};
    // Events leave out what may be long.
    this._crawl = { ...crawl, tables, problems };
    this._changed.emit();
    if (crawl.state !== 'RUNNING') {
      void this.load();
    }
  }

  private _onJobs(): void {
    const { run } = this;
    if (run && !isLive(run) && !this._crawl && !this._error) {
      // The job ended before a crawl began, or we missed its events.
      if (this._asked !== run.state) {
        this._asked = run.state;
        void this.load();
      }
    }
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _catalog: ICatalogModel;
  private _jobs: IJobsModel;
  private _crawl: Crawl | null = null;
  private _error: MlxError | null = null;
  private _isWhole = false;
  private _asked = '';
  private _changed = new Signal<this, void>(this);
}

export namespace CrawlModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
    catalog: ICatalogModel;
    jobs: IJobsModel;
  }
}
