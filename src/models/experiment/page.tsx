/**
 * The page of an experiment: its runs as a table, and charts of them.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { TabbedPage } from '../../ui/tabbed-page';
import { chartTabs } from '../charts/tabs';
import type { ChartModels, ChartTab } from '../charts/tabs';
import { experimentIcon } from '../icons';
import { ExperimentHead } from './head';
import type { ExperimentModel } from './model';
import { RunsTab } from './runs-tab';

type TabId = 'runs' | ChartTab;

/**
 * The page of one experiment.
 */
export class ExperimentPage extends TabbedPage<TabId> {
  constructor(options: ExperimentPage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the experiment'),
      idPrefix: `jp-mlx-experiment-${model.id}`,
      tabs: [{ id: 'runs', label: trans.__('Runs') }, ...chartTabs(trans)],
      head: <ExperimentHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-ExperimentPage');
    this.title.icon = experimentIcon;
    this.title.label = trans.__('Experiment');
    model.changed.connect(this._onChanged, this);
    this.showTab('runs');
    void model.load();
  }

  readonly model: ExperimentModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      this._options.charts.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    return id === 'runs' ? (
      <RunsTab {...this._options} />
    ) : (
      this._options.charts.view(id, this._options)
    );
  }

  private _onChanged(): void {
    const experiment = this.model.experiment.value;
    if (experiment) {
      this.title.label = experiment.name;
      this.title.caption = experiment.name;
    }
  }

  private _options: ExperimentPage.IOptions;
}

export namespace ExperimentPage {
  export interface IOptions {
    model: ExperimentModel;
    charts: ChartModels;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
