/**
 * A comparison of two runs, without its view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type { Change, Diff, Run } from '../api/types';
import type { IJobsModel, IMlxClient } from '../tokens';

/** One line of a table of changes. */
export interface IChangeRow {
  name: string;
  a: unknown;
  b: unknown;
  changed: boolean;
}

/**
 * The two runs and what differs between them.
 */
export class CompareModel {
  constructor(options: CompareModel.IOptions) {
    this.aId = options.a;
    this.bId = options.b;
    this._client = options.client;
    this._jobs = options.jobs;
  }

  readonly aId: string;
  readonly bId: string;

  get a(): Run | null {
    return this._a;
  }

  get b(): Run | null {
    return this._b;
  }

  get diff(): Diff | null {
    return this._diff;
  }

  get error(): MlxError | null {
    return this._error;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async load(): Promise<void> {
    this._error = null;
    this._changed.emit();
    try {
      [this._a, this._b] = await Promise.all([
        this._jobs.get(this.aId),
        this._jobs.get(this.bId)
      ]);
      this._changed.emit();
      this._diff = await this._client.diff(
        `run:${this.aId}`,
        `run:${this.bId}`
      );
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  /** What both runs have of a kind, those that differ first. */
  rows(kind: 'parameters' | 'metrics'): IChangeRow[] {
    return mergeRows(
      this._a?.[kind] ?? {},
      this._b?.[kind] ?? {},
      this._diff?.[kind] ?? {}
    );
  }

  private _client: IMlxClient;
  private _jobs: IJobsModel;
  private _a: Run | null = null;
  private _b: Run | null = null;
  private _diff: Diff | null = null;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace CompareModel {
  export interface IOptions {
    a: string;
    b: string;
    client: IMlxClient;
    jobs: IJobsModel;
  }
}

/** The values of both sides by name; what the server calls a change wins. */
export function mergeRows(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  changes: Record<string, Change>
): IChangeRow[] {
  const names = new Set([
    ...Object.keys(changes),
    ...Object.keys(a),
    ...Object.keys(b)
  ]);
  const rows = [...names].map(name => {
    const change = changes[name];
    const left = change ? change.a : a[name];
    const right = change ? change.b : b[name];
    return {
      name,
      a: left,
      b: right,
      changed: JSON.stringify(left) !== JSON.stringify(right)
    };
  });
  return rows.sort(
    (x, y) =>
      Number(y.changed) - Number(x.changed) || x.name.localeCompare(y.name)
  );
}

/** What changed, as rows in the server's order. */
export function changeRows(changes: Record<string, Change>): IChangeRow[] {
  return mergeRows({}, {}, changes);
}
