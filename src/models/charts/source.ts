/**
 * What charts of runs are drawn from. No view.
 */
import type { ISignal } from '@lumino/signaling';

import type { ModelRun } from '../../api/types';
import type { AskColumns } from '../columns';

/** How many runs a chart draws at most. */
export const MOST_RUNS = 200;

/** Runs that charts are drawn of. */
export interface IChartSource {
  /** Emitted when they are others. */
  readonly runsChanged: ISignal<unknown, void>;
  /** The runs with the values of these columns. */
  runs(columns: ReadonlyArray<string>): Promise<ModelRun[]>;
  /** The columns that they have. */
  readonly askColumns: AskColumns;
}
