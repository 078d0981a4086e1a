/**
 * The side panel: a search box on top, an accordion of sections below.
 */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  ellipsesIcon,
  MenuSvg,
  PanelWithToolbar,
  ReactWidget,
  SidePanel
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { AccordionPanel } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../api/errors';
import { mlxIcon } from '../icons';
import { DOMAIN } from '../tokens';
import type { ISection, ISectionRegistry } from '../tokens';
import { IconButton } from '../ui/parts';
import { SearchBox } from './search-box';

/** What of the panel is kept over a reload. */
export interface IPanelState {
  query: string;
  collapsed: string[];
}

/**
 * The panel. It knows the registry, not the sections.
 */
export class MlxPanel extends SidePanel {
  constructor(options: MlxPanel.IOptions) {
    super({ translator: options.translator });
    const trans = options.translator.load(DOMAIN);
    this._commands = options.commands;
    this._labels = trans;
    this._registry = options.registry;
    this.id = 'jp-mlx-panel';
    this.addClass('jp-mlx-Panel');
    this.title.icon = mlxIcon;
    this.title.caption = trans.__('MLX workbench');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('MLX workbench'));
    this._searchBox = new SearchBox({
      trans,
      onChange: query => this._search(query),
      onEnter: () => this._openFirst(),
      onDown: () => this._focusFirstRow()
    });
    this.header.addWidget(this._searchBox);
    this._registry.sections.forEach(section => this._add(section));
    this._registry.added.connect((_, section) => this._add(section), this);
    this._registry.removed.connect(this._remove, this);
    (this.content as AccordionPanel).expansionToggled.connect(
      this._onToggled,
      this
    );
  }

  /** Emitted when there is something new to keep over a reload. */
  get stateChanged(): ISignal<this, IPanelState> {
    return this._stateChanged;
  }

  /** Take up what an earlier page kept. */
  restore(state: IPanelState): void {
    this._collapsed = new Set(state.collapsed);
    this._sectionWidgets.forEach((widget, index) => {
      if (this._collapsed.has(widget.section.id)) {
        this._accordion.collapse(index);
      }
    });
    if (state.query) {
      this._searchBox.query = state.query;
      this._search(state.query);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      super.dispose();
    }
  }

  handleEvent(event: Event): void {
    this._walk(event as KeyboardEvent);
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.node.addEventListener('keydown', this);
  }

  protected override onBeforeDetach(msg: Message): void {
    this.node.removeEventListener('keydown', this);
    super.onBeforeDetach(msg);
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._fill();
  }

  private get _accordion(): AccordionPanel {
    return this.content as AccordionPanel;
  }

  private _add(section: ISection): void {
    const widget = new SectionWidget({
      section,
      commands: this._commands,
      trans: this._labels
    });
    const at = this._registry.sections.indexOf(section);
    this._accordion.insertWidget(at, widget);
    if (this._collapsed.has(section.id)) {
      this._accordion.collapse(at);
    }
    if (this._query) {
      section.search(this._query);
    }
    section.searchRequested?.connect((_, query) => {
      this._searchBox.query = query;
      this._search(query);
    }, this);
    this._fill();
  }

  private _remove(_: ISectionRegistry, section: ISection): void {
    this._sectionWidgets.find(widget => widget.section === section)?.dispose();
  }

  private get _sectionWidgets(): SectionWidget[] {
    return this._accordion.widgets.filter(
      (widget): widget is SectionWidget => widget instanceof SectionWidget
    );
  }

  private _onToggled(): void {
    this._collapsed = new Set(
      this._sectionWidgets
        .filter(widget => widget.isHidden)
        .map(widget => widget.section.id)
    );
    this._fill();
    this._emitState();
  }

  /** Make the views of the sections that can be seen. */
  private _fill(): void {
    if (this.isVisible) {
      this._sectionWidgets
        .filter(widget => !widget.isHidden)
        .forEach(widget => widget.fill());
    }
  }

  private _search(query: string): void {
    this._query = query;
    this._registry.sections.forEach(section => section.search(query));
    this._emitState();
  }

  private _openFirst(): void {
    this._registry.sections.some(section => section.openFirst());
  }

  /** The rows of all sections that can be seen. */
  private get _rows(): HTMLElement[] {
    return [
      ...this.node.querySelectorAll<HTMLElement>('[data-mlx-row]')
    ].filter(row => row.offsetParent !== null);
  }

  private _focusFirstRow(): void {
    this._rows[0]?.focus();
  }

  /** The arrow keys walk over the rows of all sections, up to the search box. */
  private _walk(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = this._rows;
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (!step || at < 0 || event.defaultPrevented) {
      return;
    }
    event.preventDefault();
    if (at + step < 0) {
      this._searchBox.focus();
    } else {
      rows[at + step]?.focus();
    }
  }

  private _emitState(): void {
    this._stateChanged.emit({
      query: this._query,
      collapsed: [...this._collapsed]
    });
  }

  private _commands: CommandRegistry;
  private _labels: TranslationBundle;
  private _registry: ISectionRegistry;
  private _searchBox: SearchBox;
  private _query = '';
  private _collapsed = new Set<string>();
  private _stateChanged = new Signal<this, IPanelState>(this);
}

export namespace MlxPanel {
  export interface IOptions {
    commands: CommandRegistry;
    registry: ISectionRegistry;
    translator: ITranslator;
  }
}

/**
 * A section's frame: title, count, main action, menu, and the view once it is shown.
 */
class SectionWidget extends PanelWithToolbar {
  constructor(options: SectionWidget.IOptions) {
    super();
    const { section, trans } = options;
    this.section = section;
    this.title.label = section.label;
    this.addClass('jp-mlx-Section');
    this.toolbar.node.setAttribute(
      'aria-label',
      trans.__('%1: actions', section.label)
    );
    this.toolbar.addItem('tools', new SectionTools(options));
  }

  readonly section: ISection;

  /** Make the section's view, once. */
  fill(): void {
    if (this._filled) {
      return;
    }
    this._filled = true;
    this.section
      .createContent()
      .then(widget => this.addWidget(widget))
      .catch(reason => {
        // The view could not be loaded: say so where it would stand.
        const note = new Widget();
        note.addClass('jp-mlx-Error');
        note.node.textContent = MlxError.from(reason).message;
        this.addWidget(note);
        this._filled = false;
      });
  }

  private _filled = false;
}

namespace SectionWidget {
  export interface IOptions {
    section: ISection;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}

/** What stands beside a section's label: its badge, its main action, its menu. */
class SectionTools extends ReactWidget {
  constructor(options: SectionWidget.IOptions) {
    super();
    this._options = options;
    this.addClass('jp-mlx-SectionTools');
    options.section.badgeChanged.connect(this.update, this);
    // The action's command may be another plugin's, added later.
    options.commands.commandChanged.connect(this.update, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._options.commands.commandChanged.disconnect(this.update, this);
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    const { section, commands, trans } = this._options;
    const { action, badge, menu } = section;
    return (
      <>
        <span className="jp-mlx-Badge" title={badge.title}>
          {badge.text}
        </span>
        {action && commands.hasCommand(action.command) && (
          <IconButton
            icon={addIcon}
            label={commands.label(action.command, action.args)}
            onClick={() => void commands.execute(action.command, action.args)}
          />
        )}
        {menu.length > 0 && (
          <IconButton
            icon={ellipsesIcon}
            label={trans.__('%1: more actions', section.label)}
            onClick={() => this._openMenu()}
          />
        )}
      </>
    );
  }

  private _openMenu(): void {
    const { section, commands } = this._options;
    const menu = new MenuSvg({ commands });
    for (const item of section.menu) {
      menu.addItem(item ?? { type: 'separator' });
    }
    // A menu is of use once; it goes when it is closed and its command has run.
    menu.aboutToClose.connect(() => {
      requestAnimationFrame(() => menu.dispose());
    });
    const { left, bottom } = this.node.getBoundingClientRect();
    menu.open(left, bottom);
  }

  private _options: SectionWidget.IOptions;
}
