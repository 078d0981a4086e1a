/**
 * An edit of what is served to whom, until it is applied. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Deployment, DeploymentPatch } from '../../api/types';
import {
  sameShares,
  toRoutes,
  toShares,
  withShadow,
  withShare,
  withVersion,
  withoutVersion
} from './shares';
import type { IShare } from './shares';

/**
 * The edit. What is served by the server is followed until somebody edits; an edit in
 * progress is kept when another makes a revision, and is told of it.
 */
export class TrafficModel {
  constructor(options: TrafficModel.IOptions) {
    this._options = options;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get shares(): ReadonlyArray<IShare> {
    return this._shares;
  }

  get why(): string {
    return this._why;
  }

  set why(value: string) {
    this._why = value;
    this._changed.emit();
  }

  /** Whether it would change what is served. */
  get isEdited(): boolean {
    return !sameShares(this._shares, this._base);
  }

  get isPending(): boolean {
    return this._isPending;
  }

  /** What the server refused. */
  get error(): MlxError | null {
    return this._error;
  }

  /** The revision that another made while this was edited; null where there is none. */
  get overtakenBy(): number | null {
    return this.isEdited &&
      this._current &&
      this._current.revision !== this._revision
      ? this._current.revision
      : null;
  }

  /** The revision that the edit starts from. */
  get revision(): number {
    return this._revision;
  }

  /** What the server serves now. */
  take(deployment: Deployment): void {
    this._current = deployment;
    if (!this.isEdited) {
      this._begin(deployment);
    }
    this._changed.emit();
  }

  setShare(version: number, tenths: number): void {
    this._set(withShare(this._shares, version, tenths));
  }

  setShadow(version: number, shadow: boolean): void {
    this._set(withShadow(this._shares, version, shadow));
  }

  add(version: number, shadow: boolean): void {
    this._set(withVersion(this._shares, version, shadow));
  }

  remove(version: number): void {
    this._set(withoutVersion(this._shares, version));
  }

  /** Leave the edit: what the server serves now is shown. */
  reset(): void {
    if (this._current) {
      this._begin(this._current);
    }
    this._error = null;
    this._changed.emit();
  }

  /** Keep the edit, to be applied over the revision that is in force now. */
  rebase(): void {
    if (this._current) {
      this._revision = this._current.revision;
      this._base = toShares(this._current.routes);
    }
    this._error = null;
    this._changed.emit();
  }

  /** Put it in force. */
  async apply(): Promise<void> {
    if (this._isPending || !this.isEdited) {
      return;
    }
    this._isPending = true;
    this._error = null;
    this._changed.emit();
    const why = this._why.trim();
    try {
      await this._options.apply({
        routes: toRoutes(this._shares),
        expected: this._revision,
        ...(why ? { why } : {})
      });
      this._why = '';
      // What was answered has been taken; it is where the next edit starts.
      this.reset();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._isPending = false;
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _begin(deployment: Deployment): void {
    this._revision = deployment.revision;
    this._base = toShares(deployment.routes);
    this._shares = this._base;
  }

  private _set(shares: IShare[]): void {
    this._shares = shares;
    this._error = null;
    this._changed.emit();
  }

  private _options: TrafficModel.IOptions;
  private _current: Deployment | null = null;
  private _revision = 0;
  private _base: IShare[] = [];
  private _shares: IShare[] = [];
  private _why = '';
  private _isPending = false;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace TrafficModel {
  export interface IOptions {
    /** Puts a change in force, and has the answer taken. Throws what the server refuses. */
    apply: (patch: DeploymentPatch) => Promise<void>;
  }
}
