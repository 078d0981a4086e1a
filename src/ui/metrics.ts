/**
 * Which figures of a run stand in front.
 */
import type { Run } from '../api/types';

/** What people look at first, in this order; a metric that contains one ranks by it. */
const PREFERRED = ['auc', 'accuracy', 'acc', 'f1', 'r2', 'rmse', 'mae', 'loss'];

/** What a run cost or counted, which says nothing about how good its result is. */
const COSTS = new Set([
  ...['seconds', 'second', 's', 'ms', 'time', 'duration', 'elapsed'],
  ...['epoch', 'epochs', 'step', 'steps', 'rows', 'count', 'bytes', 'memory']
]);

/** Scores on data that the model has not seen. */
const UNSEEN = new Set(['test', 'val', 'valid', 'validation', 'eval']);

/** The best on the way says less than what the run ended with. */
const CHOSEN = new Set(['best', 'max', 'min', 'last']);

/** One figure, beside the same figure of the run that it is compared with. */
export interface IMetric {
  name: string;
  value: number;
  /** The other run's value, where it has one. */
  other?: number;
}

/** The metrics of a run, the most telling first. */
export function headlineMetrics(run: Run, other?: Run): IMetric[] {
  return Object.entries(run.metrics)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([name, value], index) => ({ name, value, index }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.index - b.index)
    .map(({ name, value }) => ({
      name,
      value,
      other: other?.metrics[name] ?? undefined
    }));
}

/** A word for the metric where room is short; its whole name where none is known. */
export function shortMetricName(name: string): string {
  const words = wordsOf(name);
  return PREFERRED.find(word => words.includes(word)) ?? name;
}

function rank(name: string): number {
  const words = wordsOf(name);
  const at = PREFERRED.findIndex(word => words.includes(word));
  if (at < 0) {
    const isCost = words.some(word => COSTS.has(word));
    return PREFERRED.length * 4 + (isCost ? 1 : 0);
  }
  const kind = words.some(word => CHOSEN.has(word))
    ? 2
    : words.includes('train')
      ? 3
      : words.some(word => UNSEEN.has(word))
        ? 0
        : 1;
  return at * 4 + kind;
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}
