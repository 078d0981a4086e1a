/**
 * The page of a deployment: head, tabs, and what the chosen tab shows.
 */

import { TabbedPage } from '../../ui/tabbed-page';
import { CallTab } from './call';
import { DeploymentHead } from './head';
import { deploymentIcon } from './icon';
import { LogTab } from './log';
import type { ITabProps } from './parts';
import { RequestsTab } from './requests';
import { RevisionsTab } from './revisions';
import { TrafficTab } from './traffic';
import { TryTab } from './try';

/**
 * The page of one deployment.
 */
export class DeploymentPage extends TabbedPage<ITabProps> {
  constructor(options: DeploymentPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-DeploymentPage');
    this.title.icon = deploymentIcon;
    this.title.label = model.name;
    this.title.caption = trans.__('Deployment %1', model.name);
    this.build({
      label: trans.__('Parts of the deployment'),
      idPrefix: `jp-mlx-deployment-${model.name}`,
      head: DeploymentHead,
      tabs: [
        { id: 'traffic', label: trans.__('Traffic'), view: TrafficTab },
        { id: 'try', label: trans.__('Try it'), view: TryTab },
        { id: 'requests', label: trans.__('Requests'), view: RequestsTab },
        { id: 'revisions', label: trans.__('Revisions'), view: RevisionsTab },
        { id: 'log', label: trans.__('Log'), view: LogTab },
        { id: 'call', label: trans.__('How to call'), view: CallTab }
      ]
    });
  }
}

export namespace DeploymentPage {
  export type IOptions = ITabProps;
}
