/**
 * One run of the tracking store with its files. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  ArtifactList,
  IModelData,
  ModelRun,
  ModelRunDetail
} from '../../api/types';
import { Resource } from '../../ui/resource';
import type { IChartSource } from '../charts/source';
import type { IModelsClient, IModelsModel } from '../tokens';
import { FileModel } from './file';

/**
 * The page's state.
 */
export class RunModel implements IChartSource {
  constructor(options: RunModel.IOptions) {
    this.id = options.id;
    this._client = options.client;
    this._models = options.models;
    this.detail = new Resource(() => this._client.run(this.id));
    this.file = new FileModel({ run: this.id, client: this._client });
    this.detail.changed.connect(() => this._changed.emit());
    this._models.outdated.connect(this._onOutdated, this);
    this._models.online.connect(this._onOnline, this);
  }

  readonly id: string;
  readonly detail: Resource<ModelRunDetail>;
  /** The file that is looked at. */
  readonly file: FileModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get runsChanged(): ISignal<this, void> {
    return this._runsChanged;
  }

  async load(): Promise<void> {
    this._loaded = this.detail.reload();
    await this._loaded;
  }

  /** Read it again, with its curves and files. */
  async reload(): Promise<void> {
    await this.load();
    this._folders.forEach(one => void one.refresh());
    this._runsChanged.emit();
  }

  /** The files of a folder; the root is the empty path. */
  folder(path: string): Resource<ArtifactList> {
    let folder = this._folders.get(path);
    if (!folder) {
      folder = new Resource(() =>
        this._client.artifacts(this.id, path || undefined)
      );
      this._folders.set(path, folder);
    }
    return folder;
  }

  /** The address of a file. */
  url(path: string, download = false): string {
    return this._client.artifactUrl(this.id, path, download);
  }

  async runs(): Promise<ModelRun[]> {
    return [(await this._value()).run];
  }

  readonly askColumns: IChartSource['askColumns'] = async query => {
    const { metrics } = await this._value();
    const words = query.q?.toLowerCase() ?? '';
    const items = metrics
      .filter(({ name }) => name.toLowerCase().includes(words))
      .map(({ name }) => ({
        column: `metrics.${name}`,
        kind: 'metric' as const,
        name,
        runs: null,
        numeric: true
      }));
    const start = Number(query.cursor ?? 0);
    const end = start + (query.limit ?? items.length);
    return {
      items: items.slice(start, end),
      next_cursor: end < items.length ? String(end) : null,
      total: items.length
    };
  };

  dispose(): void {
    this.file.dispose();
    Signal.clearData(this);
  }

  private async _value(): Promise<ModelRunDetail> {
    await this._loaded;
    const { value, error } = this.detail;
    if (!value) {
      throw error ?? new Error('The run was closed.');
    }
    return value;
  }

  /** A version that was registered from it stands in its head. */
  private _onOutdated(_: IModelsModel, data: IModelData): void {
    const own = this.detail.value?.run.models ?? [];
    if (
      data.what === 'registered' ||
      own.some(({ name }) => name === data.model)
    ) {
      void this.detail.refresh();
    }
  }

  private _onOnline(): void {
    void this.reload();
  }

  private _client: IModelsClient;
  private _models: IModelsModel;
  private _folders = new Map<string, Resource<ArtifactList>>();
  private _loaded: Promise<void> | undefined;
  private _changed = new Signal<this, void>(this);
  private _runsChanged = new Signal<this, void>(this);
}

export namespace RunModel {
  export interface IOptions {
    id: string;
    client: IModelsClient;
    models: IModelsModel;
  }
}
