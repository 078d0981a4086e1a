/**
 * The runs as a plain table, for screen readers and short lists.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { useSignals } from '../../ui/hooks';
import {
  canSort,
  cellText,
  columnLabel,
  FIXED,
  isNumber,
  WAITING
} from './cells';
import type { ExperimentModel } from './model';

/** How many rows are shown at first, and more at a time. */
const ROWS = 100;

/** The table. */
export function PlainRuns(props: {
  model: ExperimentModel;
  onOpen: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, onOpen, trans } = props;
  useSignals(model.changed);
  const [most, setMost] = React.useState(ROWS);
  const { table } = model;
  const columns = [...FIXED, ...(model.columns ?? [])];
  const rows = [...Array(Math.min(most, table.rowCount)).keys()];
  return (
    <div
      className="jp-mlx-Rows"
      role="region"
      aria-label={trans.__('Runs')}
      tabIndex={0}
    >
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            <td />
            {columns.map(column => (
              <Head key={column} column={column} model={model} trans={trans} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => {
            const run = table.run(row);
            const [name, ...cells] = columns.map(column =>
              cellText(table, row, column, trans)
            );
            return (
              <tr key={run?.id ?? row} data-run={run?.id}>
                <td>
                  {run && (
                    <input
                      type="checkbox"
                      aria-label={trans.__('Choose %1', name)}
                      checked={model.isChecked(run.id)}
                      onChange={() => model.toggle(run)}
                    />
                  )}
                </td>
                <th scope="row">
                  {run ? (
                    <button
                      type="button"
                      className="jp-mlx-Link"
                      onClick={() => onOpen(run.id)}
                    >
                      {name}
                    </button>
                  ) : (
                    WAITING
                  )}
                </th>
                {cells.map((text, index) => (
                  <td
                    key={columns[index + 1]}
                    data-number={isNumber(columns[index + 1]) ? '' : undefined}
                    title={text}
                  >
                    {text}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {most < table.rowCount && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          onClick={() => setMost(most + ROWS)}
        >
          {trans.__('Show more runs')}
        </button>
      )}
    </div>
  );
}

function Head(props: {
  column: string;
  model: ExperimentModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { column, model, trans } = props;
  const { order } = model.table.query;
  const label = columnLabel(column, trans);
  const isSorted = order?.column === column;
  return (
    <th
      scope="col"
      data-number={isNumber(column) ? '' : undefined}
      title={column}
      aria-sort={
        isSorted ? (order.descending ? 'descending' : 'ascending') : undefined
      }
    >
      {canSort(column) ? (
        <button
          type="button"
          className="jp-mlx-Rows-sort"
          onClick={() => model.sortBy(column)}
        >
          {label}
          {isSorted && (order.descending ? ' ▼' : ' ▲')}
        </button>
      ) : (
        label
      )}
    </th>
  );
}
