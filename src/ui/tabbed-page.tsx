/**
 * A page of a head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Panel, PanelLayout, Widget } from '@lumino/widgets';
import * as React from 'react';

import { Guard } from './guard';
import { TabBar } from './tabbar';

/**
 * Such a page. What a tab shows is made when it is first shown. Its constructor calls `build` at its end.
 */
export abstract class TabbedPage<P extends TabbedPage.IProps> extends Widget {
  constructor(props: P) {
    super();
    this.model = props.model;
    this.props = props;
    this.addClass('jp-mlx-TabbedPage');
    this.node.tabIndex = -1;
  }

  readonly model: P['model'];

  /** The tab that is shown. */
  get tab(): string {
    return this._bar.current;
  }

  /** Emitted when another tab is shown. */
  get tabChanged(): ISignal<this, void> {
    return this._tabChanged;
  }

  /** Show a tab by its name; an unknown one is passed over. */
  showTab(name: string): void {
    const tab = this._list.find(one => one.id === name);
    if (tab) {
      const isOther = tab.id !== this.tab;
      this._show(tab);
      if (isOther) {
        this._tabChanged.emit();
      }
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  /** What the head and the tabs are drawn with. */
  protected readonly props: P;

  /** The node that scrolls what the tabs show. */
  protected get scroller(): HTMLElement {
    return this._body.node;
  }

  /** Put the parts together, show the first tab, and load the model. */
  protected build(frame: TabbedPage.IFrame<P>): void {
    const { head: Head, tabs } = frame;
    this._list = tabs;
    this._bar = new TabBar({ ...frame, onSelect: id => this.showTab(id) });
    this._body.addClass('jp-mlx-RunPage-body');
    this._body.id = this._bar.panelId;
    this._body.node.setAttribute('role', 'tabpanel');
    this._body.node.tabIndex = 0;
    const layout = (this.layout = new PanelLayout());
    const head = ReactWidget.create(<Head {...this.props} />);
    head.addClass('jp-mlx-RunHead');
    layout.addWidget(head);
    layout.addWidget(this._bar);
    layout.addWidget(this._body);
    this._show(tabs[0]);
    void this.model.load();
  }

  /** Give the focus to what a selector finds, as soon as it is drawn: called again when more may be drawn. */
  protected reveal(selector = this._wanted): void {
    this._wanted = selector;
    // What changed is drawn in the next frame.
    requestAnimationFrame(() => {
      const found =
        this._wanted === null
          ? null
          : this.node.querySelector<HTMLElement>(this._wanted);
      if (found) {
        this._wanted = null;
        found.scrollIntoView({ block: 'center' });
        found.focus();
      }
    });
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  private _show(tab: TabbedPage.ITab<P>): void {
    this._bar.current = tab.id;
    this._shown?.hide();
    let widget = this._widgets.get(tab.id);
    if (!widget) {
      widget = this._make(tab);
      widget.addClass('jp-mlx-Tab');
      this._widgets.set(tab.id, widget);
      this._body.addWidget(widget);
    }
    widget.show();
    this._shown = widget;
    this._body.node.setAttribute('aria-labelledby', this._bar.tabId(tab.id));
  }

  private _make(tab: TabbedPage.ITab<P>): Widget {
    if ('widget' in tab) {
      return tab.widget();
    }
    const { view: View } = tab;
    return ReactWidget.create(
      <Guard trans={this.props.trans}>
        <View {...this.props} />
      </Guard>
    );
  }

  private _list: ReadonlyArray<TabbedPage.ITab<P>> = [];
  private _bar!: TabBar;
  private _body = new Panel();
  private _wanted: string | null = null;
  private _shown: Widget | null = null;
  private _widgets = new Map<string, Widget>();
  private _tabChanged = new Signal<this, void>(this);
}

export namespace TabbedPage {
  /** What every page is drawn with. */
  export interface IProps {
    model: { load(): Promise<void>; dispose(): void };
    trans: TranslationBundle;
  }

  /** A tab: what it shows as a view, or as a widget. */
  export type ITab<P> = { id: string; label: string } & (
    { view: React.FunctionComponent<P> } | { widget: () => Widget }
  );

  export interface IFrame<P> extends Pick<
    TabBar.IOptions,
    'label' | 'idPrefix'
  > {
    head: React.FunctionComponent<P>;
    tabs: ReadonlyArray<ITab<P>>;
  }
}
