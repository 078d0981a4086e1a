/**
 * What a model answered, as a table.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRows } from '../../ui/grid';

/** A row for each prediction: by the names of its columns where it has names. */
export function answerTable(
  predictions: ReadonlyArray<unknown>,
  trans: TranslationBundle
): IRows {
  if (predictions.length > 0 && predictions.every(isObject)) {
    const names = [...new Set(predictions.flatMap(one => Object.keys(one)))];
    return {
      columns: names.map(name => ({ name, type: '' })),
      rows: predictions.map(one => names.map(name => one[name] ?? null))
    };
  }
  return {
    columns: [{ name: trans.__('Prediction'), type: '' }],
    rows: predictions.map(one => [one])
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
