/**
 * Registered models, experiments and deployments, kept current by events.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type {
  Deployment,
  Experiment,
  IDeploymentData,
  IModelData,
  MlxEvent,
  RegisteredModel,
  RunState
} from '../api/types';
import { isLive } from '../jobs/states';
import type { IMlxClient, IMlxEvents } from '../tokens';
import type { IModelsModel } from './tokens';

/** How many entries one request brings. */
const PAGE = 500;

/** How many versions of a model the list shows; its page has them all. */
const VERSIONS = 20;

/** Milliseconds in which changes are gathered before the lists are read again. */
const QUIET = 200;

/** The lists, each read by itself. */
type List = 'models' | 'experiments' | 'deployments';

const ALL: ReadonlyArray<List> = ['models', 'experiments', 'deployments'];

/**
 * The models model. Nothing is asked before `load`: the first question wakes MLflow up.
 */
export class ModelsModel implements IModelsModel {
  constructor(options: ModelsModel.IOptions) {
    this._client = options.client;
    options.events.event.connect(this._onEvent, this);
    options.events.reset.connect(() => this._plan(...ALL), this);
    options.events.statusChanged.connect(this._onStatus, this);
  }

  get status(): IModelsModel.Status {
    return this._status;
  }

  get error(): Error | null {
    return this._error;
  }

  get models(): ReadonlyArray<RegisteredModel> {
    return this._models;
  }

  get experiments(): ReadonlyArray<Experiment> {
    return this._experiments;
  }

  get deployments(): ReadonlyArray<Deployment> {
    return this._deployments;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get outdated(): ISignal<this, IModelData> {
    return this._outdated;
  }

  get deployed(): ISignal<this, IDeploymentData> {
    return this._deployed;
  }

  get online(): ISignal<this, void> {
    return this._online;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async load(): Promise<void> {
    this._status = 'loading';
    this._changed.emit();
    await this._read(...ALL);
    await Promise.all([...this._versions.keys()].map(one => this._follow(one)));
  }

  versionsOf(name: string): IModelsModel.IVersions | null {
    return this._versions.get(name) ?? null;
  }

  async loadVersions(name: string): Promise<void> {
    const known = this._versions.get(name);
    if (!known || known.error) {
      await this._readVersions(name);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  /** Read lists; what one of them fails with leaves the others to be seen. */
  private async _read(...lists: List[]): Promise<void> {
    const failures = await Promise.all(lists.map(list => this._readOne(list)));
    if (this._isDisposed) {
      return;
    }
    lists.forEach((list, index) => this._errors.set(list, failures[index]));
    this._error =
      ALL.map(list => this._errors.get(list)).find(error => error) ?? null;
    this._status = this._error ? 'failed' : 'ready';
    this._changed.emit();
  }

  /** An answer that a newer question has overtaken is dropped. */
  private async _readOne(list: List): Promise<MlxError | null> {
    const question = (this._asked.get(list) ?? 0) + 1;
    this._asked.set(list, question);
    try {
      const take = await this._ask(list);
      if (question === this._asked.get(list)) {
        take();
        this._changed.emit();
      }
      return null;
    } catch (reason) {
      return MlxError.from(reason);
    }
  }

  /** Ask for a list; answers with what takes it in. */
  private async _ask(list: List): Promise<() => void> {
    const { models } = this._client;
    switch (list) {
      case 'models': {
        const items = await all(cursor =>
          models.models({ limit: PAGE, cursor })
        );
        return () => {
          this._models = items;
        };
      }
      case 'experiments': {
        const items = await all(cursor =>
          models.experiments({ limit: PAGE, cursor })
        );
        return () => {
          this._experiments = items;
        };
      }
      case 'deployments': {
        const { items } = await models.deployments();
        return () => {
          this._deployments = items;
        };
      }
    }
  }

  private async _follow(name: string): Promise<void> {
    if (this._models.some(one => one.name === name)) {
      await this._readVersions(name);
    } else if (!this._errors.get('models')) {
      this._versions.delete(name);
      this._changed.emit();
    }
  }

  private async _readVersions(name: string): Promise<void> {
    const before = this._versions.get(name);
    const kept = {
      items: before?.items ?? [],
      hasMore: before?.hasMore ?? false
    };
    this._put(name, { ...kept, loading: true, error: null });
    try {
      const page = await this._client.models.versions(name, {
        limit: VERSIONS
      });
      this._put(name, {
        items: page.items,
        hasMore: page.next_cursor !== null,
        loading: false,
        error: null
      });
    } catch (reason) {
      const error = MlxError.from(reason);
      this._put(name, { ...kept, loading: false, error });
    }
  }

  private _put(name: string, versions: IModelsModel.IVersions): void {
    if (!this._isDisposed) {
      this._versions.set(name, versions);
      this._changed.emit();
    }
  }

  private _onEvent(_: IMlxEvents, event: MlxEvent): void {
    switch (event.kind) {
      case 'models.changed': {
        const data = event.data as unknown as IModelData;
        this._outdated.emit(data);
        this._stale.add(data.model);
        this._plan('models');
        break;
      }
      case 'deployment.changed':
        this._deployed.emit(event.data as unknown as IDeploymentData);
        this._plan('deployments', 'models');
        break;
      case 'job.state':
        // A job that ended may have left a run of an experiment, and a version of a model.
        if (!isLive({ state: event.data.state as RunState })) {
          this._models.forEach(one => this._stale.add(one.name));
          this._plan('experiments', 'models');
        }
        break;
    }
  }

  private _onStatus(_: IMlxEvents, status: IMlxEvents.Status): void {
    if (status === 'waiting') {
      this._isLost = true;
    } else if (status === 'live' && this._isLost) {
      this._isLost = false;
      if (this._error) {
        this._plan(...ALL);
      }
      this._online.emit();
    }
  }

  /** Read lists again soon: many changes come at once. */
  private _plan(...lists: List[]): void {
    if (this._status === 'idle') {
      return;
    }
    lists.forEach(list => this._planned.add(list));
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this._catchUp(), QUIET);
  }

  private async _catchUp(): Promise<void> {
    const lists = [...this._planned];
    const stale = [...this._stale].filter(name => this._versions.has(name));
    this._planned.clear();
    this._stale.clear();
    await this._read(...lists);
    await Promise.all(stale.map(name => this._follow(name)));
  }

  private _client: IMlxClient;
  private _status: IModelsModel.Status = 'idle';
  private _error: MlxError | null = null;
  private _errors = new Map<List, MlxError | null>();
  private _models: RegisteredModel[] = [];
  private _experiments: Experiment[] = [];
  private _deployments: Deployment[] = [];
  private _versions = new Map<string, IModelsModel.IVersions>();
  private _asked = new Map<List, number>();
  private _planned = new Set<List>();
  private _stale = new Set<string>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isLost = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _outdated = new Signal<this, IModelData>(this);
  private _deployed = new Signal<this, IDeploymentData>(this);
  private _online = new Signal<this, void>(this);
}

export namespace ModelsModel {
  export interface IOptions {
    client: IMlxClient;
    events: IMlxEvents;
  }
}

/** All pages of a list. */
async function all<T>(
  ask: (
    cursor: string | undefined
  ) => Promise<{ items: T[]; next_cursor: string | null }>
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}
