/**
 * The page of a deployment: head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { TabbedPage } from '../../ui/tabbed-page';
import { CallTab } from './call';
import { DeploymentHead } from './head';
import { deploymentIcon } from './icon';
import { LogTab } from './log';
import type { DeploymentModel } from './model';
import type { ITabProps } from './parts';
import { RequestsTab } from './requests';
import { RevisionsTab } from './revisions';
import { TrafficTab } from './traffic';
import { TryTab } from './try';

const TABS = [
  'traffic',
  'try',
  'requests',
  'revisions',
  'log',
  'call'
] as const;

type TabId = (typeof TABS)[number];

/**
 * The page of one deployment.
 */
export class DeploymentPage extends TabbedPage<TabId> {
  constructor(options: DeploymentPage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the deployment'),
      idPrefix: `jp-mlx-deployment-${model.name}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <DeploymentHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-DeploymentPage');
    this.title.icon = deploymentIcon;
    this.title.label = model.name;
    this.title.caption = trans.__('Deployment %1', model.name);
    this.showTab('traffic');
    void model.load();
  }

  readonly model: DeploymentModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    const options = this._options;
    switch (id) {
      case 'traffic':
        return <TrafficTab {...options} />;
      case 'try':
        return <TryTab {...options} />;
      case 'requests':
        return <RequestsTab {...options} />;
      case 'revisions':
        return <RevisionsTab {...options} />;
      case 'log':
        return <LogTab {...options} />;
      case 'call':
        return <CallTab {...options} />;
    }
  }

  private _options: DeploymentPage.IOptions;
}

export namespace DeploymentPage {
  export type IOptions = ITabProps;
}

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'traffic':
      return trans.__('Traffic');
    case 'try':
      return trans.__('Try it');
    case 'requests':
      return trans.__('Requests');
    case 'revisions':
      return trans.__('Revisions');
    case 'log':
      return trans.__('Log');
    case 'call':
      return trans.__('How to call');
  }
}
