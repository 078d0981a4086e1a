/**
 * The run page: head, tabs, and what the chosen tab shows.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Panel, PanelLayout, Widget } from '@lumino/widgets';
import * as React from 'react';

import { mlxIcon } from '../../icons';
import { shortId } from '../../ui/format';
import { Guard } from '../../ui/guard';
import { TabBar } from '../../ui/tabbar';
import { stateLabel } from '../states';
import { CellsPanel } from './cells-view';
import { RunHead } from './head';
import type { RunModel } from './model';
import { LogTab, OutputsTab, ParametersTab, RecordTab } from './tabs';

type TabId = 'cells' | 'log' | 'parameters' | 'record' | 'outputs';

/**
 * The page of one run.
 */
export class RunPage extends Widget {
  constructor(options: RunPage.IOptions) {
    super();
    this._options = options;
    this.model = options.model;
    const { trans, model } = options;
    this.addClass('jp-mlx-RunPage');
    this.node.tabIndex = -1;
    this.title.icon = mlxIcon;
    this._bar = new TabBar<TabId>({
      label: trans.__('Parts of the run'),
      idPrefix: `jp-mlx-run-${model.id}`,
      tabs: [
        { id: 'cells', label: trans.__('Cells') },
        { id: 'log', label: trans.__('Log') },
        { id: 'parameters', label: trans.__('Parameters') },
        { id: 'record', label: trans.__('Record') },
        { id: 'outputs', label: trans.__('Outputs') }
      ],
      onSelect: id => this._show(id)
    });
    this._body = new Panel();
    this._body.addClass('jp-mlx-RunPage-body');
    this._body.node.setAttribute('role', 'tabpanel');
    this._body.node.tabIndex = 0;
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(
      ReactWidget.create(
        <RunHead
          model={model}
          commands={options.commands}
          trans={trans}
          onShowFailed={() => this.showFailedCell()}
        />
      )
    );
    layout.widgets[0].addClass('jp-mlx-RunHead');
    layout.addWidget(this._bar);
    layout.addWidget(this._body);
    model.changed.connect(this._onChanged, this);
    model.cellsReplaced.connect(this._makeCells, this);
    this._onChanged();
    this._show('cells');
    void model.load();
  }

  readonly model: RunModel;

  /** Show the first cell that failed, or the cell with this number. */
  showFailedCell(number?: number): void {
    this._wanted = number ?? this.model.run?.error?.cell ?? -1;
    this._show('cells');
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
    const { run } = this.model;
    const { trans } = this._options;
    this.title.label = run
      ? trans.__('%1 #%2', run.name, shortId(run.id))
      : trans.__('Run');
    this.title.caption = run
      ? `${run.notebook.path} · ${stateLabel(run.state, trans)}`
      : '';
  }

  private _show(id: TabId): void {
    this._bar.current = id;
    this._tab?.hide();
    let tab = this._tabs.get(id);
    if (!tab) {
      tab = this._make(id);
      this._tabs.set(id, tab);
      this._body.addWidget(tab);
    }
    tab.show();
    this._tab = tab;
    this._body.node.setAttribute('aria-labelledby', this._bar.tabId(id));
    this._body.node.id = this._bar.panelId;
  }

  private _make(id: TabId): Widget {
    const { model, trans } = this._options;
    switch (id) {
      case 'cells': {
        const holder = new Panel();
        holder.addClass('jp-mlx-Tab');
        this._cellsHolder = holder;
        this._makeCells();
        return holder;
      }
      case 'log':
        return tab(<LogTab model={model} trans={trans} />, trans);
      case 'parameters':
        return tab(<ParametersTab model={model} trans={trans} />, trans);
      case 'record':
        return tab(<RecordTab model={model} trans={trans} />, trans);
      case 'outputs':
        return tab(<OutputsTab model={model} trans={trans} />, trans);
    }
  }

  private _makeCells(): void {
    const { cells } = this.model;
    if (!this._cellsHolder || !cells) {
      return;
    }
    this._cells?.dispose();
    this._cells = new CellsPanel({
      cells,
      rendermime: this._options.rendermime,
      trans: this._options.trans,
      highlight: (source, node) =>
        this._options.highlight(source, this.model.language, node),
      scroller: this._body.node
    });
    this._cellsHolder.addWidget(this._cells);
    this._revealWanted();
  }

  private _revealWanted(): void {
    const { cells } = this.model;
    if (this._wanted === null || !cells || !this._cells) {
      return;
    }
    // A failed notebook as papermill saves it may count a cell more than the events.
    const cell = cells.failed ?? cells.at(this._wanted);
    if (cell) {
      this._cells.reveal(cell);
    }
    this._wanted = null;
  }

  private _options: RunPage.IOptions;
  private _bar: TabBar<TabId>;
  private _body: Panel;
  private _tab: Widget | null = null;
  private _tabs = new Map<TabId, Widget>();
  private _cellsHolder: Panel | null = null;
  private _cells: CellsPanel | null = null;
  private _wanted: number | null = null;
}

export namespace RunPage {
  export interface IOptions {
    model: RunModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
    /** Write source into a node, in the application's colours where it has any. */
    highlight: (
      source: string,
      language: string,
      node: HTMLElement
    ) => Promise<void>;
  }
}

function tab(view: JSX.Element, trans: TranslationBundle): Widget {
  const widget = ReactWidget.create(<Guard trans={trans}>{view}</Guard>);
  widget.addClass('jp-mlx-Tab');
  return widget;
}
