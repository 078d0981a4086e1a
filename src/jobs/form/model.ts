/**
 * The form "Run as job", without its view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  Config,
  JobRequest,
  NotebookInfo,
  Parameter,
  Run,
  Schedule,
  SchedulePreview
} from '../../api/types';
import type { IMlxClient } from '../../tokens';
import { Submission } from '../../ui/submission';
import { cloneInfo } from './clone';
import { readText, sameValue, textOf, untyped } from './parameters';
import { PreviewModel } from './preview';
import { EMPTY_SETTINGS, FIELD_OF, readSettings, settingsOf } from './request';
import type { ISettings } from './request';

/** How many forms were made. */
let forms = 0;

/**
 * The form's state. It asks the server for what the notebook declares, reads the
 * texts back as typed values, and submits.
 */
export class FormModel {
  constructor(options: FormModel.IOptions) {
    this._client = options.client;
    this.path = options.path;
    this.source = options.clone ?? null;
    this._labels = options.trans;
    this._previewModel = new PreviewModel(options.client);
    this._previewModel.changed.connect(this._onPreview, this);
  }

  /** Starts the ids of this form's fields: several forms may be open. */
  readonly key = `jp-mlx-form-${(forms += 1)}`;
  /** The notebook. */
  readonly path: string;
  /** The run that is cloned, where one is. */
  readonly source: Run | null;

  readonly submission: Submission = new Submission({
    fieldOf: error => this._fieldOf(error),
    onChanged: () => this._changed.emit()
  });

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get info(): NotebookInfo | null {
    return this._info;
  }

  get config(): Config | null {
    return this._config;
  }

  /** Why the form could not be made, where it could not. */
  get loadError(): MlxError | null {
    return this._loadError;
  }

  get parameters(): ReadonlyArray<Parameter> {
    return this._parameters;
  }

  get settings(): Readonly<ISettings> {
    return this._settings;
  }

  get secrets(): ReadonlySet<string> {
    return this._secrets;
  }

  get mode(): FormModel.Mode {
    return this._mode;
  }

  get preview(): SchedulePreview | null {
    return this._previewModel.preview;
  }

  /** The parameter's text. */
  text(name: string): string {
    return this._texts.get(name) ?? '';
  }

  /** What is wrong with a field, empty where nothing is. */
  errorOf(field: string): MlxError | string {
    return this.submission.refusalOf(field) ?? this._read().errors[field] ?? '';
  }

  get isValid(): boolean {
    return Object.keys(this._read().errors).length === 0;
  }

  /** Whether any parameter differs from the notebook's own default. */
  get isChanged(): boolean {
    return this._parameters.some(
      one => this.text(one.name) !== textOf(one, one.default)
    );
  }

  async load(): Promise<void> {
    this._loadError = null;
    try {
      const [config, info] = await Promise.all([
        this._client.config(),
        this._loadInfo()
      ]);
      this._config = config;
      this._info = info;
      this._fill(info, config);
    } catch (reason) {
      this._loadError = MlxError.from(reason);
    }
    this._changed.emit();
  }

  setText(name: string, text: string): void {
    this._texts.set(name, text);
    this.submission.clear(`parameters.${name}`);
    this._changed.emit();
  }

  set<K extends keyof ISettings>(field: K, value: ISettings[K]): void {
    this._settings = { ...this._settings, [field]: value };
    this.submission.clear(field);
    if (field === 'cron' || field === 'timezone') {
      this._askPreview();
    }
    this._changed.emit();
  }

  setMode(mode: FormModel.Mode): void {
    this._mode = mode;
    if (mode === 'schedule' && !this.preview) {
      this._askPreview();
    }
    this._changed.emit();
  }

  setSecret(name: string, granted: boolean): void {
    if (granted) {
      this._secrets.add(name);
    } else {
      this._secrets.delete(name);
    }
    this._changed.emit();
  }

  /** Every parameter back to what the notebook says. */
  resetParameters(): void {
    for (const parameter of this._parameters) {
      this._texts.set(parameter.name, textOf(parameter, parameter.default));
    }
    this._changed.emit();
  }

  /** The request that the form stands for. */
  get request(): JobRequest {
    return { ...this._read().request, notebook: this.path };
  }

  /** Submit; null where a field is wrong or the server refused, which is then shown. */
  async submit(): Promise<FormModel.IResult | null> {
    return this.submission.send(this.isValid, () => this._send());
  }

  dispose(): void {
    this._previewModel.dispose();
    Signal.clearData(this);
  }

  private async _send(): Promise<FormModel.IResult> {
    const { request } = this;
    if (this.source) {
      const { parameters, name } = request;
      const run = await this._client.cloneRun(this.source.id, {
        parameters,
        ...(name ? { name } : {})
      });
      return { run };
    }
    if (this._mode === 'schedule') {
      const { cron, timezone, scheduleName } = this._settings;
      const schedule = await this._client.createSchedule({
        job: request,
        cron,
        ...(timezone ? { timezone } : {}),
        ...(scheduleName.trim() ? { name: scheduleName.trim() } : {})
      });
      return { schedule };
    }
    // The same key on a second try, so that an answer that got lost queues no second run.
    const text = JSON.stringify(request);
    if (text !== this._keyFor) {
      this._requestKey = UUID.uuid4();
      this._keyFor = text;
    }
    return { run: await this._client.createRun(request, this._requestKey) };
  }

  private _loadInfo(): Promise<NotebookInfo> {
    return this.source
      ? cloneInfo(this._client, this.source)
      : this._client.notebookInfo(this.path);
  }

  private _fill(info: NotebookInfo, config: Config): void {
    const last = (info.last ?? {}) as Partial<JobRequest>;
    const values: Record<string, unknown> = last.parameters ?? {};
    this._parameters = info.parameters;
    for (const parameter of this._parameters) {
      const value =
        parameter.name in values ? values[parameter.name] : parameter.default;
      this._texts.set(parameter.name, textOf(parameter, value));
    }
    const known = new Set(config.kernels.map(kernel => kernel.name));
    const settings = { ...EMPTY_SETTINGS, ...settingsOf(last) };
    settings.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!known.has(settings.kernel)) {
      settings.kernel = '';
    }
    if (!info.inspected && !this.source && Object.keys(values).length) {
      settings.extra = JSON.stringify(values, null, 2);
    }
    this._settings = settings;
    this._secrets = new Set(
      (last.secrets ?? []).filter(name => config.secrets.includes(name))
    );
  }

  /** The whole form as a request, and what is wrong with it by field. */
  private _read(): {
    request: Partial<JobRequest>;
    errors: Record<string, string>;
  } {
    const { request, errors: wrong } = readSettings(
      this._settings,
      this._config?.gpus ?? 0,
      this._labels
    );
    const errors: Record<string, string> = { ...wrong };
    const parameters = this._readExtra(errors);
    for (const parameter of this._parameters) {
      const reading = readText(
        parameter,
        this.text(parameter.name),
        this._secrets,
        this._labels
      );
      if (reading.kind === 'wrong') {
        errors[`parameters.${parameter.name}`] = reading.message;
      } else if (
        reading.kind === 'value' &&
        !sameValue(reading.value, parameter.default)
      ) {
        parameters[parameter.name] = reading.value;
      }
    }
    request.parameters = parameters;
    if (this._secrets.size) {
      request.secrets = [...this._secrets];
    }
    if (this._mode === 'schedule' && !this._settings.cron.trim()) {
      errors.cron = this._labels.__('When? For example 0 6 * * *.');
    }
    return { request, errors };
  }

  private _readExtra(errors: Record<string, string>): Record<string, unknown> {
    const text = this._settings.extra.trim();
    if (!text) {
      return {};
    }
    const reading = readText(
      { ...untyped(['extra', null]), type: 'dict' },
      text,
      this._secrets,
      this._labels
    );
    if (reading.kind === 'value') {
      return { ...(reading.value as Record<string, unknown>) };
    }
    errors.extra = this._labels.__('A JSON object, such as {"lr": 0.1}.');
    return {};
  }

  private _askPreview(): void {
    this._previewModel.ask(this._settings.cron, this._settings.timezone);
  }

  private _onPreview(): void {
    const { error } = this._previewModel;
    this.submission.clear('cron');
    this.submission.clear('timezone');
    if (error) {
      this.submission.refuse(error, this._fieldOf(error) ?? 'cron');
    }
    this._changed.emit();
  }

  private _fieldOf(error: MlxError): string | null {
    const field = error.field.replace(/^(body|job|query)\./, '');
    const name = field.startsWith('parameters.') ? field.slice(11) : '';
    const own = name
      ? this._parameters.some(one => one.name === name)
        ? field
        : 'extra'
      : FIELD_OF[field];
    return own && !(own === 'extra' && this._info?.inspected) ? own : null;
  }

  private _client: IMlxClient;
  private _labels: TranslationBundle;
  private _info: NotebookInfo | null = null;
  private _config: Config | null = null;
  private _parameters: ReadonlyArray<Parameter> = [];
  private _texts = new Map<string, string>();
  private _settings: ISettings = EMPTY_SETTINGS;
  private _secrets = new Set<string>();
  private _mode: FormModel.Mode = 'now';
  private _previewModel: PreviewModel;
  private _loadError: MlxError | null = null;
  private _requestKey = '';
  private _keyFor = '';
  private _changed = new Signal<this, void>(this);
}

export namespace FormModel {
  export interface IOptions {
    client: IMlxClient;
    path: string;
    trans: TranslationBundle;
    /** Clone this run: its version and settings, other parameters. */
    clone?: Run;
  }

  export type Mode = 'now' | 'schedule';

  /** What a submission made. */
  export interface IResult {
    run?: Run;
    schedule?: Schedule;
  }
}
