/**
 * A list that the server gives page by page.
 */
import { MlxError } from '../api/errors';
import { Resource } from './resource';

/** What has been read of a list. */
export interface IPaged<T> {
  items: ReadonlyArray<T>;
  next_cursor: string | null;
}

/**
 * The list as far as it has been asked for; reading it again brings as much as was there.
 */
export class Paged<T, L extends IPaged<T> = IPaged<T>> extends Resource<L> {
  constructor(read: Paged.Read<L>) {
    super(() => this._asMuch());
    this._page = read;
  }

  /** Why the next page could not be read. */
  get moreError(): MlxError | null {
    return this._moreError;
  }

  /** Read the next page. */
  async more(): Promise<void> {
    const known = this.value;
    if (!known?.next_cursor || this._reading === known.next_cursor) {
      return;
    }
    this._reading = known.next_cursor;
    this._moreError = null;
    try {
      const page = await this._page(known.next_cursor);
      // What was read again meanwhile, or is being read, has the truth.
      if (this.value === known && !this.isReading) {
        this.set(joined(known, page));
      }
    } catch (reason) {
      this._moreError = MlxError.from(reason);
      this.notify();
    } finally {
      this._reading = null;
    }
  }

  private async _asMuch(): Promise<L> {
    const wanted = this.value?.items.length ?? 0;
    let list = await this._page();
    while (list.items.length < wanted && list.next_cursor) {
      const page = await this._page(list.next_cursor);
      list = joined(list, page);
    }
    return list;
  }

  private _page: Paged.Read<L>;
  private _reading: string | null = null;
  private _moreError: MlxError | null = null;
}

export namespace Paged {
  /** Reads a page; the first one without a cursor. */
  export type Read<L> = (cursor?: string) => Promise<L>;
}

/** What is known of a list, with the page after it. */
function joined<L extends IPaged<unknown>>(known: L, page: L): L {
  return { ...page, items: [...known.items, ...page.items] };
}
