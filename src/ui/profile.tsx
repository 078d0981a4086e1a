/**
 * Columns as a profile measured them, one of them at a time as charts.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnProfile } from '../api/types';
import { show } from './bars';
import { Chart } from './chart';
import { histogramSpec, topSpec } from './charts';
import { formatNumber, percent } from './format';

/** The columns in a list, the chosen one with its figures and charts. */
export function ProfileColumns(props: {
  columns: ReadonlyArray<ColumnProfile>;
  /** What was measured, and when. */
  note: string;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { columns, note, trans, rendermime } = props;
  const [name, setName] = React.useState(columns[0]?.name ?? '');
  const column = columns.find(one => one.name === name) ?? columns[0];
  return (
    <div className="jp-mlx-Profile">
      <div className="jp-mlx-Profile-list">
        <p className="jp-mlx-Sample-note">{note}</p>
        <ul className="jp-mlx-List" aria-label={trans.__('Columns')}>
          {columns.map(one => (
            <li key={one.name}>
              <button
                type="button"
                className="jp-mlx-Row-main"
                aria-current={one.name === column?.name || undefined}
                title={`${one.name} · ${one.type}`}
                onClick={() => setName(one.name)}
              >
                <span className="jp-mlx-Row-line">
                  <span className="jp-mlx-Row-name">{one.name}</span>
                  <span className="jp-mlx-Row-detail">{one.type}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {column && (
        <ColumnCard
          key={column.name}
          column={column}
          rendermime={rendermime}
          trans={trans}
        />
      )}
    </div>
  );
}

function ColumnCard(props: {
  column: ColumnProfile;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { column, rendermime, trans } = props;
  const figures: Array<[string, string]> = [
    [trans.__('values'), formatNumber(column.count - column.nulls)],
    [
      trans.__('nulls'),
      percent(column.count ? column.nulls / column.count : 0)
    ],
    [trans.__('distinct'), show(column.distinct)],
    [trans.__('min'), show(column.min)],
    [trans.__('max'), show(column.max)],
    [trans.__('mean'), show(column.mean)],
    [trans.__('deviation'), show(column.std)]
  ];
  const quantiles = Object.entries(column.quantiles ?? {});
  return (
    <section className="jp-mlx-Profile-card" aria-label={column.name}>
      <h3 title={column.name}>
        {column.name} <code>{column.type}</code>
      </h3>
      <dl className="jp-mlx-Figures">
        {figures
          .filter(([, value]) => value !== '–')
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd title={value}>{value}</dd>
            </div>
          ))}
      </dl>
      {quantiles.length > 0 && (
        <table className="jp-mlx-Table jp-mlx-Profile-quantiles">
          <thead>
            <tr>
              {quantiles.map(([at]) => (
                <th key={at} scope="col">
                  {trans.__('%1 %', Math.round(Number(at) * 100))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              {quantiles.map(([at, value]) => (
                <td key={at}>{show(value)}</td>
              ))}
            </tr>
          </tbody>
        </table>
      )}
      <div className="jp-mlx-Profile-charts">
        <Chart
          title={trans.__('Distribution of %1', column.name)}
          spec={style => histogramSpec(column, style)}
          rendermime={rendermime}
          trans={trans}
        />
        <Chart
          title={trans.__('Top values of %1', column.name)}
          spec={style => topSpec(column, style)}
          rendermime={rendermime}
          trans={trans}
        />
      </div>
    </section>
  );
}
