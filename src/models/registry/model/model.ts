/**
 * One registered model with all that is known of it, each part read when it is first looked at.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type {
  AliasMove,
  IModelData,
  ModelVersionSummary,
  Policy,
  Promotion,
  RegisteredModel
} from '../../../api/types';
import type { IMlxClient, IMlxEvents } from '../../../tokens';
import { Paged } from '../../../ui/paged';
import { Resource } from '../../../ui/resource';
import type { IModelsModel } from '../../tokens';
import { Champion } from '../champion';
import { guards } from '../words';
import { PolicyEditor } from './policy-editor';

/** How many one page of a list brings. */
const PAGE = 50;

/**
 * The model page's state.
 */
export class RegisteredModelModel {
  constructor(options: RegisteredModelModel.IOptions) {
    const { client, models, events, name } = options;
    this._client = client;
    this.name = name;
    const part = client.models;
    this.model = new Resource(() => part.model(name));
    this.champion = new Champion({ client: part, model: this.model });
    this.champion.changed.connect(this._notify, this);
    this.versions = new Paged(cursor =>
      part.versions(name, { limit: PAGE, cursor })
    );
    this.history = new Paged(cursor =>
      part.history(name, { limit: PAGE, cursor })
    );
    this.promotions = new Paged(cursor =>
      part.promotions(name, { limit: PAGE, cursor })
    );
    this.policies = new Resource(async () => {
      const { items } = await part.policies();
      return items.filter(policy => guards(policy, name));
    });
    this.editor = new PolicyEditor({
      client,
      onApplied: () => this._onPolicies()
    });
    this._parts.forEach(one => one.changed.connect(this._notify, this));
    models.outdated.connect(this._onOutdated, this);
    models.deployed.connect(this._onDeployed, this);
    events.reset.connect(this._onReset, this);
    models.online.connect(this._onReset, this);
  }

  readonly name: string;
  readonly model: Resource<RegisteredModel>;
  readonly champion: Champion;
  readonly versions: Paged<ModelVersionSummary>;
  readonly history: Paged<AliasMove>;
  readonly promotions: Paged<Promotion>;
  /** Those in force that guard aliases of this model. */
  readonly policies: Resource<Policy[]>;
  readonly editor: PolicyEditor;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the last change could not do. */
  get error(): MlxError | null {
    return this._error;
  }

  async load(): Promise<void> {
    await Promise.all([this.model.want(), this.versions.want()]);
  }

  /** Change the description. */
  async describe(text: string | null): Promise<void> {
    await this._attempt(() =>
      this.model.update(() =>
        this._client.models.updateModel(this.name, { description: text ?? '' })
      )
    );
  }

  /** A promotion with its figures, asked for once. */
  promotion(id: string): Resource<Promotion> {
    const known = this._promotions.get(id);
    if (known) {
      return known;
    }
    const made = new Resource(() => this._client.models.promotion(id));
    this._promotions.set(id, made);
    return made;
  }

  /** The versions of a policy, newest first. */
  policyVersions(name: string): Resource<{ items: Policy[] }> {
    const known = this._versionsOf.get(name);
    if (known) {
      return known;
    }
    const made = new Resource(() => this._client.models.policy(name));
    this._versionsOf.set(name, made);
    return made;
  }

  /** Take a policy out of force. */
  async removePolicy(name: string): Promise<void> {
    await this._attempt(async () => {
      await this._client.models.removePolicy(name);
      this._onPolicies();
    });
  }

  dispose(): void {
    this.champion.dispose();
    this.editor.dispose();
    Signal.clearData(this);
  }

  private get _parts(): Array<Resource<unknown>> {
    return [
      this.model,
      this.versions,
      this.history,
      this.promotions,
      this.policies
    ] as Array<Resource<unknown>>;
  }

  private async _attempt(change: () => Promise<void>): Promise<void> {
    this._error = null;
    try {
      await change();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  private _onPolicies(): void {
    void this.policies.refresh();
    void this.model.refresh();
    this._versionsOf.forEach(one => void one.refresh());
  }

  private _onOutdated(_: IModelsModel, data: IModelData): void {
    if (data.what === 'policy') {
      this._onPolicies();
    } else if (data.model === this.name) {
      void this.model.refresh();
      void this.versions.refresh();
      this.champion.refresh();
      if (data.what === 'alias' || data.what === 'promotion') {
        void this.history.refresh();
        void this.promotions.refresh();
      }
      if (data.what === 'promotion' && data.id) {
        void this._promotions.get(data.id)?.refresh();
      }
    }
  }

  private _onDeployed(_: IModelsModel, data: { model: string }): void {
    if (data.model === this.name) {
      void this.model.refresh();
    }
  }

  private _onReset(): void {
    this.champion.refresh();
    [...this._parts, ...this._promotions.values()].forEach(
      one => void one.refresh()
    );
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _error: MlxError | null = null;
  private _promotions = new Map<string, Resource<Promotion>>();
  private _versionsOf = new Map<string, Resource<{ items: Policy[] }>>();
  private _changed = new Signal<this, void>(this);
}

export namespace RegisteredModelModel {
  export interface IOptions {
    name: string;
    client: IMlxClient;
    models: IModelsModel;
    events: IMlxEvents;
  }
}
