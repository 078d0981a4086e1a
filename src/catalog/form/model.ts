/**
 * The form that adds a source, without its view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Config, Run, SchedulePreview, Source } from '../../api/types';
import { PreviewModel } from '../../jobs/form/preview';
import type { ICatalogModel, IMlxClient } from '../../tokens';
import { Submission } from '../../ui/submission';
import { EMPTY_SETTINGS, kindOf, readSettings } from './request';
import type { ISettings, Kind } from './request';

/** How many forms were made. */
let forms = 0;

/**
 * The form's state: texts, what they mean, and the submission.
 */
export class SourceFormModel {
  constructor(options: SourceFormModel.IOptions) {
    this._client = options.client;
    this._catalog = options.catalog;
    this._labels = options.trans;
    this._settings = { ...EMPTY_SETTINGS, location: options.location ?? '' };
    this._settings.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    this._previewModel = new PreviewModel(options.client);
    this._previewModel.changed.connect(this._onPreview, this);
  }

  /** Starts the ids of this form's fields. */
  readonly key = `jp-mlx-source-${(forms += 1)}`;

  readonly submission: Submission = new Submission({
    fieldOf: error => this._fieldOf(error),
    onChanged: () => this._changed.emit()
  });

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get config(): Config | null {
    return this._config;
  }

  /** Why the form could not be made, where it could not. */
  get loadError(): MlxError | null {
    return this._loadError;
  }

  get settings(): Readonly<ISettings> {
    return this._settings;
  }

  get kind(): Kind | null {
    return kindOf(this._settings.location);
  }

  /** Whether it is crawled as soon as it is there. */
  get crawlNow(): boolean {
    return this._crawlNow;
  }

  set crawlNow(value: boolean) {
    this._crawlNow = value;
    this._changed.emit();
  }

  /** Whether it is crawled on a schedule. */
  get scheduled(): boolean {
    return this._scheduled;
  }

  set scheduled(value: boolean) {
    this._scheduled = value;
    if (value && !this.preview) {
      this._askPreview();
    }
    this._changed.emit();
  }

  get preview(): SchedulePreview | null {
    return this._previewModel.preview;
  }

  /** What is wrong with a field, empty where nothing is. */
  errorOf(field: string): MlxError | string {
    const own = readSettings(this._settings, this._labels).errors[field] ?? '';
    // An empty form is not wrong yet.
    const shown = field === 'location' && !this.submission.wasTried ? '' : own;
    return this.submission.refusalOf(field) ?? shown;
  }

  get isValid(): boolean {
    const { errors } = readSettings(this._settings, this._labels);
    return (
      Object.keys(errors).length === 0 &&
      !(this._scheduled && this._previewModel.error)
    );
  }

  async load(): Promise<void> {
    this._loadError = null;
    try {
      this._config = await this._client.config();
    } catch (reason) {
      this._loadError = MlxError.from(reason);
    }
    this._changed.emit();
  }

  set(field: string, value: string): void {
    this._settings = { ...this._settings, [field]: value };
    this.submission.clear(field);
    if (field === 'cron' || field === 'timezone') {
      this._askPreview();
    }
    this._changed.emit();
  }

  /** Add the source; null where a field is wrong or the server refused, which is then shown. */
  async submit(): Promise<SourceFormModel.IResult | null> {
    return this.submission.send(this.isValid, () => this._send());
  }

  dispose(): void {
    this._previewModel.dispose();
    Signal.clearData(this);
  }

  private async _send(): Promise<SourceFormModel.IResult> {
    const { catalog } = this._client;
    const { request } = readSettings(this._settings, this._labels);
    // What was added stays added when the schedule or the crawl is refused.
    this._source ??= await catalog.addSource(request);
    const source = this._source;
    if (this._scheduled) {
      const { cron, timezone } = this._settings;
      await catalog.schedule(source.id, {
        cron,
        ...(timezone ? { timezone } : {})
      });
    }
    const run = this._crawlNow ? await this._catalog.crawl(source.id) : null;
    return { source, run };
  }

  private _fieldOf(error: MlxError): string | null {
    const field = error.field.replace(/^request\./, '');
    if (field in this._settings) {
      return field;
    }
    if (field.startsWith('options')) {
      const [, option] = field.split('.');
      return option in this._settings ? option : 'more';
    }
    return null;
  }

  private _askPreview(): void {
    this._previewModel.ask(this._settings.cron, this._settings.timezone);
  }

  private _onPreview(): void {
    const { error } = this._previewModel;
    if (error) {
      this.submission.refuse(
        error,
        error.field === 'timezone' ? 'timezone' : 'cron'
      );
    } else {
      this.submission.clear('cron');
      this.submission.clear('timezone');
    }
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _catalog: ICatalogModel;
  private _labels: TranslationBundle;
  private _previewModel: PreviewModel;
  private _config: Config | null = null;
  private _settings: ISettings;
  private _source: Source | null = null;
  private _crawlNow = true;
  private _scheduled = false;
  private _loadError: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace SourceFormModel {
  export interface IOptions {
    client: IMlxClient;
    catalog: ICatalogModel;
    trans: TranslationBundle;
    /** What the form starts from. */
    location?: string;
  }

  /** What a submission made. */
  export interface IResult {
    source: Source;
    run: Run | null;
  }
}
