/**
 * Something that is read from the server when it is first wanted, and again when it is outdated.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';

/**
 * A value with its ways to be absent. An answer that a newer question has overtaken is dropped.
 */
export class Resource<T> {
  constructor(read: () => Promise<T>) {
    this._read = read;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The last value that was read; kept while it is read again. */
  get value(): T | null {
    return this._value;
  }

  /** Why the last reading failed. */
  get error(): MlxError | null {
    return this._error;
  }

  /** Read it, unless it has been asked for. */
  async want(): Promise<void> {
    if (this._question === 0) {
      await this.reload();
    }
  }

  /** Read it again where it has been asked for. */
  async refresh(): Promise<void> {
    if (this._question > 0) {
      await this.reload();
    }
  }

  async reload(): Promise<void> {
    const question = ++this._question;
    try {
      const value = await this._read();
      if (question === this._question) {
        this._value = value;
        this._error = null;
      }
    } catch (reason) {
      if (question === this._question) {
        this._error = MlxError.from(reason);
      }
    }
    if (question === this._question) {
      this._answered = question;
      this.notify();
    }
  }

  /**
   * Change it by a request, and take what that answers. Throws what the request throws.
   *
   * An event may have had it read again since the request began: which of the two is newer nobody can tell, and it is
   * read once more.
   */
  async update(request: () => Promise<T>): Promise<void> {
    const question = this._question;
    const value = await request();
    // Before it is first read no event has it read again.
    if (question > 0 && question === this._question) {
      this.set(value);
    } else {
      await this.reload();
    }
  }

  /** Take what is known to be the newest. What a request answers may not be: see `update`. */
  set(value: T): void {
    this._answered = ++this._question;
    this._value = value;
    this._error = null;
    this.notify();
  }

  /** Whether an answer is waited for. */
  protected get isReading(): boolean {
    return this._answered !== this._question;
  }

  protected notify(): void {
    this._changed.emit();
  }

  private _read: () => Promise<T>;
  private _value: T | null = null;
  private _error: MlxError | null = null;
  private _question = 0;
  private _answered = 0;
  private _changed = new Signal<this, void>(this);
}
