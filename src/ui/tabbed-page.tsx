/**
 * A page of a head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import { Panel, PanelLayout, Widget } from '@lumino/widgets';
import * as React from 'react';

import { Guard } from './guard';
import { TabBar } from './tabbar';

/**
 * The frame of such a page. The view of a tab is made when it is first shown.
 */
export abstract class TabbedPage<T extends string> extends Widget {
  constructor(options: TabbedPage.IOptions<T>) {
    super();
    this._trans = options.trans;
    this._ids = options.tabs.map(tab => tab.id);
    this.addClass('jp-mlx-TabbedPage');
    this.node.tabIndex = -1;
    this._bar = new TabBar<T>({ ...options, onSelect: id => this._show(id) });
    this._body = new Panel();
    this._body.addClass('jp-mlx-RunPage-body');
    this._body.node.setAttribute('role', 'tabpanel');
    this._body.node.tabIndex = 0;
    const layout = (this.layout = new PanelLayout());
    const head = ReactWidget.create(options.head);
    head.addClass('jp-mlx-RunHead');
    layout.addWidget(head);
    layout.addWidget(this._bar);
    layout.addWidget(this._body);
  }

  /** The tab that is shown. */
  get tab(): T {
    return this._bar.current;
  }

  /** Show a tab by its name; an unknown one is passed over. */
  showTab(name: string): void {
    const id = this._ids.find(one => one === name);
    if (id) {
      this._show(id);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      super.dispose();
    }
  }

  /** Make the view of a tab. */
  protected abstract view(id: T): JSX.Element;

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  private _show(id: T): void {
    this._bar.current = id;
    this._tab?.hide();
    let tab = this._tabs.get(id);
    if (!tab) {
      tab = ReactWidget.create(
        <Guard trans={this._trans}>{this.view(id)}</Guard>
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

  private _trans: TranslationBundle;
  private _ids: T[];
  private _bar: TabBar<T>;
  private _body: Panel;
  private _tab: Widget | null = null;
  private _tabs = new Map<T, Widget>();
}

export namespace TabbedPage {
  export interface IOptions<T extends string> extends Omit<
    TabBar.IOptions<T>,
    'onSelect'
  > {
    head: JSX.Element;
    trans: TranslationBundle;
  }
}
