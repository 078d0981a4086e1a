/**
 * The page of a registered model: head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { TabbedPage } from '../../../ui/tabbed-page';
import { modelIcon } from '../../icons';
import { ModelHead } from './head';
import { HistoryTab } from './history';
import type { RegisteredModelModel } from './model';
import type { ITabProps } from './parts';
import { PoliciesTab } from './policies';
import { PromotionsTab } from './promotions';
import { VersionsTab } from './versions';

const TABS = ['versions', 'history', 'policies', 'promotions'] as const;

type TabId = (typeof TABS)[number];

/**
 * The page of one model.
 */
export class RegisteredModelPage extends TabbedPage<TabId> {
  constructor(options: RegisteredModelPage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the model'),
      idPrefix: `jp-mlx-model-${encodeURIComponent(model.name)}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <ModelHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-ModelPage');
    this.title.icon = modelIcon;
    this.title.label = model.name;
    this.title.caption = trans.__('Model %1', model.name);
    this.showTab('versions');
    void model.load();
  }

  readonly model: RegisteredModelModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    const options = this._options;
    switch (id) {
      case 'versions':
        return <VersionsTab {...options} />;
      case 'history':
        return <HistoryTab {...options} />;
      case 'policies':
        return <PoliciesTab {...options} />;
      case 'promotions':
        return <PromotionsTab {...options} />;
    }
  }

  private _options: RegisteredModelPage.IOptions;
}

export namespace RegisteredModelPage {
  export type IOptions = ITabProps;
}

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'versions':
      return trans.__('Versions');
    case 'history':
      return trans.__('History');
    case 'policies':
      return trans.__('Policies');
    case 'promotions':
      return trans.__('Promotions');
  }
}
