/**
 * The form that promotes a version, and what comes of it. No view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type {
  IModelData,
  ModelVersionSummary,
  Policy,
  Promotion,
  PromotionRequest,
  RegisteredModel
} from '../../../api/types';
import type { IJobsModel, IMlxClient } from '../../../tokens';
import { Submission } from '../../../ui/submission';
import type { IModelsModel } from '../../tokens';
import { CHAMPION, guards } from '../words';

/** How many versions can be chosen from. */
const PAGE = 200;

/** Takes the alias away, in the place of a version. */
export const NO_VERSION = 'none';

/** How many forms were made. */
let forms = 0;

export interface ISettings extends Record<string, string> {
  name: string;
  version: string;
  alias: string;
  why: string;
}

/**
 * The form’s state: texts, what guards the alias, and the promotion that it made.
 */
export class PromoteModel {
  constructor(options: PromoteModel.IOptions) {
    const { name = '', version, alias = CHAMPION } = options;
    this._options = options;
    this._settings = {
      name,
      version: version === undefined ? '' : String(version),
      alias,
      why: ''
    };
    options.models.changed.connect(this._notify, this);
    options.models.outdated.connect(this._onOutdated, this);
    options.jobs.changed.connect(this._onJobs, this);
  }

  /** Starts the ids of this form’s fields. */
  readonly key = `jp-mlx-promote-${(forms += 1)}`;

  readonly submission: Submission = new Submission({
    fieldOf: ({ field }) => {
      const name = field.replace(/^request\./, '');
      return name in this._settings ? name : null;
    },
    onChanged: () => this._changed.emit()
  });

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get settings(): Readonly<ISettings> {
    return this._settings;
  }

  /** The model by that name; null before it is read. */
  get model(): RegisteredModel | null {
    return this._model;
  }

  get versions(): ReadonlyArray<ModelVersionSummary> {
    return this._versions;
  }

  /** The names of models. */
  get names(): ReadonlyArray<string> {
    return this._options.models.models.map(one => one.name);
  }

  /** Why what the form offers could not be read. */
  get loadError(): MlxError | null {
    return this._loadError;
  }

  /** Whether the form can be shown: there is something to choose from. */
  get isReady(): boolean {
    return this._isReady;
  }

  /** What the form made; null before it did. */
  get promotion(): Promotion | null {
    return this._promotion;
  }

  /** Whether the alias is to be moved whatever the gate says. */
  get override(): boolean {
    return this._override;
  }

  set override(value: boolean) {
    this._override = value;
    this.submission.clear('why');
    this._changed.emit();
  }

  /** The version that has the alias now; null where none has. */
  get from(): number | null {
    return this._model?.aliases[this._settings.alias.trim()] ?? null;
  }

  /** The version that is to have it; null where it is to be taken away. */
  get to(): number | null {
    const { version } = this._settings;
    return version === NO_VERSION ? null : Number(version);
  }

  /** What guards the alias; null where nothing does. */
  get guard(): Policy | null {
    const alias = this._settings.alias.trim();
    return (
      this._policies.find(
        policy =>
          policy.aliases.includes(alias) &&
          guards(policy, this._settings.name.trim())
      ) ?? null
    );
  }

  /** Whether the server says that a policy guards the alias. */
  get isGuarded(): boolean {
    const guarded = this._model?.guarded ?? {};
    return this.guard !== null || this._settings.alias.trim() in guarded;
  }

  /** What is wrong with a field, empty where nothing is. */
  errorOf(field: string): MlxError | string {
    return (
      this.submission.refusalOf(field) ??
      (this.submission.wasTried ? (this._errors[field] ?? '') : '')
    );
  }

  get isValid(): boolean {
    return Object.keys(this._errors).length === 0;
  }

  async load(): Promise<void> {
    const { models } = this._options;
    if (models.status === 'idle' || models.status === 'failed') {
      void models.load();
    }
    await this._read();
    this._isReady = true;
    this._changed.emit();
  }

  set(field: keyof ISettings & string, value: string): void {
    this._settings = { ...this._settings, [field]: value };
    this.submission.clear(field);
    if (field === 'name') {
      this._settings.version = '';
      void this._read();
    }
    this._changed.emit();
  }

  /** Ask for the promotion; what is wrong is then shown. */
  async submit(): Promise<void> {
    const { models } = this._options.client;
    const { isValid } = this;
    this._promotion = await this.submission.send(isValid, () =>
      models.promote(this._settings.name.trim(), this._request)
    );
    if (isValid && !this._promotion) {
      // Another may have moved it: what the form says of now is read again.
      void this._read();
    }
    this._changed.emit();
  }

  /** Back to the form, as it was filled in. */
  again(): void {
    this._promotion = null;
    this.submission.clearError();
    void this._read();
    this._changed.emit();
  }

  dispose(): void {
    this._question += 1;
    Signal.clearData(this);
  }

  private get _request(): PromotionRequest {
    const { alias, why } = this._settings;
    return {
      version: this.to,
      alias: alias.trim(),
      expected: this.from,
      ...(why.trim() ? { why: why.trim() } : {}),
      ...(this._override ? { override: true } : {})
    };
  }

  private get _errors(): Record<string, string> {
    const { trans } = this._options;
    const { name, version, alias, why } = this._settings;
    const errors: Record<string, string> = {};
    if (!name.trim()) {
      errors.name = trans.__('Which model.');
    }
    if (!version) {
      errors.version = trans.__('Which version.');
    }
    if (!alias.trim()) {
      errors.alias = trans.__('Which alias.');
    } else if (this._model && this.to === this.from) {
      errors.alias =
        this.from === null
          ? trans.__('No version has this alias.')
          : trans.__('Version %1 has this alias already.', this.from);
    }
    if (this._override && !why.trim()) {
      errors.why = trans.__('Whoever overrides a gate says why.');
    }
    return errors;
  }

  /** Read the model that is named; an answer that another name has overtaken is dropped. */
  private async _read(): Promise<void> {
    const question = ++this._question;
    const { models } = this._options.client;
    const name = this._settings.name.trim();
    let error: MlxError | null = null;
    if (name) {
      try {
        const [model, versions, policies] = await Promise.all([
          models.model(name),
          models.versions(name, { limit: PAGE }),
          models.policies()
        ]);
        if (question === this._question) {
          this._model = model;
          this._versions = versions.items;
          this._policies = policies.items;
          this._choose();
        }
      } catch (reason) {
        error = MlxError.from(reason);
      }
    }
    if (question === this._question) {
      this._model = name && !error ? this._model : null;
      this._versions = this._model ? this._versions : [];
      this._loadError = error?.status === 404 ? null : error;
      if (error?.status === 404) {
        this.submission.refuse(error, 'name');
      }
      this._changed.emit();
    }
  }

  /** The newest version is what is promoted, where none was named. */
  private _choose(): void {
    if (!this._settings.version && this._versions[0]) {
      const [{ version }] = this._versions;
      this._settings = { ...this._settings, version: String(version) };
    }
  }

  private _onOutdated(_: IModelsModel, data: IModelData): void {
    if (data.what === 'promotion' && data.id === this._promotion?.id) {
      void this._follow();
    } else if (
      data.what === 'policy' ||
      data.model === this._settings.name.trim()
    ) {
      void this._read();
    }
  }

  /** The gate’s job ended: its result is there, whether or not its event came. */
  private _onJobs(): void {
    const { run_id, state } = this._promotion ?? {};
    if (run_id && state === 'CHECKING') {
      const run = this._options.jobs.find(run_id);
      if (run?.ended_at && run.ended_at !== this._ended) {
        this._ended = run.ended_at;
        void this._follow();
      }
    }
  }

  private async _follow(): Promise<void> {
    const id = this._promotion?.id;
    if (id === undefined) {
      return;
    }
    try {
      const promotion = await this._options.client.models.promotion(id);
      if (this._promotion?.id === id) {
        this._promotion = promotion;
        this.submission.clearError();
      }
    } catch (reason) {
      this.submission.refuse(MlxError.from(reason), null);
    }
    this._changed.emit();
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _options: PromoteModel.IOptions;
  private _settings: ISettings;
  private _model: RegisteredModel | null = null;
  private _versions: ReadonlyArray<ModelVersionSummary> = [];
  private _policies: ReadonlyArray<Policy> = [];
  private _promotion: Promotion | null = null;
  private _override = false;
  private _isReady = false;
  private _ended = '';
  private _question = 0;
  private _loadError: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace PromoteModel {
  export interface IOptions {
    client: IMlxClient;
    models: IModelsModel;
    jobs: IJobsModel;
    trans: TranslationBundle;
    /** What the form starts from. */
    name?: string;
    version?: number;
    alias?: string;
  }
}
