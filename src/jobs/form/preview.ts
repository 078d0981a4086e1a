/**
 * What a cron expression means: asked of the server while it is typed.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { SchedulePreview } from '../../api/types';
import type { IMlxClient } from '../../tokens';

/** Milliseconds without a key before the server is asked. */
const TYPING = 250;

/** How many firings the preview shows. */
const FIRINGS = 5;

/**
 * The preview of a schedule. An answer that a newer question has overtaken is dropped.
 */
export class PreviewModel {
  constructor(client: IMlxClient) {
    this._client = client;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get preview(): SchedulePreview | null {
    return this._preview;
  }

  /** Why the expression means nothing, where it does. */
  get error(): MlxError | null {
    return this._error;
  }

  ask(cron: string, timezone: string): void {
    const question = ++this._question;
    clearTimeout(this._timer);
    this._timer = setTimeout(
      () => void this._load(question, cron, timezone),
      TYPING
    );
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private async _load(
    question: number,
    cron: string,
    timezone: string
  ): Promise<void> {
    let preview: SchedulePreview | null = null;
    let error: MlxError | null = null;
    if (cron.trim()) {
      try {
        preview = await this._client.previewSchedule(cron, timezone, FIRINGS);
      } catch (reason) {
        error = MlxError.from(reason);
      }
    }
    if (question === this._question) {
      this._preview = preview;
      this._error = error;
      this._changed.emit();
    }
  }

  private _client: IMlxClient;
  private _preview: SchedulePreview | null = null;
  private _error: MlxError | null = null;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}
