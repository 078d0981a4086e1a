/**
 * Columns as a profile measured them, one of them at a time as charts.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../api/errors';
import type { ColumnProfile } from '../api/types';
import { show } from './bars';
import { histogramSpec, topSpec, VEGALITE } from './charts';
import type { IChartStyle } from './charts';
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

/** A chart by the application's own renderer, drawn again in another theme. */
function Chart(props: {
  title: string;
  spec: (style: IChartStyle) => Record<string, unknown> | null;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { title, spec, rendermime, trans } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [error, setError] = React.useState('');
  const isThere = spec(NO_STYLE) !== null;
  // Its end comes before React takes the host out: Lumino detaches only what is in the page.
  React.useLayoutEffect(() => {
    const host = node.current;
    if (!host) {
      return;
    }
    let drawn: Widget | null = null;
    const clear = (): void => {
      if (drawn) {
        Widget.detach(drawn);
        drawn.dispose();
        drawn = null;
      }
    };
    const draw = (): void => {
      clear();
      if (!rendermime.getFactory(VEGALITE)) {
        setError(trans.__('This application draws no Vega-Lite charts.'));
        return;
      }
      const renderer = rendermime.createRenderer(VEGALITE);
      drawn = renderer;
      Widget.attach(renderer, host);
      const data = { [VEGALITE]: spec(themeOf(host)) };
      renderer
        .renderModel(
          rendermime.createModel({
            data: data as ReadonlyPartialJSONObject,
            metadata: { [VEGALITE]: { embed_options: { actions: false } } }
          })
        )
        .catch(reason => setError(MlxError.from(reason).message));
    };
    draw();
    const themes = new MutationObserver(draw);
    themes.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });
    return () => {
      themes.disconnect();
      clear();
    };
  }, [isThere]);
  return isThere ? (
    <figure className="jp-mlx-Chart">
      <figcaption>{title}</figcaption>
      {error ? <div className="jp-mlx-Note">{error}</div> : <div ref={node} />}
    </figure>
  ) : null;
}

const NO_STYLE: IChartStyle = { text: '', grid: '', mark: '', font: '' };

function themeOf(host: HTMLElement): IChartStyle {
  const style = getComputedStyle(host);
  const variable = (name: string): string =>
    style.getPropertyValue(name).trim();
  return {
    text: variable('--jp-ui-font-color1'),
    grid: variable('--jp-border-color2'),
    mark: variable('--jp-brand-color1'),
    font: variable('--jp-ui-font-family')
  };
}
