/**
 * Rows as a plain table, or in the grid where they are many.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { cellText } from './format';
import { Grid } from './grid';
import type { IRows } from './grid';

/** Above this many cells a plain table is slow, and the grid is what is shown. */
export const PLAIN_CELLS = 4000;

/** The rows. */
export function Rows(props: {
  table: IRows;
  trans: TranslationBundle;
}): JSX.Element {
  const { table, trans } = props;
  if (table.rows.length * table.columns.length > PLAIN_CELLS) {
    return <Grid table={table} trans={trans} />;
  }
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
            {table.columns.map(({ name, type }) => (
              <th key={name} scope="col" title={`${name} · ${type}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => (
                <td
                  key={at}
                  data-number={typeof value === 'number' ? '' : undefined}
                  data-null={value === null ? '' : undefined}
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
