/**
 * The sending of a form, and what the server refused of it. No view.
 */
import { MlxError } from '../api/errors';

/**
 * What was sent, what is on its way, and what was refused: a field each, or the whole.
 */
export class Submission<F extends string = string> {
  constructor(options: Submission.IOptions<F>) {
    this._options = options;
  }

  /** Whether it was sent, or would have been: what is missing is told from then on. */
  get wasTried(): boolean {
    return this._wasTried;
  }

  get isSending(): boolean {
    return this._isSending;
  }

  /** What the server refused, where it is about no field. */
  get error(): MlxError | null {
    return this._error;
  }

  /** Whether the server refused a field. */
  get hasRefused(): boolean {
    return this._refused.size > 0;
  }

  /** What the server refused of a field. */
  refusalOf(field: F): MlxError | undefined {
    return this._refused.get(field);
  }

  /** Put an error beside the field that it is about, or above the form where it is about none. */
  refuse(
    error: MlxError,
    field: F | null = this._options.fieldOf(error)
  ): void {
    if (field === null) {
      this._error = error;
    } else {
      this._refused.set(field, error);
    }
  }

  /** A field has another value: what was refused of it is past. */
  clear(field: F): void {
    this._refused.delete(field);
  }

  /** What was refused of the whole is past. */
  clearError(): void {
    this._error = null;
  }

  /** Send; null where a field is wrong, it is on its way already, or the server refuses, which is then told. */
  async send<T>(
    isValid: boolean,
    request: () => Promise<T>
  ): Promise<T | null> {
    this._wasTried = true;
    if (this._isSending || !isValid) {
      this._options.onChanged();
      return null;
    }
    this._isSending = true;
    this._error = null;
    this._refused.clear();
    this._options.onChanged();
    try {
      return await request();
    } catch (reason) {
      this.refuse(MlxError.from(reason));
      return null;
    } finally {
      this._isSending = false;
      this._options.onChanged();
    }
  }

  private _options: Submission.IOptions<F>;
  private _wasTried = false;
  private _isSending = false;
  private _error: MlxError | null = null;
  private _refused = new Map<F, MlxError>();
}

export namespace Submission {
  export interface IOptions<F extends string> {
    /** The field that an error is about; null where it is about none. */
    fieldOf: (error: MlxError) => F | null;
    /** Called when something of it is another. */
    onChanged: () => void;
  }
}
