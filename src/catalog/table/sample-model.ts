/**
 * The rows of a table that are shown: the first ones or a sample, filtered and sorted. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Preview } from '../../api/types';
import type { ICatalogClient } from '../../tokens';

/** How many rows are asked for at first, and how many at most. */
const FIRST = 100;
const MOST = 10000;

/**
 * The sample. An answer that a newer question has overtaken is dropped.
 */
export class SampleModel {
  constructor(client: ICatalogClient, table: string) {
    this._client = client;
    this._table = table;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get query(): Readonly<ICatalogClient.IPreviewQuery> {
    return this._query;
  }

  get preview(): Preview | null {
    return this._preview;
  }

  get error(): MlxError | null {
    return this._error;
  }

  get loading(): boolean {
    return this._loading;
  }

  async want(): Promise<void> {
    if (!this._preview && !this._loading && !this._error) {
      await this.ask({});
    }
  }

  /** Ask for other rows. */
  async ask(change: Partial<ICatalogClient.IPreviewQuery>): Promise<void> {
    const question = ++this._question;
    this._query = { ...this._query, ...change };
    this._loading = true;
    this._changed.emit();
    let preview = this._preview;
    let error: MlxError | null = null;
    try {
      preview = await this._client.preview(this._table, this._query);
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._question) {
      this._preview = preview;
      this._error = error;
      this._loading = false;
      this._changed.emit();
    }
  }

  /** Whether there are rows that can still be asked for. */
  get hasMore(): boolean {
    return (
      (this._preview?.truncated ?? false) && (this._query.limit ?? 0) < MOST
    );
  }

  more(): Promise<void> {
    return this.ask({ limit: Math.min(MOST, (this._query.limit ?? 0) * 10) });
  }

  /** Sort by a column; a second time in the other direction, a third time not. */
  sortBy(column: string): Promise<void> {
    const { sort } = this._query;
    const next =
      sort === column ? `-${column}` : sort === `-${column}` ? '' : column;
    return this.ask({ sort: next });
  }

  dispose(): void {
    this._question += 1;
    Signal.clearData(this);
  }

  private _client: ICatalogClient;
  private _table: string;
  private _query: ICatalogClient.IPreviewQuery = { limit: FIRST };
  private _preview: Preview | null = null;
  private _error: MlxError | null = null;
  private _loading = false;
  private _question = 0;
  private _changed = new Signal<this, void>(this);
}
