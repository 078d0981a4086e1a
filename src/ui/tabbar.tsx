/**
 * A row of tabs over one panel, walked with the arrow keys.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * The row of tabs.
 */
export class TabBar extends ReactWidget {
  constructor(options: TabBar.IOptions) {
    super();
    this._options = options;
    this._current = options.tabs[0].id;
    this.addClass('jp-mlx-TabBar');
  }

  /** The id of the panel's node. */
  get panelId(): string {
    return `${this._options.idPrefix}-panel`;
  }

  get current(): string {
    return this._current;
  }

  set current(id: string) {
    this._current = id;
    this.update();
  }

  /** The id of a tab's node, by which the panel is labelled. */
  tabId(id: string): string {
    return `${this._options.idPrefix}-tab-${id}`;
  }

  protected override render(): JSX.Element {
    const { tabs, label, onSelect } = this._options;
    return (
      <div
        role="tablist"
        aria-label={label}
        className="jp-mlx-Tabs"
        onKeyDown={event => this._onKeyDown(event)}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            id={this.tabId(tab.id)}
            type="button"
            role="tab"
            className="jp-mlx-TabButton"
            aria-selected={tab.id === this._current}
            aria-controls={this.panelId}
            tabIndex={tab.id === this._current ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
    );
  }

  private _onKeyDown(event: React.KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) {
      return;
    }
    const { tabs, onSelect } = this._options;
    const at = tabs.findIndex(tab => tab.id === this._current);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    event.preventDefault();
    onSelect(next.id);
    this.node
      .querySelector<HTMLElement>(`#${CSS.escape(this.tabId(next.id))}`)
      ?.focus();
  }

  private _options: TabBar.IOptions;
  private _current: string;
}

export namespace TabBar {
  export interface IOptions {
    /** What the tabs are about. */
    label: string;
    /** Makes the ids of the nodes unique in the page. */
    idPrefix: string;
    tabs: ReadonlyArray<{ id: string; label: string }>;
    onSelect: (id: string) => void;
  }
}
