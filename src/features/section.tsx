/**
 * The Features section of the side panel.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { featureViewIcon } from './icons';
import { CommandIDs } from '../tokens';
import { useSignals } from '../ui/hooks';
import { Empty, ErrorBox, Loading } from '../ui/parts';
import { TagChips } from '../ui/tags';
import type { FeaturesSection } from './list';
import { matching } from './search';
import { FeaturesTree, Freshness } from './tree-view';
import { kindMark } from './words';

/** The view of the section. */
export class FeaturesSectionView extends ReactWidget {
  constructor(section: FeaturesSection) {
    super();
    this._section = section;
    this.addClass('jp-mlx-Features');
  }

  protected override render(): JSX.Element {
    return <Content section={this._section} />;
  }

  private _section: FeaturesSection;
}

function Content(props: { section: FeaturesSection }): JSX.Element {
  const { section } = props;
  const { features, trans, commands } = section;
  useSignals(section.changed);
  if (features.status === 'failed' && features.error) {
    return (
      <ErrorBox
        error={features.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void features.load()
        }}
      />
    );
  }
  if (section.found.isActive) {
    return <Found section={section} />;
  }
  if (features.status !== 'ready' && features.projects.length === 0) {
    return <Loading text={trans.__('Reading the feature store…')} />;
  }
  if (features.projects.length === 0) {
    return (
      <Empty
        text={trans.__(
          'No features are defined yet. Apply a Feast repository, which is a folder with feature_store.yaml: its views are then here, with their versions, freshness and uses.'
        )}
        action={{
          label: trans.__('Apply a repository…'),
          onClick: () => void commands.execute(CommandIDs.applyFeatures)
        }}
      />
    );
  }
  return <FeaturesTree section={section} />;
}

function Found(props: { section: FeaturesSection }): JSX.Element {
  const { section } = props;
  const { found, trans } = section;
  if (found.error) {
    return <ErrorBox error={found.error} trans={trans} />;
  }
  if (!found.views) {
    return <Loading text={trans.__('Searching the features…')} />;
  }
  if (found.views.length === 0) {
    return <Empty text={trans.__('No view or feature matches.')} />;
  }
  return (
    <>
      <ul className="jp-mlx-List" aria-label={trans.__('Views that match')}>
        {found.views.map(view => {
          const features = matching(view, found.query);
          return (
            <li key={view.id} className="jp-mlx-Row" data-view={view.id}>
              <button
                type="button"
                className="jp-mlx-Row-main"
                data-mlx-row=""
                title={`${view.project}/${view.name}`}
                onClick={() => section.openView(view.id, features[0])}
              >
                <span className="jp-mlx-Row-line">
                  <featureViewIcon.react
                    tag="span"
                    className="jp-mlx-TreeRow-icon"
                  />
                  <span className="jp-mlx-Row-name">{view.name}</span>
                  <TagChips
                    tags={Object.entries(view.tags).map(
                      ([key, value]) => `${key}=${value}`
                    )}
                    most={1}
                  />
                  <span className="jp-mlx-Row-detail">
                    {kindMark(view, trans) || (
                      <Freshness view={view} trans={trans} />
                    )}
                  </span>
                </span>
                {features.length > 0 && (
                  <span className="jp-mlx-Found-snippet">
                    {features.join(', ')}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {found.hasMore && (
        <p className="jp-mlx-Found-count">
          {trans.__('There are more: another word narrows them.')}
        </p>
      )}
    </>
  );
}
