/**
 * Several runs beside each other. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  ComparedRow,
  ModelRun,
  ModelRunComparison,
  RunColumn
} from '../../api/types';
import { Resource } from '../../ui/resource';
import type { IChartSource } from '../charts/source';
import type { IModelsClient } from '../tokens';

/** The parts of a comparison, in their order. */
export const PARTS = [
  'metrics',
  'parameters',
  'data',
  'environment',
  'tags'
] as const;

export type Part = (typeof PARTS)[number];

/** What columns of each kind start with. */
const PREFIXES = { metrics: 'metrics.', parameters: 'params.' } as const;

/**
 * The comparison, and what charts are drawn of it.
 */
export class CompareModel implements IChartSource {
  constructor(options: CompareModel.IOptions) {
    this.ids = options.ids;
    this.comparison = new Resource(() =>
      options.client.compare({
        runs: [...this.ids],
        only_different: this._onlyDifferent
      })
    );
    this.comparison.changed.connect(() => {
      this._isLoading = false;
      this._changed.emit();
      this._runsChanged.emit();
    });
  }

  readonly ids: ReadonlyArray<string>;
  readonly comparison: Resource<ModelRunComparison>;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get runsChanged(): ISignal<this, void> {
    return this._runsChanged;
  }

  /** Whether lines in which all runs are equal are left out. */
  get onlyDifferent(): boolean {
    return this._onlyDifferent;
  }

  /** Whether another answer is awaited. */
  get loading(): boolean {
    return this._isLoading;
  }

  /** The jobs of the two runs, where there are two and both were jobs: their notebooks can be compared. */
  get jobs(): [string, string] | null {
    const [a, b, third] = this.comparison.value?.runs ?? [];
    return a?.job_id && b?.job_id && !third ? [a.job_id, b.job_id] : null;
  }

  async load(): Promise<void> {
    this._isLoading = true;
    this._changed.emit();
    this._loaded = this.comparison.reload();
    await this._loaded;
  }

  async setOnlyDifferent(only: boolean): Promise<void> {
    this._onlyDifferent = only;
    await this.load();
  }

  /** The runs with all values that the comparison has. */
  async runs(): Promise<ModelRun[]> {
    const comparison = await this._value();
    const rows = this._valueRows(comparison);
    return comparison.runs.map((run, index) => ({
      ...run,
      values: Object.fromEntries(
        rows.flatMap(({ column, row }) => {
          const value = row.values[index];
          return value === null ? [] : [[column, value]];
        })
      )
    }));
  }

  /** Metrics and parameters of the comparison, those that differ first. */
  readonly askColumns: IChartSource['askColumns'] = async query => {
    const rows = this._valueRows(await this._value());
    const words = query.q?.toLowerCase() ?? '';
    const items = rows
      .map(({ column, row }) => describe(column, row))
      .filter(
        one =>
          (!query.kind || one.kind === query.kind) &&
          one.name.toLowerCase().includes(words)
      );
    const start = Number(query.cursor ?? 0);
    const end = start + (query.limit ?? items.length);
    return {
      items: items.slice(start, end),
      next_cursor: end < items.length ? String(end) : null,
      total: items.length
    };
  };

  dispose(): void {
    Signal.clearData(this);
  }

  private async _value(): Promise<ModelRunComparison> {
    await this._loaded;
    const { value, error } = this.comparison;
    if (error || !value) {
      throw error ?? new Error('The comparison was closed.');
    }
    return value;
  }

  private _valueRows(
    comparison: ModelRunComparison
  ): Array<{ column: string; row: ComparedRow }> {
    return (['metrics', 'parameters'] as const)
      .flatMap(part =>
        comparison[part].map(row => ({
          column: PREFIXES[part] + row.name,
          row
        }))
      )
      .sort((a, b) => Number(a.row.equal) - Number(b.row.equal));
  }

  private _loaded: Promise<void> | undefined;
  private _onlyDifferent = true;
  private _isLoading = false;
  private _changed = new Signal<this, void>(this);
  private _runsChanged = new Signal<this, void>(this);
}

export namespace CompareModel {
  export interface IOptions {
    ids: ReadonlyArray<string>;
    client: IModelsClient;
  }
}

function describe(column: string, row: ComparedRow): RunColumn {
  const own = row.values.filter(value => value !== null);
  return {
    column,
    kind: column.startsWith(PREFIXES.metrics) ? 'metric' : 'param',
    name: row.name,
    runs: own.length,
    numeric: own.every(value => !Number.isNaN(Number(value)))
  };
}
