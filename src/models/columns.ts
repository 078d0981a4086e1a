/**
 * The columns that runs have, searched and read by pages: there may be thousands. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type { RunColumn, RunColumnList } from '../api/types';
import type { IModelsClient } from './tokens';

/** How many columns one request brings. */
const PAGE = 50;

/** Milliseconds without a key before the server is asked. */
const TYPING = 150;

/** Answers with a page of columns. */
export type AskColumns = (
  query: IModelsClient.IColumnQuery
) => Promise<RunColumnList>;

/**
 * A list of columns. An answer that a newer question has overtaken is dropped.
 */
export class ColumnList {
  constructor(ask: AskColumns) {
    this._ask = ask;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get query(): string {
    return this._query;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** Those that were read; null before the first answer. */
  get items(): ReadonlyArray<RunColumn> | null {
    return this._items;
  }

  /** How many match, where it is known. */
  get total(): number | null {
    return this._total;
  }

  get hasMore(): boolean {
    return this._next !== undefined;
  }

  /** Read the first page, unless it has been asked for. */
  async want(): Promise<void> {
    if (this._question === 0) {
      await this.reload();
    }
  }

  search(query: string): void {
    this._query = query;
    this._changed.emit();
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this.reload(), TYPING);
  }

  async reload(): Promise<void> {
    await this._read(undefined);
  }

  async more(): Promise<void> {
    if (this._next !== undefined) {
      await this._read(this._next);
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private async _read(cursor: string | undefined): Promise<void> {
    const question = ++this._question;
    try {
      const page = await this._ask({
        q: this._query.trim() || undefined,
        limit: PAGE,
        cursor
      });
      if (question !== this._question) {
        return;
      }
      const before = cursor === undefined ? [] : (this._items ?? []);
      this._items = [...before, ...page.items];
      this._next = page.next_cursor ?? undefined;
      this._total = page.total;
      this._error = null;
    } catch (reason) {
      if (question !== this._question) {
        return;
      }
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  private _ask: AskColumns;
  private _query = '';
  private _items: ReadonlyArray<RunColumn> | null = null;
  private _next: string | undefined;
  private _total: number | null = null;
  private _error: MlxError | null = null;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}
