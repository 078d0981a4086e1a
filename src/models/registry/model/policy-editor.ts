/**
 * A policy’s text while it is edited. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type { Policy } from '../../../api/types';
import type { IMlxClient } from '../../../tokens';

/**
 * The editor’s state: closed, or a text that is not in force yet.
 */
export class PolicyEditor {
  constructor(options: PolicyEditor.IOptions) {
    this._options = options;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The text; null where nothing is edited. */
  get text(): string | null {
    return this._text;
  }

  /** The policy that is edited; null for a new one. */
  get name(): string | null {
    return this._name;
  }

  /** How often the editor was opened: its view begins anew with each. */
  get opened(): number {
    return this._opened;
  }

  get error(): MlxError | null {
    return this._error;
  }

  get sending(): boolean {
    return this._sending;
  }

  open(text: string, name: string | null = null): void {
    this._opened += 1;
    this._text = text;
    this._name = name;
    this._error = null;
    this._changed.emit();
  }

  set(text: string): void {
    this._text = text;
    this._error = null;
    this._changed.emit();
  }

  close(): void {
    this._text = null;
    this._error = null;
    this._changed.emit();
  }

  /** Put the text in force; null where the server refused it, which is then shown. */
  async apply(): Promise<Policy | null> {
    const text = this._text;
    if (text === null || this._sending) {
      return null;
    }
    this._sending = true;
    this._error = null;
    this._changed.emit();
    try {
      const policy = await this._options.client.models.applyPolicy({ text });
      this._text = null;
      this._options.onApplied();
      return policy;
    } catch (reason) {
      this._error = MlxError.from(reason);
      return null;
    } finally {
      this._sending = false;
      this._changed.emit();
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _options: PolicyEditor.IOptions;
  private _text: string | null = null;
  private _name: string | null = null;
  private _opened = 0;
  private _sending = false;
  private _error: MlxError | null = null;
  private _changed = new Signal<this, void>(this);
}

export namespace PolicyEditor {
  export interface IOptions {
    client: IMlxClient;
    /** Called when a policy is in force. */
    onApplied: () => void;
  }
}
