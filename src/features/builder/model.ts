/**
 * A training set that is put together: labels, features, what it would be like. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  Run,
  TrainingSetPreview,
  TrainingSetRequest
} from '../../api/types';
import type { IJobsModel, IMlxClient } from '../../tokens';
import type { IFeaturesModel } from '../tokens';
import type { IPicked } from '../picker/model';
import { PickerModel } from '../picker/model';
import type { ILabelsState } from './labels-model';
import { LabelsModel } from './labels-model';

/** The fields that a refusal can be about. */
export type Field = 'labels' | 'features' | 'target' | 'name';

/** What is kept over a reload. */
export interface IBuilderState {
  labels: ILabelsState;
  picked: IPicked;
  target: string | null;
  name: string;
  knownOnly: boolean;
}

/**
 * The builder's state.
 */
export class BuilderModel {
  constructor(options: BuilderModel.IOptions) {
    const { client, features, state } = options;
    this._client = client;
    this._jobs = options.jobs;
    this.labels = new LabelsModel({
      client,
      files: options.files,
      state: state?.labels
    });
    this.picker = new PickerModel(features);
    if (state) {
      this._target = state.target;
      this._name = state.name;
      this._knownOnly = state.knownOnly;
      this.picker.take(state.picked);
    }
    this.labels.changed.connect(() => this._touch('labels'), this);
    this.picker.picked.connect(() => this._touch('features'), this);
    this.picker.changed.connect(() => this._changed.emit(), this);
  }

  readonly labels: LabelsModel;
  readonly picker: PickerModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): IBuilderState {
    return {
      labels: this.labels.state,
      picked: this.picker.state,
      target: this._target,
      name: this._name,
      knownOnly: this._knownOnly
    };
  }

  /** The labels' columns that may be the target. */
  get targets(): string[] {
    return (this.labels.labels?.columns ?? [])
      .filter(one => one.role === 'value')
      .map(one => one.name);
  }

  /** What is to be predicted: as chosen, else the only column that may be; empty for none. */
  get target(): string {
    if (this._target !== null) {
      return this._target;
    }
    return this.targets.length === 1 ? this.targets[0] : '';
  }

  set target(name: string) {
    this._target = name;
    this._touch('target');
  }

  get name(): string {
    return this._name;
  }

  set name(name: string) {
    this._name = name;
    this._touch('name');
  }

  /** Whether values that were written down after the label's time are left out. */
  get knownOnly(): boolean {
    return this._knownOnly;
  }

  set knownOnly(value: boolean) {
    this._knownOnly = value;
    this._touch('features');
  }

  /** What the features are looked up by and the labels have not. */
  get missingKeys(): string[] {
    const columns = this.labels.labels?.columns;
    return columns
      ? this.picker.inputs.filter(key => !columns.some(one => one.name === key))
      : [];
  }

  /** Whether the labels have a time to look features up at; null where they are not known. */
  get hasTime(): boolean | null {
    return this.labels.labels?.columns.some(one => one.role === 'time') ?? null;
  }

  /** The request; null where something is missing. */
  get request(): TrainingSetRequest | null {
    const { names } = this.picker;
    const labels = this.labels.reference;
    if (!labels || names.length === 0) {
      return null;
    }
    const project = this.picker.project?.name;
    return {
      labels,
      features: names,
      ...(project ? { project } : {}),
      ...(this._name.trim() ? { name: this._name.trim() } : {}),
      ...(this.target ? { target: this.target } : {}),
      ...(this._knownOnly ? { known_only: true } : {})
    };
  }

  /** What can be asked for: labels that were read, and features. */
  get isReady(): boolean {
    return (
      this.request !== null &&
      this.labels.labels !== null &&
      this.missingKeys.length === 0 &&
      this.hasTime === true
    );
  }

  get preview(): TrainingSetPreview | null {
    return this._preview;
  }

  /** Whether the preview is of what is chosen now. */
  get isCurrent(): boolean {
    return (
      this._preview !== null && this._asked === JSON.stringify(this.request)
    );
  }

  get busy(): 'preview' | 'submit' | null {
    return this._busy;
  }

  /** What the server refused, where it is about no field. */
  get error(): MlxError | null {
    return this._error && fieldOf(this._error) === null ? this._error : null;
  }

  /** What is wrong with a field, empty where nothing is. */
  errorOf(field: Field): MlxError | string {
    if (this._error && fieldOf(this._error) === field) {
      return this._error;
    }
    return field === 'labels' ? (this.labels.error ?? '') : '';
  }

  /** Look features up for the first labels; nothing is kept. */
  async look(): Promise<void> {
    const { request } = this;
    if (request && !this._busy) {
      await this._do('preview', async () => {
        this._preview = await this._client.features.preview(request);
        this._asked = JSON.stringify(request);
      });
    }
  }

  /** The code that makes it in a notebook; null where the server refuses it. */
  async snippet(): Promise<string | null> {
    if (!this.isCurrent) {
      await this.look();
    }
    return this.isCurrent ? (this._preview?.snippet ?? null) : null;
  }

  /** Queue the job that makes it; null where the server refuses it. */
  async submit(): Promise<Run | null> {
    const { request } = this;
    if (!request || this._busy) {
      return null;
    }
    let run: Run | null = null;
    await this._do('submit', async () => {
      run = await this._client.features.createTrainingSet(request);
      this._jobs.update(run);
    });
    return run;
  }

  dispose(): void {
    this.labels.dispose();
    this.picker.dispose();
    Signal.clearData(this);
  }

  private async _do(
    what: 'preview' | 'submit',
    action: () => Promise<void>
  ): Promise<void> {
    this._busy = what;
    this._error = null;
    this._changed.emit();
    try {
      await action();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._busy = null;
    this._changed.emit();
  }

  /** Something was chosen anew: what was said of it says nothing any more. */
  private _touch(field: Field): void {
    if (this._error && [field, null].includes(fieldOf(this._error))) {
      this._error = null;
    }
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _jobs: IJobsModel;
  private _target: string | null = null;
  private _name = '';
  private _knownOnly = false;
  private _preview: TrainingSetPreview | null = null;
  private _asked = '';
  private _busy: 'preview' | 'submit' | null = null;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace BuilderModel {
  export interface IOptions {
    client: IMlxClient;
    features: IFeaturesModel;
    jobs: IJobsModel;
    /** The files with labels, and the folders, in a folder. */
    files: (folder: string) => Promise<string[]>;
    state?: IBuilderState;
  }
}

/** The field that an error is about, by what it says or by its code. */
export function fieldOf(error: MlxError): Field | null {
  const [field] = error.field.replace(/^request\./, '').split('.');
  if (['labels', 'features', 'target', 'name'].includes(field)) {
    return field as Field;
  }
  const [subject] = error.code.split('_');
  switch (subject) {
    case 'labels':
    case 'label':
      return 'labels';
    case 'features':
    case 'feature':
    case 'view':
    case 'service':
      return 'features';
    case 'target':
      return 'target';
    default:
      return null;
  }
}
