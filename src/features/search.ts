/**
 * A search for views and features. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type { FeatureView } from '../api/types';
import type { IFeaturesClient } from './tokens';

/** Milliseconds without a key before the server is asked. */
const TYPING = 150;

/** How many views a search shows. */
const MOST = 50;

/** How many features that match are shown of a view. */
const FEATURES = 3;

/**
 * The search. An answer that a newer question has overtaken is dropped.
 */
export class FeatureSearch {
  constructor(client: IFeaturesClient) {
    this._client = client;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get query(): string {
    return this._query;
  }

  /** Whether something is searched for. */
  get isActive(): boolean {
    return this._query !== '';
  }

  /** Whether the answer to the query is still to come. */
  get isPending(): boolean {
    return this._isPending;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** The views that match; those of the query before while the next are awaited. */
  get views(): ReadonlyArray<FeatureView> | null {
    return this._views;
  }

  /** Whether there are more than are shown. */
  get hasMore(): boolean {
    return this._hasMore;
  }

  search(query: string): void {
    const text = query.trim();
    if (text === this._query) {
      return;
    }
    this._query = text;
    this._error = null;
    clearTimeout(this._timer);
    this._question += 1;
    this._isPending = this.isActive;
    if (this.isActive) {
      this._timer = setTimeout(() => void this._ask(), TYPING);
    } else {
      this._views = null;
    }
    this._changed.emit();
  }

  /** Search again, for what is there may be another. */
  again(): void {
    if (this.isActive && !this._isPending) {
      void this._ask();
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    const question = ++this._question;
    this._isPending = true;
    let views: ReadonlyArray<FeatureView> | null = null;
    let error: MlxError | null = null;
    let hasMore = false;
    try {
      const page = await this._client.views({ q: this._query, limit: MOST });
      views = page.items;
      hasMore = page.next_cursor !== null;
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._question) {
      this._views = views;
      this._hasMore = hasMore;
      this._error = error;
      this._isPending = false;
      this._changed.emit();
    }
  }

  private _client: IFeaturesClient;
  private _query = '';
  private _views: ReadonlyArray<FeatureView> | null = null;
  private _hasMore = false;
  private _error: MlxError | null = null;
  private _isPending = false;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}

/** The features of a view that a query is about, by their names and descriptions. */
export function matching(view: FeatureView, query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return view.features
    .filter(({ name, description }) => {
      const text = `${name} ${description}`.toLowerCase();
      return words.some(word => text.includes(word));
    })
    .map(({ name }) => name)
    .slice(0, FEATURES);
}
