/**
 * Rows as a plain table.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Preview } from '../../api/types';
import { cellText } from '../../ui/format';
import type { SampleModel } from './sample-model';

/** The rows; a click on a column's name sorts by it. */
export function PlainRows(props: {
  sample: SampleModel;
  preview: Preview;
  trans: TranslationBundle;
}): JSX.Element {
  const { sample, preview, trans } = props;
  const sort = sample.query.sort ?? '';
  const masked = new Set(preview.masked);
  return (
    <div
      className="jp-mlx-Rows"
      role="region"
      aria-label={trans.__('Rows')}
      tabIndex={0}
    >
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            {preview.columns.map(column => (
              <th
                key={column.name}
                scope="col"
                title={`${column.name} · ${column.type}`}
                aria-sort={
                  sort === column.name
                    ? 'ascending'
                    : sort === `-${column.name}`
                      ? 'descending'
                      : undefined
                }
              >
                <button
                  type="button"
                  className="jp-mlx-Rows-sort"
                  onClick={() => void sample.sortBy(column.name)}
                >
                  {column.name}
                  {sort === column.name && ' ↑'}
                  {sort === `-${column.name}` && ' ↓'}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => (
                <td
                  key={at}
                  data-number={typeof value === 'number' ? '' : undefined}
                  data-null={value === null ? '' : undefined}
                  data-masked={
                    masked.has(preview.columns[at].name) ? '' : undefined
                  }
                  title={cellText(value)}
                >
                  {cellText(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
