/**
 * The page of a feature view: head, tabs, and what the chosen tab shows.
 */

import { featureViewIcon } from '../icons';
import { TabbedPage } from '../../ui/tabbed-page';
import { versioned } from '../words';
import { FreshnessTab } from './freshness';
import { ViewHead } from './head';
import { LineageTab, UsesTab } from './lineage';
import type { ITabProps } from './parts';
import { SchemaTab } from './schema';
import { SourceTab } from './source';
import { StatisticsTab } from './statistics';
import { VersionsTab } from './versions';

/**
 * The page of one view.
 */
export class FeatureViewPage extends TabbedPage<ITabProps> {
  constructor(options: FeatureViewPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-FeatureViewPage');
    this.title.icon = featureViewIcon;
    this.title.label = trans.__('Feature view');
    model.changed.connect(this._onChanged, this);
    this.build({
      label: trans.__('Parts of the view'),
      idPrefix: `jp-mlx-view-${model.id}`,
      head: ViewHead,
      tabs: [
        { id: 'schema', label: trans.__('Schema'), view: SchemaTab },
        { id: 'source', label: trans.__('Source'), view: SourceTab },
        { id: 'lineage', label: trans.__('Lineage'), view: LineageTab },
        {
          id: 'statistics',
          label: trans.__('Statistics'),
          view: StatisticsTab
        },
        { id: 'freshness', label: trans.__('Freshness'), view: FreshnessTab },
        { id: 'versions', label: trans.__('Versions'), view: VersionsTab },
        { id: 'uses', label: trans.__('Used by'), view: UsesTab }
      ]
    });
  }

  /** Show a feature in the schema. */
  showFeature(name: string): void {
    this.showTab('schema');
    this.reveal(`[data-feature="${CSS.escape(name)}"] th`);
  }

  private _onChanged(): void {
    const view = this.model.view.value;
    if (view) {
      this.title.label = view.name;
      this.title.caption = `${view.project}/${versioned(view)}`;
      this.reveal();
    }
  }
}

export namespace FeatureViewPage {
  export type IOptions = ITabProps;
}
