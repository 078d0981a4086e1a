/**
 * The table page: head, tabs, and what the chosen tab shows.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Panel, PanelLayout, Widget } from '@lumino/widgets';
import * as React from 'react';

import { tableIcon } from '../../icons';
import { Guard } from '../../ui/guard';
import { TabBar } from '../../ui/tabbar';
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
export class TablePage extends Widget {
  constructor(options: TablePage.IOptions) {
    super();
    this._options = options;
    this.model = options.model;
    const { trans, model } = options;
    this.addClass('jp-mlx-TablePage');
    this.node.tabIndex = -1;
    this.title.icon = tableIcon;
    this.title.label = trans.__('Table');
    this._bar = new TabBar<TabId>({
      label: trans.__('Parts of the table'),
      idPrefix: `jp-mlx-table-${model.id}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      onSelect: id => this._show(id)
    });
    this._body = new Panel();
    this._body.addClass('jp-mlx-RunPage-body');
    this._body.node.setAttribute('role', 'tabpanel');
    this._body.node.tabIndex = 0;
    const layout = (this.layout = new PanelLayout());
    const head = ReactWidget.create(<TableHead {...options} />);
    head.addClass('jp-mlx-RunHead');
    layout.addWidget(head);
    layout.addWidget(this._bar);
    layout.addWidget(this._body);
    model.changed.connect(this._onChanged, this);
    this._show('schema');
    void model.load();
  }

  readonly model: TableModel;

  /** Show a tab by its name; an unknown one is passed over. */
  showTab(name: string): void {
    const id = TABS.find(one => one === name);
    if (id) {
      this._show(id);
    }
  }

  /** Show a column in the schema. */
  showColumn(name: string): void {
    this._wanted = name;
    this._show('schema');
    this._revealWanted();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus();
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

  private _show(id: TabId): void {
    this._bar.current = id;
    this._tab?.hide();
    let tab = this._tabs.get(id);
    if (!tab) {
      tab = ReactWidget.create(
        <Guard trans={this._options.trans}>{this._view(id)}</Guard>
      );
      tab.addClass('jp-mlx-Tab');
      this._tabs.set(id, tab);
      this._body.addWidget(tab);
    }
    tab.show();
    this._tab = tab;
    this._body.node.setAttribute('aria-labelledby', this._bar.tabId(id));
    this._body.node.id = this._bar.panelId;
  }

  private _view(id: TabId): JSX.Element {
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
  private _bar: TabBar<TabId>;
  private _body: Panel;
  private _tab: Widget | null = null;
  private _tabs = new Map<TabId, Widget>();
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
