/**
 * The runs of an experiment as a table of which only what is looked at is read. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { MetricValue, ModelRun } from '../../api/types';
import type { IModelsClient } from '../tokens';
import type { IRunsQuery } from './query';
import { textQuery } from './query';

/** How many runs a page has, and how many at most where far ones are wanted. */
const PAGE = 100;
const MOST = 1000;

/** Milliseconds in which cells that are wanted are gathered into one request. */
const QUIET = 30;

/** A cell whose value is still to come. */
export const PENDING = Symbol('pending');

/** What a cell holds: a value, none, or one to come. */
export type Cell = MetricValue | string | undefined | typeof PENDING;

/** Runs that were read together, with the columns whose values have been read or asked for. */
interface IPage {
  start: number;
  /** How many it was asked with. */
  limit: number;
  /** Where it starts, as the server names it. */
  cursor: string | undefined;
  runs: ModelRun[];
  has: Set<string>;
  asked: Set<string>;
}

/**
 * The table. Cells that are asked for and not there yet are read soon after.
 */
export class RunsTable {
  constructor(options: RunsTable.IOptions) {
    this._client = options.client;
    this._experiment = options.experiment;
    this._query = options.query;
  }

  /** Emitted when cells have come, and with true when they are of another query. */
  get changed(): ISignal<this, boolean> {
    return this._changed;
  }

  get query(): Readonly<IRunsQuery> {
    return this._query;
  }

  /** Why reading failed; nothing more is read before `retry` or another query. */
  get error(): MlxError | null {
    return this._error;
  }

  /** Whether the rows of the query are awaited: those shown are of the one before. */
  get loading(): boolean {
    return this._isLoading;
  }

  /** Whether anything has been read. */
  get isRead(): boolean {
    return this._isRead;
  }

  /** Changes with the cells. */
  get version(): number {
    return this._version;
  }

  /** All runs that match, where the store counts them. */
  get total(): number | null {
    return this._total;
  }

  /** How many rows there are, with those that are still to be read as far as it is known. */
  get rowCount(): number {
    const more = this._next === undefined ? 0 : PAGE;
    return this._next === undefined
      ? this._known
      : Math.max(this._total ?? 0, this._known + more);
  }

  /** The runs that have been read, in their order. */
  get runs(): ReadonlyArray<ModelRun> {
    return this._pages.flatMap(page => page.runs);
  }

  /** Ask another question; a part that is not given stays as it is. */
  ask(query: Partial<IRunsQuery>): void {
    this._query = { ...this._query, ...query };
    this.reload();
  }

  /** Ask the same again: what there is may be another. */
  reload(): void {
    this._question += 1;
    this._error = null;
    this._isLoading = true;
    this._extending = false;
    this._changed.emit(false);
    void this._extend(true);
  }

  /** Go on after a failure. */
  retry(): void {
    if (this._isRead && !this._isLoading) {
      this._error = null;
      this._pages.forEach(page => {
        page.asked = new Set(page.has);
      });
      // What is drawn again is wanted again.
      this._version += 1;
      this._changed.emit(false);
    } else {
      this.reload();
    }
  }

  /** The run of a row; null while it is not read, which is then done. */
  run(row: number): ModelRun | null {
    const page = this._pageOf(row);
    if (page) {
      return page.runs[row - page.start];
    }
    this._want(row);
    return null;
  }

  /** The value of a column in a row. */
  cell(row: number, column: string): Cell {
    const page = this._pageOf(row);
    if (page?.has.has(column)) {
      return page.runs[row - page.start].values[column];
    }
    this._want(row, column);
    return PENDING;
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private get _known(): number {
    const last = this._pages[this._pages.length - 1];
    return last ? last.start + last.runs.length : 0;
  }

  private _pageOf(row: number): IPage | undefined {
    return this._pages.find(
      page => row >= page.start && row < page.start + page.runs.length
    );
  }

  private _want(row: number, column?: string): void {
    this._rows.add(row);
    if (column !== undefined) {
      this._columns.add(column);
    }
    if (this._timer === undefined) {
      this._timer = setTimeout(() => this._flush(), QUIET);
    }
  }

  /** Read what was wanted since the last time, of what is not on its way. */
  private _flush(): void {
    this._timer = undefined;
    const rows = [...this._rows];
    const columns = [...this._columns];
    this._rows.clear();
    this._columns.clear();
    if (this._error || this._isLoading) {
      return;
    }
    for (const page of new Set(rows.map(row => this._pageOf(row)))) {
      const missing = columns.filter(column => !page?.asked.has(column));
      if (page && missing.length > 0) {
        void this._fill(page, missing);
      }
    }
    this._seen = columns.length > 0 ? columns : this._seen;
    this._last = Math.max(-1, ...rows);
    if (this._last >= this._known && this._next !== undefined) {
      void this._extend(false);
    }
  }

  /** Read pages up to the last row that is looked at; the first one of a new question. */
  private async _extend(isFirst: boolean): Promise<void> {
    if (this._extending) {
      return;
    }
    this._extending = true;
    const question = this._question;
    const isCurrent = (): boolean => question === this._question;
    try {
      let first = isFirst;
      do {
        const start = first ? 0 : this._known;
        const cursor = first ? undefined : this._next;
        const far = this._last + 1 - start;
        const limit = first ? PAGE : Math.min(MOST, Math.max(PAGE, far));
        const columns = this._seen;
        const page = await this._ask(columns, limit, cursor);
        if (!isCurrent()) {
          return;
        }
        const before = first ? [] : this._pages;
        const own = { start, limit, cursor, runs: page.items };
        const has = new Set(columns);
        this._pages = [...before, { ...own, has, asked: new Set(columns) }];
        this._next = page.next_cursor ?? undefined;
        this._total = page.total;
        this._isRead = true;
        this._isLoading = false;
        this._version += 1;
        this._changed.emit(first);
        first = false;
      } while (this._last >= this._known && this._next !== undefined);
    } catch (reason) {
      if (isCurrent()) {
        this._fail(reason);
      }
    } finally {
      if (isCurrent()) {
        this._extending = false;
      }
    }
  }

  /** Read more columns of a page. */
  private async _fill(page: IPage, columns: string[]): Promise<void> {
    const question = this._question;
    columns.forEach(column => page.asked.add(column));
    try {
      const { items } = await this._ask(columns, page.limit, page.cursor);
      if (question !== this._question) {
        return;
      }
      const values = new Map(items.map(run => [run.id, run.values]));
      page.runs = page.runs.map(run => ({
        ...run,
        values: { ...run.values, ...values.get(run.id) }
      }));
      columns.forEach(column => page.has.add(column));
      this._version += 1;
      this._changed.emit(false);
    } catch (reason) {
      if (question === this._question) {
        this._fail(reason);
      }
    }
  }

  private _ask(
    columns: string[],
    limit: number,
    cursor: string | undefined
  ): ReturnType<IModelsClient['searchRuns']> {
    const { order, deleted, text } = this._query;
    return this._client.searchRuns({
      experiments: [this._experiment],
      ...textQuery(text),
      order_by: order ? [order] : [],
      columns,
      deleted,
      limit,
      cursor
    });
  }

  private _fail(reason: unknown): void {
    this._error = MlxError.from(reason);
    this._isLoading = false;
    this._changed.emit(false);
  }

  private _client: IModelsClient;
  private _experiment: string;
  private _query: IRunsQuery;
  private _error: MlxError | null = null;
  private _isLoading = false;
  private _isRead = false;
  private _extending = false;
  private _total: number | null = null;
  private _version = 0;
  private _pages: IPage[] = [];
  private _next: string | undefined;
  /** The rows and columns that were wanted since the last request. */
  private _rows = new Set<number>();
  private _columns = new Set<string>();
  /** The columns that were looked at last, and the last row. */
  private _seen: string[] = [];
  private _last = -1;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, boolean>(this);
}

export namespace RunsTable {
  export interface IOptions {
    client: IModelsClient;
    experiment: string;
    query: IRunsQuery;
  }
}
