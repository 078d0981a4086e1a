/**
 * What the Models section shows: models with versions, experiments, deployments.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { ISection } from '../tokens';
import { CommandIDs } from '../tokens';
import type { IModelsModel } from './tokens';
import { groupKey, visibleRows } from './tree';
import type { Row } from './tree';

/**
 * The Models section, without its view.
 */
export class ModelsSection implements ISection {
  constructor(options: ModelsSection.IOptions) {
    this.models = options.models;
    this.commands = options.commands;
    this.trans = options.trans;
    this._createView = options.createView;
    this.label = options.trans.__('Models');
    this.models.changed.connect(this._onModelsChanged, this);
  }

  readonly id = 'models';
  readonly rank = 400;
  readonly label: string;
  readonly models: IModelsModel;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  readonly action: ISection.ICommand = { command: CommandIDs.deployModel };
  readonly menu: ReadonlyArray<ISection.ICommand | null> = [
    { command: CommandIDs.evaluateModel },
    { command: CommandIDs.promoteModel },
    { command: CommandIDs.deployModel }
  ];

  get badge(): ISection.IBadge {
    const { length } = this.models.models;
    return {
      text: length > 0 ? String(length) : '',
      title: length > 0 ? this.trans._n('%1 model', '%1 models', length) : ''
    };
  }

  get badgeChanged(): ISignal<this, void> {
    return this._badgeChanged;
  }

  /** Emitted when what is shown may be another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is searched for. */
  get query(): string {
    return this._query;
  }

  /** The rows of the tree that can be seen. */
  get rows(): Row[] {
    return visibleRows(this.models, this._open, this._query);
  }

  /** The lists are read when the section is first seen. */
  createContent(): Promise<Widget> {
    if (this.models.status === 'idle') {
      void this.models.load();
    }
    return this._createView(this);
  }

  /** Open or close a row of the tree; a model opens with its versions. */
  setOpen(row: Row, open: boolean): void {
    if (!open) {
      this._open.delete(row.key);
    } else {
      this._open.add(row.key);
      if (row.kind === 'model') {
        void this.models.loadVersions(row.model.name);
      }
    }
    this._changed.emit();
  }

  search(query: string): void {
    this._query = query.trim();
    this._changed.emit();
  }

  openFirst(): boolean {
    const row = this.rows.find(one => one.kind !== 'group');
    if (!this._query || !row) {
      return false;
    }
    this.activate(row);
    return true;
  }

  /** What a click and Enter do: what has a page opens, groups fold. */
  activate(row: Row): void {
    const open = (command: string, args: Record<string, string | number>) =>
      void this.commands.execute(command, args);
    switch (row.kind) {
      case 'group':
        this.setOpen(row, !row.open);
        break;
      case 'model':
        open(CommandIDs.openModel, { name: row.model.name });
        break;
      case 'more':
        open(CommandIDs.openModel, { name: row.model });
        break;
      case 'version': {
        const { name, version } = row.version;
        open(CommandIDs.openModelVersion, { name, version });
        break;
      }
      case 'experiment':
        open(CommandIDs.openExperiment, { id: row.experiment.id });
        break;
      case 'deployment':
        open(CommandIDs.openDeployment, { name: row.deployment.name });
        break;
      case 'error':
        void this.models.loadVersions(row.model);
        break;
    }
  }

  private _onModelsChanged(): void {
    this._badgeChanged.emit();
    this._changed.emit();
  }

  private _createView: (section: ModelsSection) => Promise<Widget>;
  private _query = '';
  private _open = new Set<string>([
    groupKey('models'),
    groupKey('experiments'),
    groupKey('deployments')
  ]);
  private _badgeChanged = new Signal<this, void>(this);
  private _changed = new Signal<this, void>(this);
}

export namespace ModelsSection {
  export interface IOptions {
    models: IModelsModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Makes the view; it is loaded when the section is first shown. */
    createView: (section: ModelsSection) => Promise<Widget>;
  }
}
