/**
 * Charts of runs by the values of their columns. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { ModelRun, RunColumn } from '../../api/types';
import { ColumnList } from '../columns';
import type { IChartSource } from './source';

/**
 * The columns of a chart and the runs with their values. An answer that a newer question has overtaken is dropped.
 */
export class PlotModel {
  constructor(options: PlotModel.IOptions) {
    this._source = options.source;
    this._first = options.first;
    this.columnList = new ColumnList(options.source.askColumns);
    this._source.runsChanged.connect(this._onRuns, this);
  }

  /** What the chooser of columns lists. */
  readonly columnList: ColumnList;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The columns that are drawn. */
  get columns(): ReadonlyArray<string> {
    return this._columns ?? [];
  }

  /** The runs with the values that were read last; null before they are. */
  get drawn(): PlotModel.IDrawn | null {
    return this._drawn;
  }

  get error(): MlxError | null {
    return this._error;
  }

  get loading(): boolean {
    return this._isLoading;
  }

  /** Read them, unless they have been asked for. */
  async want(): Promise<void> {
    if (this._question === 0) {
      await this.reload();
    }
  }

  async setColumns(columns: ReadonlyArray<string>): Promise<void> {
    this._columns = columns;
    await this.reload();
  }

  async reload(): Promise<void> {
    const question = ++this._question;
    this._isLoading = true;
    this._changed.emit();
    try {
      if (this._columns === null) {
        const [metrics, params] = await Promise.all([
          this._source.askColumns({ kind: 'metric', limit: 10 }),
          this._source.askColumns({ kind: 'param', limit: 10 })
        ]);
        if (question === this._question) {
          this._columns = this._first(metrics.items, params.items);
        }
      }
      const { columns } = this;
      const runs = await this._source.runs(columns);
      if (question !== this._question) {
        return;
      }
      this._drawn = { columns, runs, version: question };
      this._error = null;
    } catch (reason) {
      if (question !== this._question) {
        return;
      }
      this._error = MlxError.from(reason);
    }
    this._isLoading = false;
    this._changed.emit();
  }

  dispose(): void {
    this._question += 1;
    this.columnList.dispose();
    this._source.runsChanged.disconnect(this._onRuns, this);
    Signal.clearData(this);
  }

  private _onRuns(): void {
    if (this._question > 0) {
      void this.reload();
    }
  }

  private _source: IChartSource;
  private _first: PlotModel.First;
  private _columns: ReadonlyArray<string> | null = null;
  private _drawn: PlotModel.IDrawn | null = null;
  private _error: MlxError | null = null;
  private _isLoading = false;
  private _question = 0;
  private _changed = new Signal<this, void>(this);
}

export namespace PlotModel {
  /** What is drawn. */
  export interface IDrawn {
    columns: ReadonlyArray<string>;
    runs: ReadonlyArray<ModelRun>;
    /** Changes with it. */
    version: number;
  }

  /** Which columns are drawn before any are chosen, of those that most runs have. */
  export type First = (
    metrics: ReadonlyArray<RunColumn>,
    params: ReadonlyArray<RunColumn>
  ) => string[];

  export interface IOptions {
    source: IChartSource;
    first: First;
  }
}

/** A parameter against the first metric, coloured by the second one. */
export const firstOfScatter: PlotModel.First = (metrics, params) => {
  const numeric = params.filter(one => one.numeric);
  const [y, second, third] = metrics;
  const x = numeric[0] ?? second ?? y;
  const colour = numeric[0] ? second : third;
  return [x, y, colour].flatMap(one => (one ? [one.column] : []));
};

/** Parameters first, then metrics: the last axis colours the lines. */
export const firstOfParallel: PlotModel.First = (metrics, params) => [
  ...params.slice(0, 5).map(one => one.column),
  ...metrics
    .slice(0, 3)
    .reverse()
    .map(one => one.column)
];
