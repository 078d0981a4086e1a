/**
 * Which figures of a run stand in front.
 */
import type { Run } from '../api/types';

/** What people look at first, in this order; a metric that contains one ranks by it. */
const PREFERRED = ['auc', 'accuracy', 'acc', 'f1', 'r2', 'rmse', 'mae', 'loss'];

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

function rank(name: string): number {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const at = PREFERRED.findIndex(word => words.includes(word));
  if (at < 0) {
    return PREFERRED.length * 2;
  }
  // A score on data that the model has not seen says more than one on its own.
  const unseen = words.some(word =>
    ['test', 'val', 'valid', 'eval'].includes(word)
  );
  return at * 2 + (unseen ? 0 : 1);
}
