/**
 * The catalog as far as it has been looked at: sources, databases, tables, crawls.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type {
  CatalogDatabase,
  Crawl,
  ICatalogData,
  ICrawlData,
  IStateData,
  MlxEvent,
  Run,
  Source,
  Table
} from '../api/types';
import { isLive } from '../jobs/states';
import type { ICatalogModel, IMlxClient, IMlxEvents } from '../tokens';

/** How many tables one page of a database brings. */
const PAGE = 200;

/** Milliseconds in which changes are gathered before the lists are read again. */
const QUIET = 150;

/** The tables of one database. */
interface IShelf {
  items: Table[];
  cursor: string | null;
  loading: boolean;
  error: MlxError | null;
}

/**
 * The catalog model.
 */
export class CatalogModel implements ICatalogModel {
  constructor(options: CatalogModel.IOptions) {
    this._client = options.client;
    this._events = options.events;
    this._events.event.connect(this._onEvent, this);
    this._events.reset.connect(this._onReset, this);
  }

  get status(): ICatalogModel.Status {
    return this._status;
  }

  get error(): Error | null {
    return this._error;
  }

  get sources(): ReadonlyArray<Source> {
    return this._sources;
  }

  get databases(): ReadonlyArray<CatalogDatabase> {
    return this._databases;
  }

  get total(): number {
    return this._databases.reduce((sum, one) => sum + one.tables, 0);
  }

  get running(): ReadonlyArray<ICatalogModel.IRunning> {
    const begun = [...this._crawls.values()].filter(
      crawl => crawl.state === 'RUNNING'
    );
    const waiting = [...this._queued].filter(
      ([run_id]) => !this._byRun.has(run_id)
    );
    return [
      ...begun.map(crawl => ({
        source_id: crawl.source_id,
        run_id: crawl.run_id,
        crawl
      })),
      ...waiting.map(([run_id, source_id]) => ({
        source_id,
        run_id,
        crawl: null
      }))
    ];
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get outdated(): ISignal<this, ICatalogData> {
    return this._outdated;
  }

  get crawled(): ISignal<this, Crawl> {
    return this._crawled;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async load(): Promise<void> {
    this._status = 'loading';
    this._changed.emit();
    const question = ++this._question;
    try {
      const [sources, databases, crawls] = await Promise.all([
        this._client.catalog.sources(),
        this._client.catalog.databases(),
        this._client.catalog.crawls({ limit: 50 })
      ]);
      if (question !== this._question) {
        return;
      }
      this._take(sources.items, databases.items);
      crawls.items.forEach(crawl => this._keep(crawl));
      this._status = 'ready';
      this._error = null;
    } catch (reason) {
      if (question === this._question) {
        this._status = 'failed';
        this._error = MlxError.from(reason);
      }
    }
    this._changed.emit();
    await this._reloadShelves();
  }

  tablesOf(database: string): ICatalogModel.ITables | null {
    return this._shelves.get(database)?.view ?? null;
  }

  async loadTables(database: string): Promise<void> {
    const known = this._shelves.get(database)?.shelf;
    if (known?.loading || (known && !known.error && known.cursor === null)) {
      return;
    }
    await this._read(database, known?.cursor ?? undefined);
  }

  async crawl(source: string, options: { full?: boolean } = {}): Promise<Run> {
    const run = await this._client.catalog.startCrawl({ source, ...options });
    this._queued.set(run.id, source);
    this._changed.emit();
    return run;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  private _take(sources: Source[], databases: CatalogDatabase[]): void {
    this._sources = [...sources].sort(byName);
    this._databases = [...databases].sort(byName);
    const ids = new Set(databases.map(one => one.id));
    for (const id of this._shelves.keys()) {
      if (!ids.has(id)) {
        this._shelves.delete(id);
      }
    }
  }

  private async _read(database: string, cursor?: string): Promise<void> {
    const before = this._shelves.get(database)?.shelf;
    this._put(database, {
      items: before?.items ?? [],
      cursor: before?.cursor ?? null,
      loading: true,
      error: null
    });
    try {
      const page = await this._client.catalog.tables(database, {
        // What had been read is read again in one page.
        limit: cursor ? PAGE : Math.max(PAGE, before?.items.length ?? 0),
        cursor
      });
      this._put(database, {
        items: cursor ? [...(before?.items ?? []), ...page.items] : page.items,
        cursor: page.next_cursor,
        loading: false,
        error: null
      });
    } catch (reason) {
      this._put(database, {
        items: before?.items ?? [],
        cursor: before?.cursor ?? null,
        loading: false,
        error: MlxError.from(reason)
      });
    }
  }

  private _put(database: string, shelf: IShelf): void {
    const { items, loading, error } = shelf;
    const view = { items, loading, error, hasMore: shelf.cursor !== null };
    this._shelves.set(database, { shelf, view });
    this._changed.emit();
  }

  private async _reloadShelves(): Promise<void> {
    await Promise.all([...this._shelves.keys()].map(id => this._read(id)));
  }

  private _onReset(): void {
    this._crawls.clear();
    this._queued.clear();
    this._plan();
  }

  private _onEvent(_: IMlxEvents, event: MlxEvent): void {
    switch (event.kind) {
      case 'crawl.state':
      case 'crawl.progress': {
        const { crawl } = event.data as unknown as ICrawlData;
        if ('source' in crawl) {
          this._follow(crawl);
        } else {
          void this._ask(crawl.id);
        }
        break;
      }
      case 'catalog.changed': {
        this._outdated.emit(event.data as unknown as ICatalogData);
        this._plan();
        break;
      }
      case 'job.state': {
        const { run } = event.data as unknown as IStateData;
        // A job that ended before its crawl began will never have one.
        if (this._queued.has(run.id) && !isLive(run)) {
          this._queued.delete(run.id);
          this._changed.emit();
        }
        break;
      }
    }
  }

  private _follow(crawl: Crawl): void {
    this._keep(crawl);
    this._crawled.emit(crawl);
    this._changed.emit();
    if (crawl.state !== 'RUNNING') {
      this._plan();
    }
  }

  /** Read a crawl that an event only names; once more where events came meanwhile. */
  private async _ask(id: string): Promise<void> {
    if (this._asking.has(id)) {
      this._asking.set(id, true);
      return;
    }
    let again = true;
    while (again && !this._isDisposed) {
      this._asking.set(id, false);
      try {
        const crawl = await this._client.catalog.crawl(id);
        if (!this._isDisposed) {
          this._follow({ ...crawl, tables: [], problems: [] });
        }
      } catch {
        // It is not for us to see, or it is gone.
      }
      again = this._asking.get(id) ?? false;
    }
    this._asking.delete(id);
  }

  private _keep(crawl: Crawl): void {
    this._crawls.set(crawl.id, crawl);
    if (crawl.run_id) {
      this._byRun.add(crawl.run_id);
      this._queued.delete(crawl.run_id);
    }
  }

  /** Read the lists again soon: a crawl tells of many changes at once. */
  private _plan(): void {
    if (this._status === 'idle') {
      return;
    }
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this.load(), QUIET);
  }

  private _client: IMlxClient;
  private _events: IMlxEvents;
  private _status: ICatalogModel.Status = 'idle';
  private _error: MlxError | null = null;
  private _sources: Source[] = [];
  private _databases: CatalogDatabase[] = [];
  private _shelves = new Map<
    string,
    { shelf: IShelf; view: ICatalogModel.ITables }
  >();
  private _crawls = new Map<string, Crawl>();
  /** The crawls that are being read, and whether events of them came meanwhile. */
  private _asking = new Map<string, boolean>();
  /** The runs that have a crawl. */
  private _byRun = new Set<string>();
  /** The sources of runs that have no crawl yet. */
  private _queued = new Map<string, string>();
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _outdated = new Signal<this, ICatalogData>(this);
  private _crawled = new Signal<this, Crawl>(this);
}

export namespace CatalogModel {
  export interface IOptions {
    client: IMlxClient;
    events: IMlxEvents;
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}
