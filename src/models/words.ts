/**
 * Words and figures of runs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  MetricValue,
  ModelRun,
  RegisteredModel,
  RunState
} from '../api/types';
import { formatNumber, formatSeconds, secondsBetween } from '../ui/format';
import { CHAMPION, metricText } from './registry/words';

/** The state of an MLflow run in a word. */
export function runStateLabel(
  state: ModelRun['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'RUNNING':
      return trans.__('Running');
    case 'SCHEDULED':
      return trans.__('Scheduled');
    case 'FINISHED':
      return trans.__('Finished');
    case 'FAILED':
      return trans.__('Failed');
    case 'KILLED':
      return trans.__('Killed');
  }
}

/** The sign of an MLflow run's state: that of a job's. */
export const RUN_SIGNS: Readonly<Record<ModelRun['state'], RunState>> = {
  RUNNING: 'RUNNING',
  SCHEDULED: 'QUEUED',
  FINISHED: 'SUCCEEDED',
  FAILED: 'FAILED',
  KILLED: 'CANCELLED'
};

/** A metric as a number, where NaN and the infinities are numbers too. */
export function toNumber(value: MetricValue): number {
  return typeof value === 'number' ? value : Number(value);
}

/** A value of a column as people read it. */
export function valueText(column: string, value: MetricValue | string): string {
  return column.startsWith('metrics.')
    ? metricText(value as MetricValue)
    : typeof value === 'number'
      ? formatNumber(value)
      : value;
}

/** How long a run took, or has run. */
export function durationText(
  run: Pick<ModelRun, 'started_at' | 'ended_at' | 'state'>,
  trans: TranslationBundle,
  now: number
): string {
  if (!run.ended_at && run.state !== 'RUNNING') {
    return '–';
  }
  const seconds = secondsBetween(run.started_at, run.ended_at, now);
  return seconds === null ? '–' : formatSeconds(seconds, trans);
}

/** The versions that were registered from a run: `delay-model v3`. */
export function modelsText(run: Pick<ModelRun, 'models'>): string {
  return run.models
    .map(({ name, version }) => `${name} v${version}`)
    .join(', ');
}

/** A run by its name, else by the first characters of its id. */
export function runLabel(run: Pick<ModelRun, 'name' | 'id'>): string {
  return run.name || run.id.slice(0, 8);
}

/** The name of a column without its kind. */
export function columnName(column: string): string {
  return column.replace(/^(metrics|params|tags)\./, '');
}

/** The aliases with the versions that they stand for, the champion first. */
export function aliasTexts(model: Pick<RegisteredModel, 'aliases'>): string[] {
  const rank = (alias: string): number => (alias === CHAMPION ? 0 : 1);
  return Object.entries(model.aliases)
    .sort(([a, x], [b, y]) => rank(a) - rank(b) || y - x || a.localeCompare(b))
    .map(([alias, version]) => `v${version} ${alias}`);
}
