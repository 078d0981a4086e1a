/**
 * The page of a feature view: head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { featureViewIcon } from '../icons';
import { TabbedPage } from '../../ui/tabbed-page';
import { versioned } from '../words';
import { FreshnessTab } from './freshness';
import { ViewHead } from './head';
import { LineageTab, UsesTab } from './lineage';
import type { ViewModel } from './model';
import type { ITabProps } from './parts';
import { SchemaTab } from './schema';
import { SourceTab } from './source';
import { StatisticsTab } from './statistics';
import { VersionsTab } from './versions';

const TABS = [
  'schema',
  'source',
  'lineage',
  'statistics',
  'freshness',
  'versions',
  'uses'
] as const;

type TabId = (typeof TABS)[number];

/**
 * The page of one view.
 */
export class FeatureViewPage extends TabbedPage<TabId> {
  constructor(options: FeatureViewPage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the view'),
      idPrefix: `jp-mlx-view-${model.id}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <ViewHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-FeatureViewPage');
    this.title.icon = featureViewIcon;
    this.title.label = trans.__('Feature view');
    model.changed.connect(this._onChanged, this);
    this.showTab('schema');
    void model.load();
  }

  readonly model: ViewModel;

  /** Show a feature in the schema. */
  showFeature(name: string): void {
    this._wanted = name;
    this.showTab('schema');
    this._revealWanted();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    const options = this._options;
    switch (id) {
      case 'schema':
        return <SchemaTab {...options} />;
      case 'source':
        return <SourceTab {...options} />;
      case 'lineage':
        return <LineageTab {...options} />;
      case 'statistics':
        return <StatisticsTab {...options} />;
      case 'freshness':
        return <FreshnessTab {...options} />;
      case 'versions':
        return <VersionsTab {...options} />;
      case 'uses':
        return <UsesTab {...options} />;
    }
  }

  private _onChanged(): void {
    const view = this.model.view.value;
    if (view) {
      this.title.label = view.name;
      this.title.caption = `${view.project}/${versioned(view)}`;
      this._revealWanted();
    }
  }

  private _revealWanted(): void {
    // The rows are drawn in the next frame.
    requestAnimationFrame(() => {
      const row =
        this._wanted === null
          ? null
          : this.node.querySelector<HTMLElement>(
              `[data-feature="${CSS.escape(this._wanted)}"] th`
            );
      if (row) {
        this._wanted = null;
        row.scrollIntoView({ block: 'center' });
        row.focus();
      }
    });
  }

  private _options: FeatureViewPage.IOptions;
  private _wanted: string | null = null;
}

export namespace FeatureViewPage {
  export type IOptions = ITabProps;
}

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'schema':
      return trans.__('Schema');
    case 'source':
      return trans.__('Source');
    case 'lineage':
      return trans.__('Lineage');
    case 'statistics':
      return trans.__('Statistics');
    case 'freshness':
      return trans.__('Freshness');
    case 'versions':
      return trans.__('Versions');
    case 'uses':
      return trans.__('Used by');
  }
}
