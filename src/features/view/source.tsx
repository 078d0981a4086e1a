/**
 * The Source tab: where the values come from, or how they are computed.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FeatureView } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { Loading } from '../../ui/parts';
import type { ITabProps } from './parts';

/** The source of the view. */
export function SourceTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const view = model.view.value;
  if (!view) {
    return <Loading text={trans.__('Reading the view…')} />;
  }
  return (
    <>
      <dl className="jp-mlx-Facts">
        {facts(view, trans).map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
        <TableLink {...props} view={view} />
      </dl>
      <Mapping view={view} trans={trans} />
      {view.transformation && (
        <section className="jp-mlx-CrawlPage-part">
          <h3>{trans.__('Computed by')}</h3>
          <pre
            className="jp-mlx-Source jp-mlx-mod-definition"
            tabIndex={0}
            aria-label={trans.__('The function that computes it')}
          >
            {view.transformation}
          </pre>
        </section>
      )}
    </>
  );
}

function facts(
  view: FeatureView,
  trans: TranslationBundle
): Array<[string, React.ReactNode]> {
  const { source } = view;
  const found: Array<[string, React.ReactNode]> = [];
  if (source) {
    found.push([trans.__('Source'), `${source.name} (${source.kind})`]);
    found.push([trans.__('Place'), <code>{source.place}</code>]);
    found.push([
      trans.__('Event time'),
      <>
        <code>{source.timestamp}</code>{' '}
        {trans.__('when the values came to be so')}
      </>
    ]);
    found.push([
      trans.__('Written down'),
      source.created ? (
        <>
          <code>{source.created}</code>{' '}
          {trans.__('when the row was written: what is known later is told')}
        </>
      ) : (
        trans.__(
          'not kept: what was known only later cannot be told from what was known then'
        )
      )
    ]);
  }
  if (view.uses.length > 0) {
    found.push([trans.__('Computed from'), view.uses.join(', ')]);
  }
  found.push([
    trans.__('Entities'),
    view.entities.length
      ? `${view.entities.join(', ')} (${view.join_keys.join(', ')})`
      : trans.__('none')
  ]);
  return found;
}

function TableLink(
  props: ITabProps & { view: FeatureView }
): JSX.Element | null {
  const { model, view, commands, trans } = props;
  const { table } = view;
  if (!view.source) {
    return null;
  }
  return (
    <>
      <dt>{trans.__('In the catalog')}</dt>
      <dd>
        {table ? (
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => {
              void commands.execute(CommandIDs.openTable, { id: table.id });
            }}
          >
            {table.path}
          </button>
        ) : (
          <>
            {trans.__('not crawled yet')}{' '}
            <button
              type="button"
              className="jp-mlx-Link"
              onClick={() => {
                void commands.execute(CommandIDs.addSource, {
                  location: placeOf(view, model.project?.repository)
                });
              }}
            >
              {trans.__('Add it to the catalog…')}
            </button>
          </>
        )}
      </dd>
    </>
  );
}

/** Where the source is: a path is relative to the repository. */
function placeOf(view: FeatureView, repository = ''): string {
  const place = view.source?.place ?? '';
  return /^\/|^[a-z][\w+.-]*:\/\//i.test(place)
    ? place
    : PathExt.join(repository, place);
}

function Mapping(props: {
  view: FeatureView;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { view, trans } = props;
  const mapping = Object.entries(view.source?.mapping ?? {});
  if (mapping.length === 0) {
    return null;
  }
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans.__('Columns with another name')}</h3>
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <thead>
          <tr>
            <th scope="col">{trans.__('In the source')}</th>
            <th scope="col">{trans.__('Here')}</th>
          </tr>
        </thead>
        <tbody>
          {mapping.map(([column, feature]) => (
            <tr key={column}>
              <td>
                <code>{column}</code>
              </td>
              <td>
                <code>{feature}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
