/**
 * One deployment with all that is known of it, each part read when it is first looked at.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  Deployment,
  DeploymentPatch,
  DeploymentRevision,
  DeploymentToken,
  IDeploymentData,
  ScoredCall
} from '../../api/types';
import type { IMlxClient } from '../../tokens';
import { Paged } from '../../ui/paged';
import { Resource } from '../../ui/resource';
import type { IModelsModel } from '../tokens';
import { TrafficModel } from './traffic-model';
import { TryModel } from './try-model';

/** How many logged requests one page brings. */
const PAGE = 50;

/** Other places than this machine tell of nothing by themselves: how soon a change there is looked at again. */
const LOOK = 4000;

const CHANGING: ReadonlySet<Deployment['state']> = new Set<Deployment['state']>(
  ['STARTING', 'UPDATING', 'REMOVING']
);

/** The router writes its counters and its log about once a second; in milliseconds. */
const WRITTEN = 1500;

/**
 * The deployment page's state.
 */
export class DeploymentModel {
  constructor(options: DeploymentModel.IOptions) {
    const { client, models, name } = options;
    this._client = client;
    this._look = options.look ?? LOOK;
    this.models = models;
    this.name = name;
    const part = client.models;
    this.deployment = new Resource(() => part.deployment(name));
    this.requests = new Paged(cursor =>
      part.requests(name, { limit: PAGE, cursor })
    );
    this.log = new Resource(() => part.log(name, this._process));
    // The token is asked for by whoever wants to see it, and kept nowhere else.
    this.token = new Resource(() => part.token(name));
    this.traffic = new TrafficModel({ apply: patch => this.change(patch) });
    this.trial = new TryModel({
      score: request => part.score(name, request),
      onScored: () => this._refreshIn(WRITTEN),
      trans: options.trans
    });
    this._parts.forEach(one => one.changed.connect(this._notify, this));
    this.deployment.changed.connect(this._onDeployment, this);
    models.deployed.connect(this._onDeployed, this);
  }

  readonly name: string;
  readonly models: IModelsModel;
  readonly deployment: Resource<Deployment>;
  readonly requests: Paged<ScoredCall>;
  readonly log: Resource<string>;
  readonly token: Resource<DeploymentToken>;
  readonly traffic: TrafficModel;
  readonly trial: TryModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the last action could not do. */
  get error(): MlxError | null {
    return this._error;
  }

  /** Whether somebody took the deployment away. */
  get isRemoved(): boolean {
    return this._isRemoved;
  }

  /** The version whose log is read; undefined is the router. */
  get process(): number | undefined {
    return this._process;
  }

  set process(version: number | undefined) {
    this._process = version;
    void this.log.reload();
  }

  async load(): Promise<void> {
    await this.deployment.want();
  }

  /** Read again what changes without an event: the counters, the log, the requests. */
  async refresh(): Promise<void> {
    await Promise.all([
      this.deployment.reload(),
      this.requests.refresh(),
      this.log.refresh()
    ]);
  }

  /** Change what is served, as a new revision. Throws what the server refuses. */
  async change(patch: DeploymentPatch): Promise<void> {
    try {
      await this.deployment.update(() =>
        this._client.models.updateDeployment(this.name, patch)
      );
    } catch (reason) {
      // What was refused may be refused because of a change that is not seen yet.
      await this.deployment.reload();
      throw reason;
    }
  }

  /** Serve what a revision served. Throws what the server refuses. */
  async rollback(to: number): Promise<void> {
    await this.deployment.update(() =>
      this._client.models.rollback(this.name, { to })
    );
  }

  /** Take it away. Throws what the server refuses. */
  async remove(): Promise<void> {
    await this._client.models.removeDeployment(this.name);
  }

  /** Do it; what is refused is shown on the page. */
  async attempt(action: Promise<void>): Promise<void> {
    this._error = null;
    try {
      await action;
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    this.traffic.dispose();
    this.trial.dispose();
    Signal.clearData(this);
  }

  private get _parts(): Array<Resource<unknown>> {
    return [this.deployment, this.requests, this.log, this.token] as Array<
      Resource<unknown>
    >;
  }

  private _onDeployment(): void {
    const { value } = this.deployment;
    if (value) {
      this.traffic.take(value);
      this.trial.take(value);
      if (value.target !== 'local' && CHANGING.has(value.state)) {
        this._refreshIn(this._look);
      }
    }
  }

  private _onDeployed(_: IModelsModel, data: IDeploymentData): void {
    if (data.name !== this.name) {
      return;
    }
    this._isRemoved = Boolean(data.removed);
    if (this._isRemoved) {
      this._changed.emit();
    } else {
      this._refresh();
    }
  }

  private _refresh(): void {
    void this.deployment.refresh();
    void this.requests.refresh();
    void this.log.refresh();
  }

  private _refreshIn(milliseconds: number): void {
    clearTimeout(this._timer);
    if (!this._isDisposed && !this._isRemoved) {
      this._timer = setTimeout(() => this._refresh(), milliseconds);
    }
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _process: number | undefined;
  private _error: MlxError | null = null;
  private _look: number;
  private _isRemoved = false;
  private _isDisposed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}

export namespace DeploymentModel {
  export interface IOptions {
    name: string;
    client: IMlxClient;
    models: IModelsModel;
    trans: TranslationBundle;
    /** How soon a change that is under way elsewhere is looked at again, in milliseconds. */
    look?: number;
  }
}

/** The revision to go back to: the one asked for, else the one before that in force. */
export function revisionBefore(
  deployment: Pick<Deployment, 'revision' | 'revisions'>,
  to?: number
): DeploymentRevision | undefined {
  return to === undefined
    ? deployment.revisions.find(one => one.number < deployment.revision)
    : deployment.revisions.find(one => one.number === to);
}
