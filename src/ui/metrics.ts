/**
 * Which figures of a run stand in front.
 */
import type { Run } from '../api/types';

/** What people look at first, in this order; a metric that contains one ranks by it. */
const PREFERRED = [
  'auc',
  'accuracy',
  'acc',
  'f1',
  'r2',
  'rmse',
  'mae',
  'loss',
  'brier'
];

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
    .sort((a, b) => compare(rank(a.name), rank(b.name)) || a.index - b.index)
    .map(({ name, value }) => ({
      name,
      value,
      other: other?.metrics[name] ?? undefined
    }));
}

/** Names of metrics, the most telling first; those that rank alike by name. */
export function rankedNames(names: ReadonlyArray<string>): string[] {
  return [...names].sort(
    (a, b) => compare(rank(a), rank(b)) || a.localeCompare(b)
  );
}

/** Two ranks, of which both may be infinite. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A word for the metric where room is short; its whole name where none is known. */
export function shortMetricName(name: string): string {
  const words = wordsOf(name);
  return PREFERRED.find(word => words.includes(word)) ?? name;
}

/**
 * Plain scores first, in the preferred order and on unseen data before others; then the best
 * on the way and scores of the training; then what has a longer name, such as a baseline's.
 */
function rank(name: string): number {
  const words = wordsOf(name);
  if (words.some(word => COSTS.has(word))) {
    return Infinity;
  }
  const found = PREFERRED.findIndex(word => words.includes(word));
  const at = found < 0 ? PREFERRED.length : found;
  const isUnseen = words.some(word => UNSEEN.has(word));
  const isChosen = words.some(word => CHOSEN.has(word));
  const isTrained = words.includes('train');
  const own = words.filter(word => !UNSEEN.has(word) && !CHOSEN.has(word));
  const tier = own.length > 2 ? 2 : isChosen || isTrained ? 1 : 0;
  return tier * 100 + at * 4 + (isTrained ? 2 : 0) + (isUnseen ? 0 : 1);
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}
