/**
 * An attempt's log. Events say that there is more; the text comes by its offset, so
 * that nothing is missed or repeated.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { IMlxClient } from '../../tokens';

/** How much of a long log is read at first, in bytes. */
const TAIL = 200_000;

/** Milliseconds between two reads while the log grows. */
const PAUSE = 200;

/**
 * The text of a log, growing while the attempt runs.
 */
export class LogModel {
  constructor(options: LogModel.IOptions) {
    this._options = options;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get text(): string {
    return this._text;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** Whether there is more before what is shown. */
  get isTail(): boolean {
    return this._isTail;
  }

  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Read on from what is there; calls while one is under way are one more read. */
  async refresh(): Promise<void> {
    if (this._reading) {
      this._again = true;
      return;
    }
    this._reading = true;
    try {
      do {
        this._again = false;
        await this._read();
        if (this._again) {
          await new Promise(resolve => setTimeout(resolve, PAUSE));
        }
      } while (this._again);
      this._error = null;
    } catch (reason) {
      this._error = MlxError.from(reason);
    } finally {
      this._reading = false;
      this._changed.emit();
    }
  }

  /** Read the whole log. */
  async readAll(): Promise<void> {
    this._text = '';
    this._isTail = false;
    this._size = 0;
    await this.refresh();
  }

  private async _read(): Promise<void> {
    const { client, id, attempt } = this._options;
    const first = !this._isLoaded;
    const { text, size } = await client.runLog(
      id,
      attempt,
      first ? -TAIL : this._size
    );
    if (first) {
      this._isTail = size > TAIL;
    }
    this._isLoaded = true;
    this._size = size;
    this._text += text;
    this._changed.emit();
  }

  private _options: LogModel.IOptions;
  private _text = '';
  private _size = 0;
  private _isTail = false;
  private _isLoaded = false;
  private _reading = false;
  private _again = false;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace LogModel {
  export interface IOptions {
    client: IMlxClient;
    id: string;
    attempt: number;
  }
}
