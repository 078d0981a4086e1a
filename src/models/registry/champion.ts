/**
 * The version that others are measured against. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ModelVersion, RegisteredModel } from '../../api/types';
import type { IModelsClient } from '../tokens';
import { Resource } from '../../ui/resource';
import { CHAMPION } from './words';

/**
 * Follows who is champion of a model, and reads that version.
 */
export class Champion {
  constructor(options: {
    client: IModelsClient;
    model: Resource<RegisteredModel>;
  }) {
    const { client, model } = options;
    this._model = model;
    this._version = new Resource(async () => {
      const { name } = model.value!;
      return client.version(name, this.number!);
    });
    model.changed.connect(this._follow, this);
    this._version.changed.connect(() => this._changed.emit(), this);
  }

  /** Emitted when the champion is another, or was read. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Its version; null where there is none. */
  get number(): number | null {
    return this._model.value?.aliases[CHAMPION] ?? null;
  }

  /** The version; null where there is none, or before it is read. */
  get version(): ModelVersion | null {
    const { value } = this._version;
    return value?.version === this.number ? value : null;
  }

  /** Read again what it measured. */
  refresh(): void {
    if (this.number !== null) {
      void this._version.refresh();
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _follow(): void {
    if (this.number !== this._read) {
      this._read = this.number;
      if (this.number !== null) {
        void this._version.reload();
      }
      this._changed.emit();
    }
  }

  private _model: Resource<RegisteredModel>;
  private _version: Resource<ModelVersion>;
  private _read: number | null = null;
  private _changed = new Signal<this, void>(this);
}
