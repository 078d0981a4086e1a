/**
 * What is served for one entity. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { OnlineFeatures } from '../../api/types';
import type { IMlxClient } from '../../tokens';
import type { IPicked } from '../picker/model';
import { PickerModel } from '../picker/model';
import type { IFeaturesModel } from '../tokens';

/** What is kept over a reload. */
export interface ILookUpState {
  picked: IPicked;
  values: Readonly<Record<string, string>>;
}

/** A value of a feature. */
export interface IServed {
  name: string;
  value: unknown;
}

/**
 * The look-up. An answer that a newer question has overtaken is dropped.
 */
export class LookUpModel {
  constructor(options: LookUpModel.IOptions) {
    const { client, features, state } = options;
    this._client = client;
    this.picker = new PickerModel(features);
    if (state) {
      this._values = { ...state.values };
      this.picker.take(state.picked);
    }
    this.picker.changed.connect(() => this._changed.emit(), this);
    this.picker.picked.connect(this._forget, this);
  }

  readonly picker: PickerModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): ILookUpState {
    return {
      picked: this.picker.state,
      values: this._values
    };
  }

  get inputs(): string[] {
    return this.picker.inputs;
  }

  valueOf(name: string): string {
    return this._values[name] ?? '';
  }

  /** What is known of an input. */
  about(name: string): { type: string; description: string } | undefined {
    const entities = this.picker.project?.entities ?? [];
    return (
      entities.find(one => one.join_key === name) ??
      this.picker.requests.find(field => field.name === name)
    );
  }

  set(name: string, value: string): void {
    this._values = { ...this._values, [name]: value };
    this._forget();
  }

  /** What is wrong with an input, empty where nothing is. */
  errorOf(name: string): 'number' | 'whole' | '' {
    const text = this.valueOf(name).trim();
    const type = this.about(name)?.type ?? '';
    if (!text) {
      return '';
    }
    if (/^INT/.test(type) && !/^[+-]?\d+$/.test(text)) {
      return 'whole';
    }
    return /^(FLOAT|DOUBLE)/.test(type) && !Number.isFinite(Number(text))
      ? 'number'
      : '';
  }

  get isReady(): boolean {
    return (
      this.picker.count > 0 &&
      this.inputs.every(name => this.valueOf(name).trim() !== '') &&
      this.inputs.every(name => this.errorOf(name) === '')
    );
  }

  get isPending(): boolean {
    return this._isPending;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** How long the reading took. */
  get milliseconds(): number | null {
    return this._answer?.milliseconds ?? null;
  }

  /** The features with their values; null where nothing was asked for. */
  get served(): IServed[] | null {
    const { _answer: answer } = this;
    if (!answer) {
      return null;
    }
    const [row = []] = answer.rows;
    // As the views have them, whatever order the store answers in.
    const order = this.picker.chosenViews.flatMap(view =>
      view.features.map(one => one.name)
    );
    return answer.columns
      .map((name, index) => ({ name, value: row[index] ?? null }))
      .filter(({ name }) => !(name in this._sent))
      .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  }

  /** Whether nothing at all is stored for the entity. */
  get isUnknown(): boolean {
    const { served } = this;
    return (
      served !== null &&
      served.length > 0 &&
      served.every(({ value }) => value === null)
    );
  }

  async look(): Promise<void> {
    if (!this.isReady || this._isPending) {
      return;
    }
    const question = ++this._question;
    const project = this.picker.project?.name;
    const entity = Object.fromEntries(
      this.inputs.map(name => [name, this._read(name)])
    );
    this._isPending = true;
    this._error = null;
    this._changed.emit();
    let answer: OnlineFeatures | null = null;
    let error: MlxError | null = null;
    try {
      answer = await this._client.features.online({
        features: this.picker.names,
        entities: [entity],
        ...(project ? { project } : {})
      });
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._question) {
      this._sent = entity;
      this._answer = answer;
      this._error = error;
      this._isPending = false;
      this._changed.emit();
    }
  }

  dispose(): void {
    this._question += 1;
    this.picker.dispose();
    Signal.clearData(this);
  }

  /** An input in the type of its entity; of what has none as JSON reads it, else as text. */
  private _read(name: string): unknown {
    const text = this.valueOf(name).trim();
    const type = this.about(name)?.type;
    if (type !== undefined) {
      return /^(INT|FLOAT|DOUBLE)/.test(type) ? Number(text) : text;
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }

  /** Something else is asked for: the answer is of what was. */
  private _forget(): void {
    this._question += 1;
    this._isPending = false;
    this._answer = null;
    this._error = null;
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _values: Record<string, string> = {};
  private _sent: Record<string, unknown> = {};
  private _answer: OnlineFeatures | null = null;
  private _error: MlxError | null = null;
  private _isPending = false;
  private _question = 0;
  private _changed = new Signal<this, void>(this);
}

export namespace LookUpModel {
  export interface IOptions {
    client: IMlxClient;
    features: IFeaturesModel;
    state?: ILookUpState;
  }
}
