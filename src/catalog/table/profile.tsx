/**
 * The Profile tab: every column measured, one of them at a time as charts.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../../api/errors';
import type { ColumnProfile, Profile } from '../../api/types';
import { formatNumber, formatSeconds, formatTime } from '../../ui/format';
import { Empty } from '../../ui/parts';
import { show } from './bars';
import { histogramSpec, topSpec, VEGALITE } from './charts';
import type { IChartStyle } from './charts';
import type { ITabProps } from './parts';
import { Part, WorkNote } from './parts';
import { percent } from './schema';

export interface IProfileProps extends ITabProps {
  rendermime: IRenderMimeRegistry;
}

/** The profile, or how to get one. */
export function ProfileTab(props: IProfileProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.profile}
      loading={trans.__('Reading the profile…')}
      trans={trans}
    >
      {({ profile }) =>
        profile ? (
          <Columns {...props} profile={profile} />
        ) : model.working('profile') ? (
          <WorkNote
            {...props}
            work="profile"
            text={trans.__('The profile is being made…')}
          />
        ) : (
          <Empty
            text={trans.__(
              'This version has no profile yet. A job counts nulls and distinct values, quantiles, histograms and top values of every column.'
            )}
            action={{
              label: trans.__('Profile the table'),
              onClick: () => void model.start('profile')
            }}
          />
        )
      }
    </Part>
  );
}

function Columns(props: IProfileProps & { profile: Profile }): JSX.Element {
  const { profile, trans, rendermime } = props;
  const [name, setName] = React.useState(profile.columns[0]?.name ?? '');
  const column =
    profile.columns.find(one => one.name === name) ?? profile.columns[0];
  return (
    <div className="jp-mlx-Profile">
      <div className="jp-mlx-Profile-list">
        <p className="jp-mlx-Sample-note">
          {profile.sampled
            ? trans.__('Of a sample of %1 rows', formatNumber(profile.rows))
            : trans._n(
                'Of all of %2 row',
                'Of all %2 rows',
                profile.rows,
                formatNumber(profile.rows)
              )}
          {` · ${formatTime(profile.created_at, trans, Date.now())} · ${formatSeconds(profile.seconds, trans)}`}
        </p>
        <ul className="jp-mlx-List" aria-label={trans.__('Columns')}>
          {profile.columns.map(one => (
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
