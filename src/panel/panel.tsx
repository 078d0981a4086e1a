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
  searchIcon,
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

  private _focusFirstRow(): void {
    this.node.querySelector<HTMLElement>('[data-mlx-row]')?.focus();
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

/** The one search box of the panel. */
class SearchBox extends ReactWidget {
  constructor(options: SearchBox.IOptions) {
    super();
    this._options = options;
    this.addClass('jp-mlx-Search');
  }

  /** The text that the box starts from. */
  set query(value: string) {
    this._query = value;
    this.update();
  }

  protected override render(): JSX.Element {
    return (
      <SearchInput key={this._query} query={this._query} {...this._options} />
    );
  }

  private _options: SearchBox.IOptions;
  private _query = '';
}

namespace SearchBox {
  export interface IOptions {
    trans: TranslationBundle;
    onChange: (query: string) => void;
    onEnter: () => void;
    onDown: () => void;
  }
}

function SearchInput(
  props: SearchBox.IOptions & { query: string }
): JSX.Element {
  const { trans, onChange, onEnter, onDown } = props;
  const [text, setText] = React.useState(props.query);
  const change = (value: string) => {
    setText(value);
    onChange(value);
  };
  return (
    <>
      <searchIcon.react tag="span" className="jp-mlx-Search-icon" />
      <input
        type="search"
        className="jp-mlx-Input"
        aria-label={trans.__('Search the workbench')}
        placeholder={trans.__('Search jobs, #tags…')}
        title={trans.__(
          'Enter opens the first hit, the arrow keys walk, #tag narrows'
        )}
        value={text}
        onChange={event => change(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            onEnter();
          } else if (event.key === 'ArrowDown') {
            event.preventDefault();
            onDown();
          } else if (event.key === 'Escape' && text) {
            change('');
          }
        }}
      />
    </>
  );
}
