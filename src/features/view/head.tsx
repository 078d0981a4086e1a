/**
 * The view page's head: what it is, how fresh it is, then what to do with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FeatureView } from '../../api/types';
import { featureViewIcon } from '../icons';
import { CommandIDs } from '../../tokens';
import { formatTime } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { ErrorBox, Loading } from '../../ui/parts';
import { TagChips } from '../../ui/tags';
import { Freshness } from '../tree-view';
import { kindLabel, ttlText, versioned } from '../words';
import type { ITabProps } from './parts';
import { WorkNote } from './parts';

/** The head of the page. */
export function ViewHead(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const view = model.view.value;
  if (!view) {
    return model.view.error ? (
      <ErrorBox
        error={model.view.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.view.reload()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the view…')} />
    );
  }
  const error = model.error ?? model.view.error;
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <featureViewIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name">
          <span className="jp-mlx-TableHead-database">{view.project}/</span>
          {versioned(view)}
        </h2>
        {view.kind !== 'on_demand' && (
          <span className="jp-mlx-FreshnessLine">
            <Freshness view={view} isLong trans={trans} />
          </span>
        )}
        <TagChips
          tags={Object.entries(view.tags).map(
            ([key, value]) => `${key}=${value}`
          )}
        />
        <Buttons {...props} view={view} />
      </div>
      <div className="jp-mlx-TableHead-facts">{facts(view, trans)}</div>
      {view.description && (
        <div className="jp-mlx-TableHead-notes">{view.description}</div>
      )}
      {view.state === 'removed' && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'The repository defines this view no more. What was made from it keeps its versions.'
          )}
        </div>
      )}
      {error && <ErrorBox error={error} trans={trans} />}
      <WorkNote {...props} work="materialize" />
      <WorkNote {...props} work="statistics" />
    </>
  );
}

function facts(view: FeatureView, trans: TranslationBundle): string {
  return [
    kindLabel(view, trans),
    trans._n('%1 feature', '%1 features', view.features.length),
    view.join_keys.length > 0 && trans.__('by %1', view.join_keys.join(', ')),
    view.kind !== 'on_demand' && ttlText(view.ttl_s, trans),
    view.owner && trans.__('owner: %1', view.owner),
    trans.__('changed %1', formatTime(view.updated_at, trans, Date.now()))
  ]
    .filter(Boolean)
    .join(' · ');
}

function Buttons(props: ITabProps & { view: FeatureView }): JSX.Element {
  const { model, commands, trans, view } = props;
  const ask = { project: view.project, features: [view.name] };
  return (
    <span className="jp-mlx-RunHead-buttons">
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-mod-accept"
        title={trans.__('Look its features up at the times of labels')}
        onClick={() => {
          void commands.execute(CommandIDs.buildTrainingSet, ask);
        }}
      >
        {trans.__('Build training set')}
      </button>
      {model.canMaterialize && (
        <button
          type="button"
          className="jp-mlx-Button"
          disabled={Boolean(model.working('materialize'))}
          title={trans.__('Bring what is served up to date, as a job')}
          onClick={() => void model.start('materialize')}
        >
          {trans.__('Materialize')}
        </button>
      )}
      {view.online && (
        <button
          type="button"
          className="jp-mlx-Button"
          title={trans.__('See what is served for one entity')}
          onClick={() => {
            void commands.execute(CommandIDs.lookUpFeatures, ask);
          }}
        >
          {trans.__('Look up')}
        </button>
      )}
      {model.canMeasure && (
        <button
          type="button"
          className="jp-mlx-Button"
          disabled={Boolean(model.working('statistics'))}
          title={trans.__(
            'Measure its features, their drift, and whether what is served equals what is stored, as a job'
          )}
          onClick={() => void model.start('statistics')}
        >
          {trans.__('Compute statistics')}
        </button>
      )}
    </span>
  );
}
