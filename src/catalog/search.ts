/**
 * A search in the catalog: the query, its hits and facets. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type { CatalogHit, CatalogSearch } from '../api/types';
import type { ICatalogClient } from '../tokens';

/** Milliseconds without a key before the server is asked. */
const TYPING = 150;

/** How many hits one page brings. */
const PAGE = 30;

/** What a facet's values are asked for by, where it is not the facet's own name. */
const FIELDS: Readonly<Record<string, string>> = { freshness: 'fresh' };

/** A part of a text, and whether it is what the search matched. */
export interface IPiece {
  text: string;
  marked: boolean;
}

/**
 * The search. An answer that a newer question has overtaken is dropped.
 */
export class SearchModel {
  constructor(client: ICatalogClient) {
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
    return this._query.trim() !== '';
  }

  /** Whether the answer to the query is still to come. */
  get isPending(): boolean {
    return this._isPending;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** The answer; that of the query before while the next is awaited. */
  get result(): CatalogSearch | null {
    return this._result;
  }

  search(query: string): void {
    if (query === this._query) {
      return;
    }
    this._query = query;
    this._error = null;
    clearTimeout(this._timer);
    this._question += 1;
    this._isPending = this.isActive;
    if (this.isActive) {
      this._timer = setTimeout(() => void this._ask(), TYPING);
    } else {
      this._result = null;
    }
    this._changed.emit();
  }

  /** Search again, for what is there may be another. */
  again(): void {
    if (this.isActive && !this._isPending) {
      void this._ask();
    }
  }

  async more(): Promise<void> {
    const { _result: result } = this;
    if (result?.next_cursor && !this._isPending) {
      await this._ask(result.next_cursor);
    }
  }

  /** The first hit, awaited where its answer is still to come. */
  async first(): Promise<CatalogHit | null> {
    while (this._isPending) {
      await new Promise<void>(resolve => {
        const slot = (): void => {
          this._changed.disconnect(slot);
          resolve();
        };
        this._changed.connect(slot);
      });
    }
    return this._result?.hits[0] ?? null;
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private async _ask(cursor?: string): Promise<void> {
    const question = ++this._question;
    this._isPending = true;
    let result = this._result;
    let error: MlxError | null = null;
    try {
      const page = await this._client.search(this._query, {
        limit: PAGE,
        cursor
      });
      result =
        cursor && result
          ? { ...page, hits: [...result.hits, ...page.hits] }
          : page;
    } catch (reason) {
      error = MlxError.from(reason);
      result = null;
    }
    if (question === this._question) {
      this._result = result;
      this._error = error;
      this._isPending = false;
      this._changed.emit();
    }
  }

  private _client: ICatalogClient;
  private _query = '';
  private _result: CatalogSearch | null = null;
  private _error: MlxError | null = null;
  private _isPending = false;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}

/** The text of a snippet, taken apart at the marks `⟦` and `⟧`. */
export function pieces(snippet: string): IPiece[] {
  return snippet
    .split(/(⟦[^⟧]*⟧)/)
    .filter(Boolean)
    .map(text =>
      /^⟦.*⟧$/s.test(text)
        ? { text: text.slice(1, -1), marked: true }
        : { text, marked: false }
    );
}

/** How a query asks for a value of a facet. */
export function facetTerm(facet: string, value: string): string {
  const field = FIELDS[facet] ?? facet;
  return /\s/.test(value) ? `${field}:"${value}"` : `${field}:${value}`;
}

/** Whether a query asks for a value of a facet. */
export function hasTerm(query: string, term: string): boolean {
  return terms(query).includes(term.toLowerCase());
}

/** The query with the term, or without it where it was there. */
export function toggleTerm(query: string, term: string): string {
  if (!hasTerm(query, term)) {
    return `${query.trim()} ${term}`.trim();
  }
  return split(query)
    .filter(part => part.toLowerCase() !== term.toLowerCase())
    .join(' ');
}

function terms(query: string): string[] {
  return split(query).map(part => part.toLowerCase());
}

function split(query: string): string[] {
  return query.match(/(?:[^\s"]+|"[^"]*")+/g) ?? [];
}
