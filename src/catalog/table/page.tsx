/**
 * The table page: head, tabs, and what the chosen tab shows.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { tableIcon } from '../../icons';
import { TabbedPage } from '../../ui/tabbed-page';
import { AccessTab } from './access';
import { ExplainTab, PartitionsTab, UsesTab, VersionsTab } from './facts';
import { TableHead } from './head';
import type { TableModel } from './model';
import { ProfileTab } from './profile';
import { QualityTab } from './quality';
import { SampleTab } from './sample';
import { SchemaTab } from './schema';

/**
 * The page of one table.
 */
export class TablePage extends TabbedPage<TablePage.IOptions> {
  constructor(options: TablePage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-TablePage');
    this.title.icon = tableIcon;
    this.title.label = trans.__('Table');
    model.changed.connect(this._onChanged, this);
    this.build({
      label: trans.__('Parts of the table'),
      idPrefix: `jp-mlx-table-${model.id}`,
      head: TableHead,
      tabs: [
        { id: 'schema', label: trans.__('Schema'), view: SchemaTab },
        { id: 'sample', label: trans.__('Sample'), view: SampleTab },
        { id: 'profile', label: trans.__('Profile'), view: ProfileTab },
        { id: 'versions', label: trans.__('Versions'), view: VersionsTab },
        {
          id: 'partitions',
          label: trans.__('Partitions'),
          view: PartitionsTab
        },
        { id: 'quality', label: trans.__('Quality'), view: QualityTab },
        { id: 'access', label: trans.__('Access'), view: AccessTab },
        { id: 'explain', label: trans.__('Explain'), view: ExplainTab },
        { id: 'uses', label: trans.__('Used by'), view: UsesTab }
      ]
    });
  }

  /** Show a column in the schema. */
  showColumn(name: string): void {
    this.showTab('schema');
    this.reveal(`[data-column="${CSS.escape(name)}"] th`);
  }

  private _onChanged(): void {
    const table = this.model.table.value;
    if (table) {
      this.title.label = table.name;
      this.title.caption = `${table.database}.${table.name} · ${table.location}`;
      this.reveal();
    }
  }
}

export namespace TablePage {
  export interface IOptions {
    model: TableModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
