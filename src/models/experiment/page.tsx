/**
 * The page of an experiment: its runs as a table, and charts of them.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { TabbedPage } from '../../ui/tabbed-page';
import { chartTabs } from '../charts/tabs';
import type { ChartModels } from '../charts/tabs';
import { experimentIcon } from '../icons';
import { ExperimentHead } from './head';
import type { ExperimentModel } from './model';
import { RunsTab } from './runs-tab';

/**
 * The page of one experiment.
 */
export class ExperimentPage extends TabbedPage<ExperimentPage.IOptions> {
  constructor(options: ExperimentPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-ExperimentPage');
    this.title.icon = experimentIcon;
    this.title.label = trans.__('Experiment');
    model.changed.connect(this._onChanged, this);
    this.build({
      label: trans.__('Parts of the experiment'),
      idPrefix: `jp-mlx-experiment-${model.id}`,
      head: ExperimentHead,
      tabs: [
        { id: 'runs', label: trans.__('Runs'), view: RunsTab },
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

  private _onChanged(): void {
    const experiment = this.model.experiment.value;
    if (experiment) {
      this.title.label = experiment.name;
      this.title.caption = experiment.name;
    }
  }
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
