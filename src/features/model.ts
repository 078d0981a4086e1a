/**
 * The feature store as far as it has been looked at: projects, and the views of those that are open.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type {
  FeatureProject,
  FeatureView,
  IFeatureData,
  MlxEvent
} from '../api/types';
import type { IMlxClient, IMlxEvents } from '../tokens';
import type { IFeaturesModel } from './tokens';

/** How many views one request brings. */
const PAGE = 500;

/** Milliseconds in which changes are gathered before the lists are read again. */
const QUIET = 150;

/**
 * The features model.
 */
export class FeaturesModel implements IFeaturesModel {
  constructor(options: FeaturesModel.IOptions) {
    this._client = options.client;
    options.events.event.connect(this._onEvent, this);
    options.events.reset.connect(this._plan, this);
  }

  get status(): IFeaturesModel.Status {
    return this._status;
  }

  get error(): Error | null {
    return this._error;
  }

  get projects(): ReadonlyArray<FeatureProject> {
    return this._projects;
  }

  get total(): number {
    return this._projects.reduce((sum, one) => sum + one.views, 0);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get outdated(): ISignal<this, IFeatureData> {
    return this._outdated;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async load(): Promise<void> {
    this._status = 'loading';
    this._changed.emit();
    const question = ++this._question;
    try {
      const { items } = await this._client.features.projects();
      if (question !== this._question) {
        return;
      }
      this._projects = [...items].sort((a, b) => a.name.localeCompare(b.name));
      this._status = 'ready';
      this._error = null;
    } catch (reason) {
      if (question === this._question) {
        this._status = 'failed';
        this._error = MlxError.from(reason);
      }
    }
    this._changed.emit();
    const names = new Set(this._projects.map(one => one.name));
    for (const name of [...this._views.keys()]) {
      if (names.has(name)) {
        void this._read(name);
      } else {
        this._views.delete(name);
      }
    }
  }

  viewsOf(project: string): IFeaturesModel.IViews | null {
    return this._views.get(project) ?? null;
  }

  async loadViews(project: string): Promise<void> {
    const known = this._views.get(project);
    if (!known || known.error) {
      await this._read(project);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      clearTimeout(this._timer);
      this._question += 1;
      Signal.clearData(this);
    }
  }

  /** An answer that a newer question has overtaken is dropped. */
  private async _read(project: string): Promise<void> {
    const question = (this._asked.get(project) ?? 0) + 1;
    this._asked.set(project, question);
    const before = this._views.get(project)?.items ?? [];
    this._put(project, { items: before, loading: true, error: null });
    let items: ReadonlyArray<FeatureView> = before;
    let error: MlxError | null = null;
    try {
      items = await this._all(project);
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._asked.get(project) && !this._isDisposed) {
      this._put(project, { items, loading: false, error });
    }
  }

  private async _all(project: string): Promise<FeatureView[]> {
    const views: FeatureView[] = [];
    let cursor: string | undefined;
    do {
      const page = await this._client.features.views({
        project,
        limit: PAGE,
        cursor
      });
      views.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return views;
  }

  private _put(project: string, views: IFeaturesModel.IViews): void {
    this._views.set(project, views);
    this._changed.emit();
  }

  private _onEvent(_: IMlxEvents, event: MlxEvent): void {
    if (event.kind === 'features.changed') {
      const data = event.data as unknown as IFeatureData;
      this._outdated.emit(data);
      // Training sets and statistics are in no list of ours.
      if (data.what === 'views' || data.what === 'materialization') {
        this._plan();
      }
    }
  }

  /** Read the lists again soon: a job tells of many changes at once. */
  private _plan(): void {
    if (this._status !== 'idle') {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => void this.load(), QUIET);
    }
  }

  private _client: IMlxClient;
  private _status: IFeaturesModel.Status = 'idle';
  private _error: MlxError | null = null;
  private _projects: FeatureProject[] = [];
  private _views = new Map<string, IFeaturesModel.IViews>();
  private _asked = new Map<string, number>();
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _outdated = new Signal<this, IFeatureData>(this);
}

export namespace FeaturesModel {
  export interface IOptions {
    client: IMlxClient;
    events: IMlxEvents;
  }
}
