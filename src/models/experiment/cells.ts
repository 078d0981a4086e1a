/**
 * What stands in the cells of the table of runs. No view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModelRun } from '../../api/types';
import { formatTime } from '../../ui/format';
import {
  columnName,
  durationText,
  modelsText,
  runLabel,
  runStateLabel,
  valueText
} from '../words';
import type { RunsTable } from './runs';
import { PENDING } from './runs';

/** What every run has. */
export const FIXED = [
  'run_name',
  'status',
  'start_time',
  'duration',
  'models'
] as const;

type Fixed = (typeof FIXED)[number];

/** What stands in a cell that is still to come. */
export const WAITING = '…';

const SIGNS: Readonly<Record<ModelRun['state'], string>> = {
  RUNNING: '▸',
  SCHEDULED: '◷',
  FINISHED: '✓',
  FAILED: '✗',
  KILLED: '–'
};

/** The text of a cell. */
export function cellText(
  table: RunsTable,
  row: number,
  column: string,
  trans: TranslationBundle
): string {
  const run = table.run(row);
  if (!run) {
    return WAITING;
  }
  if (isFixed(column)) {
    return fixedText(run, column, trans);
  }
  const value = table.cell(row, column);
  return value === PENDING
    ? WAITING
    : value === undefined
      ? ''
      : valueText(column, value);
}

export function isFixed(column: string): column is Fixed {
  return (FIXED as ReadonlyArray<string>).includes(column);
}

/** Whether the server can sort by a column. */
export function canSort(column: string): boolean {
  return column !== 'models';
}

/** Whether a column holds numbers, which stand one below the other by their ends. */
export function isNumber(column: string): boolean {
  return column === 'duration' || column.startsWith('metrics.');
}

/** The head of a column. */
export function columnLabel(column: string, trans: TranslationBundle): string {
  if (!isFixed(column)) {
    return columnName(column);
  }
  switch (column) {
    case 'run_name':
      return trans.__('Run');
    case 'status':
      return trans.__('State');
    case 'start_time':
      return trans.__('Started');
    case 'duration':
      return trans.__('Duration');
    case 'models':
      return trans.__('Models');
  }
}

function fixedText(
  run: ModelRun,
  column: Fixed,
  trans: TranslationBundle
): string {
  const now = Date.now();
  switch (column) {
    case 'run_name':
      return runLabel(run);
    case 'status':
      return `${SIGNS[run.state]} ${runStateLabel(run.state, trans)}`;
    case 'start_time':
      return run.started_at ? formatTime(run.started_at, trans, now) : '–';
    case 'duration':
      return durationText(run, trans, now);
    case 'models':
      return modelsText(run);
  }
}
