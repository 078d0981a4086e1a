/**
 * The form that evaluates a version. No view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type {
  EvaluationSummary,
  ModelVersion,
  Run,
  TrainingSet
} from '../../../api/types';
import type { IMlxClient } from '../../../tokens';
import { Submission } from '../../../ui/submission';
import type { IModelsModel } from '../../tokens';
import { CHAMPION } from '../words';
import { EMPTY_SETTINGS, kindOf, readSettings, settingsOf } from './request';
import type { ISettings } from './request';

/** How many training sets are offered. */
const OFFERED = 200;

/** The fields of errors that name none. */
const PLACES: Record<string, string> = {
  model_unknown: 'model',
  model_version_unknown: 'version'
};

/** How many forms were made. */
let forms = 0;

/**
 * The form’s state: texts, what they mean, and the submission.
 */
export class EvaluateModel {
  constructor(options: EvaluateModel.IOptions) {
    this._options = options;
    const { name = '', version } = options;
    this._settings = {
      ...EMPTY_SETTINGS,
      model: name,
      version: version === undefined ? '' : String(version)
    };
    options.models.changed.connect(this._notify, this);
  }

  /** Starts the ids of this form’s fields. */
  readonly key = `jp-mlx-evaluate-${(forms += 1)}`;

  readonly submission: Submission = new Submission({
    fieldOf: error => this._fieldOf(error),
    onChanged: () => this._changed.emit()
  });

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get settings(): Readonly<ISettings> {
    return this._settings;
  }

  get isReady(): boolean {
    return this._isReady;
  }

  /** The names of models. */
  get names(): ReadonlyArray<string> {
    return this._options.models.models.map(one => one.name);
  }

  /** What it can be measured on: what it was made from first. */
  get offered(): ReadonlyArray<string> {
    const own = this._value?.origin.training_sets.map(one => one.name) ?? [];
    const before = this._value?.evaluations.map(one => one.data) ?? [];
    const sets = this._sets.map(one => one.name ?? one.id);
    return [...new Set([...own, ...before, ...sets])];
  }

  /** Columns that it may be sliced by. */
  get columns(): ReadonlyArray<string> {
    return (this._value?.signature?.inputs ?? [])
      .map(one => one.name)
      .filter((name): name is string => name !== null);
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
    await Promise.all([this._readSets(), this._readVersion()]);
    this._isReady = true;
    this._changed.emit();
  }

  set(field: keyof ISettings & string, value: string): void {
    this._settings = { ...this._settings, [field]: value };
    this._touched.add(field);
    this.submission.clear(field);
    if (field === 'model' || field === 'version') {
      void this._readVersion();
    } else if (field === 'data') {
      this._fillTarget();
    }
    this._changed.emit();
  }

  /** Queue the evaluation; null where a field is wrong or the server refused, which is then shown. */
  async submit(): Promise<Run | null> {
    const { client, trans } = this._options;
    const { request } = readSettings(this._settings, trans);
    return this.submission.send(this.isValid, () =>
      client.models.evaluate(request)
    );
  }

  dispose(): void {
    this._question += 1;
    Signal.clearData(this);
  }

  private get _errors(): Record<string, string> {
    return readSettings(this._settings, this._options.trans).errors;
  }

  private async _readSets(): Promise<void> {
    try {
      const { items } = await this._options.client.features.trainingSets({
        limit: OFFERED
      });
      this._sets = items;
    } catch {
      // They are only what is offered: the field takes any text without them.
      this._sets = [];
    }
  }

  /** Read the version that is named, and fill in what an evaluation before it had. */
  private async _readVersion(): Promise<void> {
    const question = ++this._question;
    const { model, version } = this._settings;
    if (!model.trim() || !/^\d+$/.test(version.trim())) {
      return;
    }
    const { models } = this._options.client;
    try {
      const value = await models.version(model.trim(), Number(version));
      const last = value.evaluations[0] ?? (await this._championsLast(value));
      const before = last ? await models.evaluation(last.id) : null;
      if (question === this._question) {
        this._value = value;
        this._fill(before ? settingsOf(before) : guesses(value));
        this._fillTarget();
      }
    } catch (reason) {
      if (question === this._question) {
        this._value = null;
        this.submission.refuse(MlxError.from(reason));
      }
    }
    if (question === this._question) {
      this._changed.emit();
    }
  }

  /** The champion’s last evaluation: who is to be compared is measured alike. */
  private async _championsLast(
    value: ModelVersion
  ): Promise<EvaluationSummary | undefined> {
    const { models } = this._options.client;
    const { aliases } = await models.model(value.name);
    const champion = aliases[CHAMPION];
    if (champion === undefined || champion === value.version) {
      return undefined;
    }
    return (await models.version(value.name, champion)).evaluations[0];
  }

  /** What was not touched is filled in. */
  private _fill(settings: Partial<ISettings>): void {
    const own = Object.entries(settings).filter(
      ([field]) => !this._touched.has(field)
    );
    this._settings = Object.assign(
      { ...this._settings },
      Object.fromEntries(own)
    );
  }

  /** A training set knows its target. */
  private _fillTarget(): void {
    const data = this._settings.data.trim();
    const set = this._sets.find(one => one.name === data || one.id === data);
    if (set?.target) {
      this._fill({ target: set.target });
    }
  }

  private _fieldOf(error: MlxError): string | null {
    const field = error.field.replace(/^request\./, '').replace(/\.\d+$/, '');
    if (field in this._settings) {
      return field;
    }
    return PLACES[error.code] ?? null;
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _options: EvaluateModel.IOptions;
  private _settings: ISettings;
  private _touched = new Set<string>();
  private _value: ModelVersion | null = null;
  private _sets: ReadonlyArray<TrainingSet> = [];
  private _isReady = false;
  private _question = 0;
  private _changed = new Signal<this, void>(this);
}

export namespace EvaluateModel {
  export interface IOptions {
    client: IMlxClient;
    models: IModelsModel;
    trans: TranslationBundle;
    /** What the form starts from. */
    name?: string;
    version?: number;
  }
}

/** What can be told of a version that was never evaluated. */
function guesses(value: ModelVersion): Partial<ISettings> {
  const [set] = value.origin.training_sets;
  return { kind: kindOf(value), ...(set ? { data: set.name } : {}) };
}
