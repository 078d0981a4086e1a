/**
 * The page of a run: its figures, what it was given, what it left.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { TabbedPage } from '../../ui/tabbed-page';
import { Curves } from '../charts/curves';
import type { CurvesModel } from '../charts/curves-model';
import { modelRunIcon } from '../icons';
import { runLabel } from '../words';
import { Files } from './files';
import { RunHead } from './head';
import type { RunModel } from './model';
import { InputsTab, MetricsTab, ParametersTab, TagsTab } from './tabs';

/**
 * The page of one run of the tracking store.
 */
export class ModelRunPage extends TabbedPage<ModelRunPage.IOptions> {
  constructor(options: ModelRunPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-ModelRunPage');
    this.title.icon = modelRunIcon;
    this.title.label = trans.__('Run');
    model.changed.connect(this._onChanged, this);
    this.build({
      label: trans.__('Parts of the run'),
      idPrefix: `jp-mlx-model-run-${model.id}`,
      head: RunHead,
      tabs: [
        { id: 'metrics', label: trans.__('Metrics'), view: MetricsTab },
        { id: 'curves', label: trans.__('Curves'), view: CurvesTab },
        {
          id: 'parameters',
          label: trans.__('Parameters'),
          view: ParametersTab
        },
        { id: 'inputs', label: trans.__('Data'), view: InputsTab },
        { id: 'files', label: trans.__('Artifacts'), view: Files },
        { id: 'tags', label: trans.__('Tags'), view: TagsTab }
      ]
    });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.curves.dispose();
      super.dispose();
    }
  }

  private _onChanged(): void {
    const run = this.model.detail.value?.run;
    if (run) {
      this.title.label = runLabel(run);
      this.title.caption = run.id;
    }
  }
}

export namespace ModelRunPage {
  export interface IOptions {
    model: RunModel;
    curves: CurvesModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}

function CurvesTab(props: ModelRunPage.IOptions): JSX.Element {
  return <Curves {...props} model={props.curves} />;
}
