/**
 * The table page: head, tabs, and what the chosen tab shows.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

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

const TABS = [
  'schema',
  'sample',
  'profile',
  'versions',
  'partitions',
  'quality',
  'access',
  'explain',
  'uses'
] as const;

type TabId = (typeof TABS)[number];

/**
 * The page of one table.
 */
export class TablePage extends TabbedPage<TabId> {
  constructor(options: TablePage.IOptions) {
    const { trans, model } = options;
    super({
      label: trans.__('Parts of the table'),
      idPrefix: `jp-mlx-table-${model.id}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <TableHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-TablePage');
    this.title.icon = tableIcon;
    this.title.label = trans.__('Table');
    model.changed.connect(this._onChanged, this);
    this.showTab('schema');
    void model.load();
  }

  readonly model: TableModel;

  /** Show a column in the schema. */
  showColumn(name: string): void {
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

  private _onChanged(): void {
    const table = this.model.table.value;
    if (table) {
      this.title.label = table.name;
      this.title.caption = `${table.database}.${table.name} · ${table.location}`;
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
              `[data-column="${CSS.escape(this._wanted)}"] th`
            );
      if (row) {
        this._wanted = null;
        row.scrollIntoView({ block: 'center' });
        row.focus();
      }
    });
  }

  protected override view(id: TabId): JSX.Element {
    const options = this._options;
    switch (id) {
      case 'schema':
        return <SchemaTab {...options} />;
      case 'sample':
        return <SampleTab {...options} />;
      case 'profile':
        return <ProfileTab {...options} />;
      case 'versions':
        return <VersionsTab {...options} />;
      case 'partitions':
        return <PartitionsTab {...options} />;
      case 'quality':
        return <QualityTab {...options} />;
      case 'access':
        return <AccessTab {...options} />;
      case 'explain':
        return <ExplainTab {...options} />;
      case 'uses':
        return <UsesTab {...options} />;
    }
  }

  private _options: TablePage.IOptions;
  private _wanted: string | null = null;
}

export namespace TablePage {
  export interface IOptions {
    model: TableModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'schema':
      return trans.__('Schema');
    case 'sample':
      return trans.__('Sample');
    case 'profile':
      return trans.__('Profile');
    case 'versions':
      return trans.__('Versions');
    case 'partitions':
      return trans.__('Partitions');
    case 'quality':
      return trans.__('Quality');
    case 'access':
      return trans.__('Access');
    case 'explain':
      return trans.__('Explain');
    case 'uses':
      return trans.__('Used by');
  }
}
