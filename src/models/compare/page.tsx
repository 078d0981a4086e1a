/**
 * The page that compares runs: what differs as a table, and charts of it.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { compareIcon } from '../../icons';
import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { ErrorBox, Loading } from '../../ui/parts';
import { TabbedPage } from '../../ui/tabbed-page';
import { chartTabs } from '../charts/tabs';
import type { ChartModels } from '../charts/tabs';
import { runLabel } from '../words';
import type { CompareModel } from './model';
import { Comparison } from './table';

// Comparisons have no name of their own.
let made = 0;

/**
 * The page of one comparison.
 */
export class CompareRunsPage extends TabbedPage<CompareRunsPage.IOptions> {
  constructor(options: CompareRunsPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-CompareRunsPage');
    this.title.icon = compareIcon;
    this.title.label = trans._n(
      'Compare %1 run',
      'Compare %1 runs',
      model.ids.length
    );
    this.build({
      label: trans.__('Parts of the comparison'),
      idPrefix: `jp-mlx-compare-runs-${++made}`,
      head: Head,
      tabs: [
        { id: 'table', label: trans.__('Differences'), view: Comparison },
        ...chartTabs(trans)
      ]
    });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.charts.dispose();
      super.dispose();
    }
  }
}

export namespace CompareRunsPage {
  export interface IOptions {
    model: CompareModel;
    charts: ChartModels;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}

function Head(props: CompareRunsPage.IOptions): JSX.Element {
  const { model, commands, trans } = props;
  useSignals(model.changed);
  const { value, error } = model.comparison;
  const { jobs } = model;
  const names = (value?.runs ?? []).slice(0, 3).map(runLabel);
  const more = (value?.runs.length ?? 0) - names.length;
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <compareIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name">
          {value
            ? trans._n('%1 run', '%1 runs', value.runs.length)
            : trans.__('Compare runs')}
        </h2>
        <span className="jp-mlx-Row-detail">
          {names.join(' ↔ ')}
          {more > 0 && ` … +${more}`}
        </span>
        {jobs && (
          <span className="jp-mlx-RunHead-buttons">
            <button
              type="button"
              className="jp-mlx-Button"
              title={trans.__(
                'See what differs in the two executed notebooks: source and outputs'
              )}
              onClick={() => {
                void commands.execute(CommandIDs.compareRuns, {
                  a: jobs[0],
                  b: jobs[1]
                });
              }}
            >
              {trans.__('Compare source and outputs')}
            </button>
          </span>
        )}
      </div>
      {error && (
        <ErrorBox
          error={error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void model.load()
          }}
        />
      )}
      {value && value.missing.length > 0 && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'Not there any more, they were deleted: %1',
            value.missing.join(', ')
          )}
        </div>
      )}
      {!value && !error && (
        <Loading
          text={trans.__('Asking MLflow… the first answer takes some seconds.')}
        />
      )}
    </>
  );
}
