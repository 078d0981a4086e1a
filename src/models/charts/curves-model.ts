/**
 * Which curves are drawn, and what was read of them. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { CurveList, ModelRun } from '../../api/types';
import { rankedNames } from '../../ui/metrics';
import { ColumnList } from '../columns';
import type { IModelsClient } from '../tokens';
import { columnName } from '../words';
import type { Axis } from './curves-spec';
import type { IChartSource } from './source';

/** How many metrics are drawn before any are chosen, and how many can be. */
const FIRST = 2;
export const MOST_METRICS = 50;

/** How many runs have curves before any are chosen: more are no longer told apart. */
const FIRST_RUNS = 10;

/** How many points all curves of a chart have together, and each one at least and at most. */
const POINTS = 20000;
const FEWEST = 50;
const MANY = 2000;

/**
 * The curves.
 */
export class CurvesModel {
  constructor(options: CurvesModel.IOptions) {
    this._client = options.client;
    this._source = options.source;
    this._most = options.most ?? FIRST_RUNS;
    this.metricList = new ColumnList(query =>
      options.source.askColumns({ ...query, kind: 'metric' })
    );
    options.source.runsChanged.connect(this._onRuns, this);
  }

  /** What the chooser of metrics lists. */
  readonly metricList: ColumnList;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The metrics that are drawn; null before it is known which there are. */
  get metrics(): ReadonlyArray<string> | null {
    return this._metrics;
  }

  get axis(): Axis {
    return this._axis;
  }

  get log(): boolean {
    return this._log;
  }

  /** The part of the axis that is looked at; null for all of it. */
  get range(): [number, number] | null {
    return this._range;
  }

  /** The runs whose curves are drawn. */
  get runs(): ReadonlyArray<ModelRun> {
    return this._runs;
  }

  get curves(): CurveList | null {
    return this._curves;
  }

  get error(): MlxError | null {
    return this._error;
  }

  get loading(): boolean {
    return this._isLoading;
  }

  isHidden(run: string): boolean {
    return this._hidden.has(run);
  }

  /** Read them, unless they have been asked for. */
  async want(): Promise<void> {
    if (this._question === 0) {
      await this.reload();
    }
  }

  /** Read runs and curves. */
  async reload(): Promise<void> {
    const question = this._begin();
    try {
      const [runs] = await Promise.all([
        this._source.runs([]),
        this.metricList.want()
      ]);
      if (question !== this._question) {
        return;
      }
      if (this.metricList.error) {
        throw this.metricList.error;
      }
      this._runs = runs.slice(0, this._most);
      this._metrics ??= rankedNames(
        (this.metricList.items ?? []).map(one => one.name)
      ).slice(0, FIRST);
    } catch (reason) {
      this._end(question, reason);
      return;
    }
    await this._read(question);
  }

  async setMetrics(columns: ReadonlyArray<string>): Promise<void> {
    this._metrics = columns.map(columnName).slice(0, MOST_METRICS);
    await this._read(this._begin());
  }

  async setAxis(axis: Axis): Promise<void> {
    this._axis = axis;
    await this.zoom(null);
  }

  setLog(log: boolean): void {
    this._log = log;
    this._version += 1;
    this._changed.emit();
  }

  /** Look at a part of the axis, whose points are read as fine as they can be drawn. */
  async zoom(range: [number, number] | null): Promise<void> {
    this._range = range;
    await this._read(this._begin());
  }

  /** Show a run's curves, or hide them. */
  toggle(run: string): void {
    if (!this._hidden.delete(run)) {
      this._hidden.add(run);
    }
    this._version += 1;
    this._changed.emit();
  }

  /** Changes with all that is drawn. */
  get version(): number {
    return this._version;
  }

  dispose(): void {
    this._question += 1;
    this.metricList.dispose();
    this._source.runsChanged.disconnect(this._onRuns, this);
    Signal.clearData(this);
  }

  private _begin(): number {
    this._isLoading = true;
    this._changed.emit();
    return ++this._question;
  }

  private async _read(question: number): Promise<void> {
    const metrics = [...(this._metrics ?? [])];
    const runs = this._runs.map(run => run.id);
    if (metrics.length === 0 || runs.length === 0) {
      this._curves = { items: [], missing: [] };
      this._end(question);
      return;
    }
    const each = Math.round(POINTS / runs.length);
    try {
      const curves = await this._client.curves({
        runs,
        metrics,
        points: Math.min(MANY, Math.max(FEWEST, each)),
        axis: this._axis,
        ...(this._range && { since: this._range[0], until: this._range[1] })
      });
      if (question === this._question) {
        this._curves = curves;
      }
      this._end(question);
    } catch (reason) {
      this._end(question, reason);
    }
  }

  private _end(question: number, reason?: unknown): void {
    if (question === this._question) {
      this._error = reason === undefined ? null : MlxError.from(reason);
      this._isLoading = false;
      this._version += 1;
      this._changed.emit();
    }
  }

  private _onRuns(): void {
    if (this._question > 0) {
      void this.reload();
    }
  }

  private _client: IModelsClient;
  private _source: IChartSource;
  private _most: number;
  private _metrics: ReadonlyArray<string> | null = null;
  private _axis: Axis = 'step';
  private _log = false;
  private _range: [number, number] | null = null;
  private _runs: ReadonlyArray<ModelRun> = [];
  private _hidden = new Set<string>();
  private _curves: CurveList | null = null;
  private _error: MlxError | null = null;
  private _isLoading = false;
  private _question = 0;
  private _version = 0;
  private _changed = new Signal<this, void>(this);
}

export namespace CurvesModel {
  export interface IOptions {
    client: IModelsClient;
    source: IChartSource;
    /** How many runs have curves. */
    most?: number;
  }
}
