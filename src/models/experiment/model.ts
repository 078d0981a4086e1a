/**
 * The page of an experiment: its runs, those that are chosen, what is drawn of them. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Experiment, ModelRun } from '../../api/types';
import type { IMlxClient } from '../../tokens';
import { Resource } from '../../ui/resource';
import type { IChartSource } from '../charts/source';
import { MOST_RUNS } from '../charts/source';
import { ColumnList } from '../columns';
import type { IModelsModel } from '../tokens';
import type { IRunsQuery } from './query';
import { textQuery } from './query';
import { RunsTable } from './runs';

/** How many metrics and parameters stand in the table before columns are chosen. */
const METRICS = 7;
const PARAMETERS = 5;

/** What is kept over a reload. */
export interface IExperimentState extends Partial<IRunsQuery> {
  columns?: string[] | null;
  /** The ids of the chosen runs. */
  checked?: string[];
}

/**
 * The page's state.
 */
export class ExperimentModel implements IChartSource {
  constructor(options: ExperimentModel.IOptions) {
    const { client, models, id, state = {} } = options;
    this.id = id;
    this._client = client;
    this._models = models;
    this._chosen = state.columns ?? null;
    this._kept = state.checked ?? [];
    this.experiment = new Resource(() => client.models.experiment(id));
    this.table = new RunsTable({
      client: client.models,
      experiment: id,
      query: {
        text: state.text ?? '',
        order: state.order ?? null,
        deleted: state.deleted ?? false
      }
    });
    this.columnList = new ColumnList(query => client.models.columns(id, query));
    this.table.changed.connect(this._onTable, this);
    this.experiment.changed.connect(this._emit, this);
    models.changed.connect(this._onModels, this);
    models.online.connect(this._onOnline, this);
  }

  readonly id: string;
  readonly experiment: Resource<Experiment>;
  readonly table: RunsTable;
  /** What the chooser of columns lists. */
  readonly columnList: ColumnList;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when charts draw other runs. */
  get runsChanged(): ISignal<this, void> {
    return this._runsChanged;
  }

  /** Emitted when what is kept over a reload is another. */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get state(): IExperimentState {
    const checked = [...this._kept, ...this._checked.keys()];
    return {
      ...this.table.query,
      columns: this._chosen,
      checked: checked.slice(0, MOST_RUNS)
    };
  }

  /** Why the columns could not be read. */
  get error(): MlxError | null {
    return this._error;
  }

  /** The columns of values: the chosen ones, else what most runs have; null before they are known. */
  get columns(): ReadonlyArray<string> | null {
    return this._chosen ?? this._usual;
  }

  /** Whether the columns are those that nobody chose. */
  get isUsual(): boolean {
    return this._chosen === null;
  }

  /** The runs that are chosen, in the order in which they were. */
  get checked(): ReadonlyArray<ModelRun> {
    return [...this._checked.values()];
  }

  isChecked(id: string): boolean {
    return this._checked.has(id);
  }

  /** Read all that is shown, or read it again. */
  async load(): Promise<void> {
    this.table.reload();
    await Promise.all([this.experiment.reload(), this.readColumns()]);
  }

  /** Read the columns that most runs have, and the runs that were chosen before a reload. */
  async readColumns(): Promise<void> {
    const { models } = this._client;
    try {
      const [metrics, params] = await Promise.all([
        models.columns(this.id, { kind: 'metric', limit: METRICS }),
        models.columns(this.id, { kind: 'param', limit: PARAMETERS }),
        this._readKept()
      ]);
      this._usual = [...metrics.items, ...params.items].map(one => one.column);
      this._error = null;
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  /** Show these columns of values; null for those that most runs have. */
  setColumns(columns: string[] | null): void {
    this._chosen = columns;
    this._stateChanged.emit();
    this._changed.emit();
  }

  ask(query: Partial<IRunsQuery>): void {
    if (query.deleted !== undefined) {
      this._kept = [];
      this._checked.clear();
    }
    this.table.ask(query);
    this._stateChanged.emit();
  }

  /** Sort by a column: the best figures first, then the other way round, then not at all. */
  sortBy(column: string): void {
    const { order } = this.table.query;
    const next =
      order?.column !== column
        ? { column, descending: true }
        : order.descending
          ? { column, descending: false }
          : null;
    this.ask({ order: next });
  }

  /** Choose a run, or no longer. */
  toggle(run: ModelRun): void {
    if (!this._checked.delete(run.id)) {
      this._checked.set(run.id, run);
    }
    this._onChecked();
  }

  /** Choose the first runs, or none where some are chosen. */
  toggleAll(): void {
    this._kept = [];
    if (this._checked.size > 0) {
      this._checked.clear();
    } else {
      for (const run of this.table.runs.slice(0, MOST_RUNS)) {
        this._checked.set(run.id, run);
      }
    }
    this._onChecked();
  }

  /** What charts draw: the chosen runs, else the first ones of the table. */
  async runs(columns: ReadonlyArray<string>): Promise<ModelRun[]> {
    const checked = this.checked.slice(0, MOST_RUNS);
    const { order, text, deleted } = this.table.query;
    const page = await this._client.models.searchRuns({
      experiments: [this.id],
      ...(checked.length > 0
        ? { filter: idsFilter(checked.map(run => run.id)) }
        : textQuery(text)),
      order_by: order ? [order] : [],
      columns: [...columns],
      deleted,
      limit: MOST_RUNS
    });
    return page.items;
  }

  readonly askColumns = (
    query: Parameters<IChartSource['askColumns']>[0]
  ): ReturnType<IChartSource['askColumns']> =>
    this._client.models.columns(this.id, query);

  dispose(): void {
    this.table.dispose();
    this.columnList.dispose();
    Signal.clearData(this);
  }

  /** Those that were deleted meanwhile are no longer chosen. */
  private async _readKept(): Promise<void> {
    const ids = this._kept;
    if (ids.length === 0) {
      return;
    }
    const { items } = await this._client.models.searchRuns({
      experiments: [this.id],
      filter: idsFilter(ids),
      columns: [],
      deleted: this.table.query.deleted,
      limit: ids.length
    });
    // Another question, or a click on the box above them, has chosen none.
    if (this._kept === ids) {
      const found = new Map(items.map(run => [run.id, run]));
      const later = this.checked;
      this._kept = [];
      this._checked = new Map(
        [...ids.flatMap(id => found.get(id) ?? []), ...later].map(run => [
          run.id,
          run
        ])
      );
      this._onChecked();
    }
  }

  private _onChecked(): void {
    this._stateChanged.emit();
    this._changed.emit();
    this._runsChanged.emit();
  }

  private _onTable(_: RunsTable, isOther: boolean): void {
    this._changed.emit();
    if (isOther && this._checked.size === 0) {
      this._runsChanged.emit();
    }
  }

  /** A run was added, or ended: what is shown is read again. */
  private _onModels(): void {
    const known = this.experiment.value;
    const now = this._models.experiments.find(one => one.id === this.id);
    if (
      known &&
      now &&
      (now.runs !== known.runs || now.updated_at !== known.updated_at)
    ) {
      this.experiment.set(now);
      this.table.reload();
    }
  }

  private _onOnline(): void {
    void this.load();
    this._runsChanged.emit();
  }

  private _emit(): void {
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _models: IModelsModel;
  private _error: MlxError | null = null;
  private _chosen: string[] | null;
  private _usual: string[] | null = null;
  private _checked = new Map<string, ModelRun>();
  /** The runs that were chosen before a reload, until they are read. */
  private _kept: ReadonlyArray<string>;
  private _changed = new Signal<this, void>(this);
  private _runsChanged = new Signal<this, void>(this);
  private _stateChanged = new Signal<this, void>(this);
}

export namespace ExperimentModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
    models: IModelsModel;
    state?: IExperimentState;
  }
}

/** A condition that only these runs meet. */
function idsFilter(ids: ReadonlyArray<string>): string {
  return `attributes.run_id IN (${ids.map(id => `'${id}'`).join(', ')})`;
}
