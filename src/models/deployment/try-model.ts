/**
 * The form that scores what is typed. No view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  Deployment,
  ScoreRequest,
  Scored,
  Signature,
  SignatureField
} from '../../api/types';
import {
  exampleRow,
  exampleTexts,
  hasFields,
  inputOf,
  parseInput,
  parseRows
} from './inputs';
import type { Row } from './inputs';

/** One row field by field, or several rows as JSON. */
export type Mode = 'fields' | 'rows';

/** Where errors about rows as a whole stand. */
export const ROWS = 'rows';

interface IReading {
  request: ScoreRequest;
  /** What is wrong, by field. */
  errors: Record<string, string>;
}

/**
 * The form's state. An answer stays until the next one.
 */
export class TryModel {
  constructor(options: TryModel.IOptions) {
    this._options = options;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get signature(): Signature | null {
    return this._signature;
  }

  /** The parameters of the signature, as fields. */
  get parameters(): SignatureField[] {
    const all = this._signature?.parameters ?? [];
    return all.map(({ name, type, default: value }) => ({
      name,
      type,
      required: false,
      shape: Array.isArray(value) ? [value.length] : null
    }));
  }

  get mode(): Mode {
    return hasFields(this._signature) ? this._mode : 'rows';
  }

  /** Change how rows are typed; what was typed is taken along where it can be. */
  set mode(mode: Mode) {
    if (mode === 'rows' && this._mode === 'fields') {
      this._rows = JSON.stringify([this._read().request.inputs[0]], null, 2);
    } else if (mode === 'fields' && this._mode === 'rows') {
      const read = parseRows(this._rows, this._options.trans);
      if ('rows' in read && hasFields(this._signature)) {
        this._texts = exampleTexts({
          ...this._signature,
          example: read.rows[0]
        });
      }
    }
    this._mode = mode;
    this._touch();
  }

  /** The version that is asked; null leaves it to the shares. */
  get version(): number | null {
    return this._version;
  }

  set version(version: number | null) {
    this._version = version;
    this._touch();
  }

  get rows(): string {
    return this._rows;
  }

  set rows(text: string) {
    this._rows = text;
    this._touch(ROWS);
  }

  textOf(name: string): string {
    return this._texts[name] ?? '';
  }

  set(name: string, text: string): void {
    this._texts = { ...this._texts, [name]: text };
    this._isTyped = true;
    this._touch(name);
  }

  parameterText(name: string): string {
    return this._parameters[name] ?? '';
  }

  setParameter(name: string, text: string): void {
    this._parameters = { ...this._parameters, [name]: text };
    this._touch(name);
  }

  /** What is wrong with a field, empty where nothing is. What is only missing is told when it is sent. */
  errorOf(name: string): MlxError | string {
    if (this._error && this._errorField === name) {
      return this._error;
    }
    const isTyped =
      name === ROWS
        ? this._rows.trim() !== ''
        : this.textOf(name).trim() !== '' ||
          this.parameterText(name).trim() !== '';
    return isTyped || this._wasSent ? (this._read().errors[name] ?? '') : '';
  }

  /** What the server refused, where it is about no one field. */
  get error(): MlxError | null {
    return this._errorField === '' ? this._error : null;
  }

  /** The field that the server refused; empty where it is none. */
  get refusedField(): string {
    return this._error ? this._errorField : '';
  }

  get isPending(): boolean {
    return this._isPending;
  }

  get scored(): Scored | null {
    return this._scored;
  }

  /** What is deployed now. */
  take({ signature }: Deployment): void {
    const isOther =
      JSON.stringify(signature) !== JSON.stringify(this._signature);
    if (isOther) {
      this._signature = signature;
      if (!this._isTyped) {
        this.fill();
      }
    }
    this._changed.emit();
  }

  /** Fill the form with the signature's example. */
  fill(): void {
    const { _signature: signature } = this;
    this._texts = signature ? exampleTexts(signature) : {};
    this._rows = JSON.stringify([exampleRow(signature)], null, 2);
    this._isTyped = false;
    this._touch();
  }

  async score(): Promise<void> {
    this._wasSent = true;
    const { request, errors } = this._read();
    if (this._isPending || Object.keys(errors).length > 0) {
      this._changed.emit();
      return;
    }
    this._isPending = true;
    this._error = null;
    this._changed.emit();
    try {
      this._scored = await this._options.score(request);
      this._options.onScored();
    } catch (reason) {
      this._scored = null;
      this._place(MlxError.from(reason));
    }
    this._isPending = false;
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _read(): IReading {
    const errors: Record<string, string> = {};
    const inputs =
      this.mode === 'fields' ? [this._readRow(errors)] : this._readRows(errors);
    const parameters: Row = {};
    this.parameters.forEach(field =>
      this._readField(
        field,
        this.parameterText(field.name ?? ''),
        parameters,
        errors
      )
    );
    const request: ScoreRequest = { inputs };
    if (Object.keys(parameters).length > 0) {
      request.parameters = parameters;
    }
    if (this._version !== null) {
      request.version = this._version;
    }
    return { request, errors };
  }

  private _readRow(errors: Record<string, string>): Row {
    const row: Row = {};
    this._signature?.inputs.forEach(field =>
      this._readField(field, this.textOf(field.name ?? ''), row, errors)
    );
    return row;
  }

  private _readField(
    field: SignatureField,
    text: string,
    row: Row,
    errors: Record<string, string>
  ): void {
    const name = field.name ?? '';
    const read = parseInput(text, field, this._options.trans);
    if (read && 'error' in read) {
      errors[name] = read.error;
    } else if (read) {
      row[name] = read.value;
    }
  }

  private _readRows(errors: Record<string, string>): Row[] {
    const read = parseRows(this._rows, this._options.trans);
    if ('error' in read) {
      errors[ROWS] = read.error;
      return [];
    }
    return read.rows;
  }

  /** An error goes to the field that it names. */
  private _place(error: MlxError): void {
    const names = this.parameters.map(field => field.name ?? '');
    const inputs = (this._signature?.inputs ?? []).map(one => one.name ?? '');
    this._error = error;
    if (this.mode === 'fields') {
      this._errorField = inputOf(error, [...inputs, ...names]);
    } else {
      this._errorField = inputOf(error, names) || (error.field && ROWS);
    }
  }

  /** What is asked for is another now: an error of what was asked is no more. */
  private _touch(name?: string): void {
    if (name === undefined || name === this._errorField || !this._errorField) {
      this._error = null;
      this._errorField = '';
    }
    this._changed.emit();
  }

  private _options: TryModel.IOptions;
  private _signature: Signature | null = null;
  private _mode: Mode = 'fields';
  private _texts: Record<string, string> = {};
  private _parameters: Record<string, string> = {};
  private _rows = '[{}]';
  private _version: number | null = null;
  private _isTyped = false;
  private _wasSent = false;
  private _isPending = false;
  private _error: MlxError | null = null;
  private _errorField = '';
  private _scored: Scored | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace TryModel {
  export interface IOptions {
    score: (request: ScoreRequest) => Promise<Scored>;
    /** Called when something was scored: the counters are others now. */
    onScored: () => void;
    trans: TranslationBundle;
  }
}
