/**
 * The page of a registered model: head, tabs, and what the chosen tab shows.
 */

import { TabbedPage } from '../../../ui/tabbed-page';
import { modelIcon } from '../../icons';
import { ModelHead } from './head';
import { HistoryTab } from './history';
import type { ITabProps } from './parts';
import { PoliciesTab } from './policies';
import { PromotionsTab } from './promotions';
import { VersionsTab } from './versions';

/**
 * The page of one model.
 */
export class RegisteredModelPage extends TabbedPage<ITabProps> {
  constructor(options: RegisteredModelPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-ModelPage');
    this.title.icon = modelIcon;
    this.title.label = model.name;
    this.title.caption = trans.__('Model %1', model.name);
    this.build({
      label: trans.__('Parts of the model'),
      idPrefix: `jp-mlx-model-${encodeURIComponent(model.name)}`,
      head: ModelHead,
      tabs: [
        { id: 'versions', label: trans.__('Versions'), view: VersionsTab },
        { id: 'history', label: trans.__('History'), view: HistoryTab },
        { id: 'policies', label: trans.__('Policies'), view: PoliciesTab },
        { id: 'promotions', label: trans.__('Promotions'), view: PromotionsTab }
      ]
    });
  }
}

export namespace RegisteredModelPage {
  export type IOptions = ITabProps;
}
