/**
 * When a project is materialized by itself: the form, without its view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Config, SchedulePreview } from '../../api/types';
import type { IScheduleForm } from '../../jobs/form/schedule';
import { PreviewModel } from '../../jobs/form/preview';
import type { IMlxClient } from '../../tokens';

/** How many forms were made. */
let forms = 0;

type Field = 'cron' | 'timezone';

/**
 * The form's state.
 */
export class ScheduleModel implements IScheduleForm {
  constructor(options: ScheduleModel.IOptions) {
    this._options = options;
    this._preview = new PreviewModel(options.client);
    this._preview.changed.connect(() => this._changed.emit(), this);
  }

  readonly key = `jp-mlx-materialize-${(forms += 1)}`;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isOpen(): boolean {
    return this._isOpen;
  }

  get config(): Config | null {
    return this._config;
  }

  get settings(): Readonly<Record<Field, string>> {
    return this._settings;
  }

  get preview(): SchedulePreview | null {
    return this._preview.preview;
  }

  /** Whether views whose source is as it was are passed over. */
  get onlyNew(): boolean {
    return this._onlyNew;
  }

  set onlyNew(value: boolean) {
    this._onlyNew = value;
    this._changed.emit();
  }

  /** Whether a crawl that finds new data materializes too. */
  get onNewData(): boolean {
    return this._onNewData;
  }

  set onNewData(value: boolean) {
    this._onNewData = value;
    this._changed.emit();
  }

  get submitting(): boolean {
    return this._submitting;
  }

  /** What is wrong, where it is about no field. */
  get error(): MlxError | null {
    return this._error && !fieldOf(this._error) ? this._error : null;
  }

  errorOf(field: string): MlxError | string {
    if (this._error && fieldOf(this._error) === field) {
      return this._error;
    }
    const { error } = this._preview;
    return error && (fieldOf(error) ?? 'cron') === field ? error : '';
  }

  /** Show the form, starting from what is in force. */
  async open(onNewData: boolean): Promise<void> {
    this._isOpen = true;
    this._onNewData = onNewData;
    this._error = null;
    this._changed.emit();
    try {
      this._config ??= await this._options.client.config();
      this._preview.ask(this._settings.cron, this._settings.timezone);
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  close(): void {
    this._isOpen = false;
    this._changed.emit();
  }

  set(field: Field, value: string): void {
    this._settings = { ...this._settings, [field]: value };
    this._error = null;
    this._preview.ask(this._settings.cron, this._settings.timezone);
    this._changed.emit();
  }

  /** Put it in force; what the server refuses is shown. */
  async submit(): Promise<void> {
    if (this._submitting || this._preview.error) {
      return;
    }
    this._submitting = true;
    this._error = null;
    this._changed.emit();
    const { cron, timezone } = this._settings;
    const project = this._options.project();
    try {
      await this._options.client.features.schedule({
        cron,
        only_new: this._onlyNew,
        on_new_data: this._onNewData,
        ...(timezone ? { timezone } : {}),
        ...(project ? { project } : {})
      });
      this._isOpen = false;
      this._options.onDone();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._submitting = false;
    this._changed.emit();
  }

  dispose(): void {
    this._preview.dispose();
    Signal.clearData(this);
  }

  private _options: ScheduleModel.IOptions;
  private _preview: PreviewModel;
  private _config: Config | null = null;
  private _settings: Record<Field, string> = {
    cron: '0 6 * * *',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone
  };
  private _isOpen = false;
  private _onlyNew = true;
  private _onNewData = false;
  private _submitting = false;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace ScheduleModel {
  export interface IOptions {
    client: IMlxClient;
    /** The project that it is about. */
    project: () => string;
    /** Called when it is in force. */
    onDone: () => void;
  }
}

function fieldOf(error: MlxError): Field | undefined {
  return (['cron', 'timezone'] as const).find(one => error.field.endsWith(one));
}
