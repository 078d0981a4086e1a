/**
 * The form that deploys a model, without its view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type {
  Deployment,
  ModelVersionSummary,
  RegisteredModel
} from '../../../api/types';
import type { IMlxClient } from '../../../tokens';
import type { ITextForm } from '../../../ui/fields';
import { Submission } from '../../../ui/submission';
import type { IModelsModel } from '../../tokens';
import { EMPTY, proposedName, proposedVersion, readSettings } from './request';
import type { FieldName, Settings, Target } from './request';

/** How many forms were made. */
let forms = 0;

/**
 * The form's state: texts, what they mean, and the submission.
 */
export class DeployFormModel implements ITextForm<FieldName> {
  constructor(options: DeployFormModel.IOptions) {
    const { client, models, trans, model = '', which = '' } = options;
    this._client = client;
    this._models = models;
    this._labels = trans;
    this._settings = { ...EMPTY, which };
    models.changed.connect(this._onModels, this);
    if (models.status === 'idle') {
      void models.load();
    }
    if (model) {
      this._setModel(model);
    } else {
      this._onModels();
    }
  }

  /** Starts the ids of this form's fields. */
  readonly key = `jp-mlx-deploy-${(forms += 1)}`;

  readonly submission: Submission<FieldName> = new Submission({
    fieldOf: error => this._fieldOf(error),
    onChanged: () => this._changed.emit()
  });

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get settings(): Settings {
    return this._settings;
  }

  get target(): Target {
    return this._settings.target as Target;
  }

  /** Whether the models have been read, as far as they can be. */
  get isReady(): boolean {
    const { status, models } = this._models;
    return models.length > 0 || status === 'ready' || status === 'failed';
  }

  /** The names of registered models, to choose from. */
  get names(): string[] {
    return this._models.models.map(one => one.name);
  }

  /** The chosen model, where it is known. */
  get model(): RegisteredModel | undefined {
    const name = this._settings.model.trim();
    return (
      this._models.models.find(one => one.name === name) ??
      (this._asked?.name === name ? this._asked : undefined)
    );
  }

  /** The versions of the chosen model, newest first. */
  get versions(): ReadonlyArray<ModelVersionSummary> {
    return this.model
      ? (this._models.versionsOf(this.model.name)?.items ?? [])
      : [];
  }

  /** What is wrong with a field, empty where nothing is. What is only missing is told when it is sent. */
  errorOf(field: FieldName): MlxError | string {
    const refused = this.submission.refusalOf(field);
    if (refused) {
      return refused;
    }
    const isTyped = this._settings[field].trim() !== '';
    return isTyped || this.submission.wasTried
      ? (readSettings(this._settings, this._labels).errors[field] ?? '')
      : '';
  }

  get isValid(): boolean {
    const { errors } = readSettings(this._settings, this._labels);
    return Object.keys(errors).length === 0;
  }

  /** Whether what was sent needs another value somewhere. */
  get isRefused(): boolean {
    const { hasRefused, wasTried } = this.submission;
    return hasRefused || (wasTried && !this.isValid);
  }

  set(field: FieldName, value: string): void {
    this.submission.clear(field);
    this._isNamed ||= field === 'name' && value !== '';
    if (field === 'model') {
      this._setModel(value);
    } else {
      this._settings = { ...this._settings, [field]: value };
    }
    this._changed.emit();
  }

  /** The model's name is whole: ask for it where it is not in the list. */
  async seek(): Promise<void> {
    const name = this._settings.model.trim();
    if (!name || this.model) {
      return;
    }
    try {
      this._asked = await this._client.models.model(name);
      this._setModel(this._settings.model);
    } catch (reason) {
      if (name === this._settings.model.trim()) {
        this.submission.refuse(MlxError.from(reason), 'model');
      }
    }
    this._changed.emit();
  }

  /** Deploy; null where a field is wrong or the server refused, which is then shown. */
  async submit(): Promise<Deployment | null> {
    const { request } = readSettings(this._settings, this._labels);
    return this.submission.send(this.isValid, () =>
      this._client.models.deploy(request)
    );
  }

  dispose(): void {
    this._models.changed.disconnect(this._onModels, this);
    Signal.clearData(this);
  }

  private _setModel(name: string): void {
    const isOther = name.trim() !== this._settings.model.trim();
    this._settings = {
      ...this._settings,
      model: name,
      ...(this._isNamed ? {} : { name: proposedName(name) }),
      // A version of another model is none of this one.
      ...(isOther && this._settings.model ? { which: '' } : {})
    };
    this._propose();
  }

  /** Choose a version as soon as the model is known. */
  private _propose(): void {
    const { model } = this;
    if (model) {
      void this._models.loadVersions(model.name);
      if (!this._settings.which) {
        const which = proposedVersion(model);
        this._settings = { ...this._settings, which };
      }
    }
  }

  private _onModels(): void {
    if (!this._settings.model && this._models.models.length === 1) {
      this._setModel(this._models.models[0].name);
    } else if (!this._settings.which) {
      this._propose();
    }
    this._changed.emit();
  }

  private _fieldOf(error: MlxError): FieldName | null {
    const field = error.field.replace(/^(request\.)?(options\.)?/, '');
    if (field === 'version' || field === 'alias') {
      return 'which';
    }
    return field in this._settings ? (field as FieldName) : null;
  }

  private _client: IMlxClient;
  private _models: IModelsModel;
  private _labels: TranslationBundle;
  private _settings: Settings;
  private _asked: RegisteredModel | null = null;
  private _isNamed = false;
  private _changed = new Signal<this, void>(this);
}

export namespace DeployFormModel {
  export interface IOptions {
    client: IMlxClient;
    models: IModelsModel;
    trans: TranslationBundle;
    /** What the form starts from. */
    model?: string;
    /** `alias:champion` or `version:3`. */
    which?: string;
  }
}
