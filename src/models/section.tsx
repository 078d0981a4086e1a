/**
 * The Models section of the side panel.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useSignals } from '../ui/hooks';
import { Empty, ErrorBox, Loading } from '../ui/parts';
import type { ModelsSection } from './list';
import { ModelsTree } from './tree-view';

/** The view of the section. */
export class ModelsSectionView extends ReactWidget {
  constructor(section: ModelsSection) {
    super();
    this._section = section;
    this.addClass('jp-mlx-Models');
  }

  protected override render(): JSX.Element {
    return <Content section={this._section} />;
  }

  private _section: ModelsSection;
}

/** What could be read is shown, beside the reason why the rest could not. */
function Content(props: { section: ModelsSection }): JSX.Element {
  const { section } = props;
  useSignals(section.changed);
  const { models, trans, query, rows } = section;
  const isWaiting = models.status === 'loading' || models.status === 'idle';
  return (
    <>
      {models.status === 'failed' && models.error && (
        <ErrorBox
          error={models.error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void models.load()
          }}
        />
      )}
      {rows.length > 0 ? (
        <ModelsTree section={section} />
      ) : isWaiting ? (
        <Loading
          text={trans.__('Asking MLflow… the first answer takes some seconds.')}
        />
      ) : query ? (
        <Empty
          text={trans.__('No model, experiment or deployment is called so.')}
        />
      ) : (
        models.status === 'ready' && (
          <Empty
            text={trans.__(
              'Nothing is tracked yet. A notebook that runs as a job and logs with MLflow leaves its runs here; models that it registers follow with their versions.'
            )}
          />
        )
      )}
    </>
  );
}
