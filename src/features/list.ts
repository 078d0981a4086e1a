/**
 * What the Features section shows: the tree, or what a search found.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { ISection } from '../tokens';
import type { IFeaturesClient, IFeaturesModel } from './tokens';
import { CommandIDs } from '../tokens';
import { FeatureSearch } from './search';
import { groupKey, projectKey, visibleRows } from './tree';
import type { Row } from './tree';

/**
 * The Features section, without its view.
 */
export class FeaturesSection implements ISection {
  constructor(options: FeaturesSection.IOptions) {
    this.features = options.features;
    this.commands = options.commands;
    this.trans = options.trans;
    this.found = new FeatureSearch(options.client);
    this._createView = options.createView;
    this.label = options.trans.__('Features');
    this.features.changed.connect(this._onFeaturesChanged, this);
    this.features.outdated.connect(() => this.found.again(), this);
    this.found.changed.connect(() => this._changed.emit(), this);
  }

  readonly id = 'features';
  readonly rank = 300;
  readonly label: string;
  readonly features: IFeaturesModel;
  readonly found: FeatureSearch;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  readonly action: ISection.ICommand = { command: CommandIDs.applyFeatures };
  readonly menu: ReadonlyArray<ISection.ICommand | null> = [
    { command: CommandIDs.applyFeatures },
    null,
    { command: CommandIDs.buildTrainingSet },
    { command: CommandIDs.lookUpFeatures },
    { command: CommandIDs.materializeFeatures }
  ];

  get badge(): ISection.IBadge {
    const { total } = this.features;
    return {
      text: total > 0 ? String(total) : '',
      title: total > 0 ? this.trans._n('%1 view', '%1 views', total) : ''
    };
  }

  get badgeChanged(): ISignal<this, void> {
    return this._badgeChanged;
  }

  /** Emitted when what is shown may be another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The rows of the tree that can be seen. */
  get rows(): Row[] {
    return visibleRows(this.features, this._open);
  }

  createContent(): Promise<Widget> {
    return this._createView(this);
  }

  /** Open or close a row of the tree; a project opens with its views. */
  setOpen(row: Row, open: boolean): void {
    if (!open) {
      this._open.delete(row.key);
    } else {
      this._open.add(row.key);
      if (row.kind === 'project') {
        this._openViews(row.project.name);
      } else if (row.kind === 'group' && row.group === 'views') {
        void this.features.loadViews(row.project.name);
      }
    }
    this._changed.emit();
  }

  search(query: string): void {
    this.found.search(query);
  }

  openFirst(): boolean {
    const view = this.found.isPending ? undefined : this.found.views?.[0];
    if (!this.found.isActive || !view) {
      return false;
    }
    this.openView(view.id);
    return true;
  }

  openView(id: string, feature?: string): void {
    void this.commands.execute(CommandIDs.openFeatureView, {
      id,
      ...(feature === undefined ? {} : { feature })
    });
  }

  private _openViews(project: string): void {
    this._open.add(groupKey(project, 'views'));
    void this.features.loadViews(project);
  }

  private _onFeaturesChanged(): void {
    // The only project is what is looked for: it is open from the start.
    const [first, second] = this.features.projects;
    if (first && !second && !this._begun) {
      this._begun = true;
      this._open.add(projectKey(first.name));
      this._openViews(first.name);
    }
    this._badgeChanged.emit();
    this._changed.emit();
  }

  private _createView: (section: FeaturesSection) => Promise<Widget>;
  private _open = new Set<string>();
  private _begun = false;
  private _badgeChanged = new Signal<this, void>(this);
  private _changed = new Signal<this, void>(this);
}

export namespace FeaturesSection {
  export interface IOptions {
    features: IFeaturesModel;
    client: IFeaturesClient;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Makes the view; it is loaded when the section is first shown. */
    createView: (section: FeaturesSection) => Promise<Widget>;
  }
}
