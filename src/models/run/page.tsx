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

const TABS = [
  'metrics',
  'curves',
  'parameters',
  'inputs',
  'files',
  'tags'
] as const;

type TabId = (typeof TABS)[number];

/**
 * The page of one run of the tracking store.
 */
export class ModelRunPage extends TabbedPage<TabId> {
  constructor(options: ModelRunPage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the run'),
      idPrefix: `jp-mlx-model-run-${model.id}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <RunHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-ModelRunPage');
    this.title.icon = modelRunIcon;
    this.title.label = trans.__('Run');
    model.changed.connect(this._onChanged, this);
    this.showTab('metrics');
    void model.load();
  }

  readonly model: RunModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      this._options.curves.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    const options = this._options;
    switch (id) {
      case 'metrics':
        return <MetricsTab {...options} />;
      case 'curves':
        return <Curves {...options} model={options.curves} />;
      case 'parameters':
        return <ParametersTab {...options} />;
      case 'inputs':
        return <InputsTab {...options} />;
      case 'files':
        return <Files {...options} />;
      case 'tags':
        return <TagsTab {...options} />;
    }
  }

  private _onChanged(): void {
    const run = this.model.detail.value?.run;
    if (run) {
      this.title.label = runLabel(run);
      this.title.caption = run.id;
    }
  }

  private _options: ModelRunPage.IOptions;
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

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'metrics':
      return trans.__('Metrics');
    case 'curves':
      return trans.__('Curves');
    case 'parameters':
      return trans.__('Parameters');
    case 'inputs':
      return trans.__('Data');
    case 'files':
      return trans.__('Artifacts');
    case 'tags':
      return trans.__('Tags');
  }
}
