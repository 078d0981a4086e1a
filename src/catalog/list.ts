/**
 * What the Catalog section shows: the tree, or what a search found.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { CatalogHit } from '../api/types';
import type { ICatalogClient, ICatalogModel, ISection } from '../tokens';
import { CommandIDs } from '../tokens';
import { SearchModel, toggleTerm } from './search';
import { databasesOf, visibleRows } from './tree';
import type { Row } from './tree';

/**
 * The Catalog section, without its view.
 */
export class CatalogSection implements ISection {
  constructor(options: CatalogSection.IOptions) {
    this.catalog = options.catalog;
    this.commands = options.commands;
    this.trans = options.trans;
    this.found = new SearchModel(options.client);
    this._createView = options.createView;
    this.label = options.trans.__('Catalog');
    this.catalog.changed.connect(this._onCatalogChanged, this);
    this.catalog.outdated.connect(() => this.found.again(), this);
    this.found.changed.connect(() => this._changed.emit(), this);
  }

  readonly id = 'catalog';
  readonly rank = 200;
  readonly label: string;
  readonly catalog: ICatalogModel;
  readonly found: SearchModel;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  readonly action: ISection.ICommand = { command: CommandIDs.addSource };
  readonly menu: ReadonlyArray<ISection.ICommand | null> = [
    { command: CommandIDs.addSource },
    null,
    { command: CommandIDs.showCrawls },
    { command: CommandIDs.showTags }
  ];

  get badge(): ISection.IBadge {
    const { total, running } = this.catalog;
    const title = [
      total > 0 && this.trans._n('%1 table', '%1 tables', total),
      running.length > 0 &&
        this.trans._n('%1 crawl runs', '%1 crawls run', running.length)
    ].filter(Boolean);
    return {
      text: `${total || ''}${running.length ? ' ▶' : ''}`.trim(),
      title: title.join(', ')
    };
  }

  get badgeChanged(): ISignal<this, void> {
    return this._badgeChanged;
  }

  /** Emitted when what is shown may be another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get searchRequested(): ISignal<this, string> {
    return this._searchRequested;
  }

  /** The rows of the tree that can be seen. */
  get rows(): Row[] {
    return visibleRows(this.catalog, this._open);
  }

  createContent(): Promise<Widget> {
    return this._createView(this);
  }

  /** Open or close a row of the tree; a source opens with its only database. */
  setOpen(row: Row, open: boolean): void {
    if (!open) {
      this._open.delete(row.key);
    } else {
      this._open.add(row.key);
      if (row.kind === 'source') {
        const databases = databasesOf(this.catalog, row.source);
        if (databases.length === 1) {
          this._open.add(`database:${databases[0].id}`);
          void this.catalog.loadTables(databases[0].id);
        }
      } else if (row.kind === 'database') {
        void this.catalog.loadTables(row.database.id);
      }
    }
    this._changed.emit();
  }

  search(query: string): void {
    this.found.search(query);
  }

  openFirst(): boolean {
    const { found } = this;
    const hit = found.result?.hits[0];
    if (!found.isActive || (!hit && !found.isPending)) {
      return false;
    }
    void found.first().then(first => first && this.openHit(first));
    return true;
  }

  openHit(hit: CatalogHit): void {
    if (hit.kind === 'database') {
      this._searchRequested.emit(`database:${hit.name}`);
      return;
    }
    if (!this.canOpen(hit)) {
      return;
    }
    if (isFeature(hit)) {
      void this.commands.execute(CommandIDs.openFeatureView, { id: hit.id });
      return;
    }
    const column = hit.kind === 'column' ? { column: hit.name } : {};
    void this.commands.execute(CommandIDs.openTable, { id: hit.id, ...column });
  }

  /** Whether there is a page for it: the feature store's plugins may be off. */
  canOpen(hit: CatalogHit): boolean {
    return (
      !isFeature(hit) || this.commands.hasCommand(CommandIDs.openFeatureView)
    );
  }

  /** Narrow the search by a term, or widen it by one that it has. */
  toggle(term: string): void {
    this._searchRequested.emit(toggleTerm(this.found.query, term));
  }

  private _onCatalogChanged(): void {
    this._badgeChanged.emit();
    this._changed.emit();
  }

  private _createView: (section: CatalogSection) => Promise<Widget>;
  private _open = new Set<string>();
  private _badgeChanged = new Signal<this, void>(this);
  private _changed = new Signal<this, void>(this);
  private _searchRequested = new Signal<this, string>(this);
}

export namespace CatalogSection {
  export interface IOptions {
    catalog: ICatalogModel;
    client: ICatalogClient;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Makes the view; it is loaded when the section is first shown. */
    createView: (section: CatalogSection) => Promise<Widget>;
  }
}

function isFeature(hit: CatalogHit): boolean {
  return hit.kind === 'feature_view' || hit.kind === 'feature';
}
