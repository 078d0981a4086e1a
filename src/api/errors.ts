/**
 * The one error type that leaves the client.
 */
import type { RunError } from './types';

/**
 * What went wrong with a request, and what to do about it.
 */
export class MlxError extends Error {
  constructor(options: MlxError.IOptions) {
    super(options.message);
    this.name = 'MlxError';
    this.code = options.code;
    this.remedy = options.remedy ?? '';
    this.field = options.field ?? '';
    this.status = options.status ?? 0;
  }

  /** A stable, machine-readable name of the error. */
  readonly code: string;
  /** What the reader can do; empty where nothing is known. */
  readonly remedy: string;
  /** The field of the request that is wrong; empty where it is none. */
  readonly field: string;
  /** The HTTP status, 0 where there was no answer. */
  readonly status: number;

  /**
   * Wrap anything that was thrown.
   */
  static from(reason: unknown): MlxError {
    if (reason instanceof MlxError) {
      return reason;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return new MlxError({ code: 'unexpected', message });
  }
}

export namespace MlxError {
  export interface IOptions extends Pick<
    RunError,
    'code' | 'message' | 'remedy' | 'field'
  > {
    status?: number;
  }
}
