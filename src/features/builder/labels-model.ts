/**
 * The labels of a training set: a file, a table of the catalog or a SELECT, and its columns. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Labels } from '../../api/types';
import type { IMlxClient } from '../../tokens';

/** Milliseconds without a key before the server is asked. */
const TYPING = 400;

/** How many suggestions are shown. */
const MOST = 20;

/** What labels are read from. */
export type Kind = 'file' | 'table' | 'sql';

/** What is kept over a reload. */
export interface ILabelsState {
  kind: Kind;
  /** The text of each kind, so that none is lost when another is looked at. */
  texts: Readonly<Record<Kind, string>>;
}

export const NO_LABELS: ILabelsState = {
  kind: 'file',
  texts: { file: '', table: '', sql: '' }
};

/**
 * The labels. An answer that a newer question has overtaken is dropped.
 */
export class LabelsModel {
  constructor(options: LabelsModel.IOptions) {
    this._options = options;
    this._state = options.state ?? NO_LABELS;
    if (this.reference) {
      this._plan(0);
    }
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): ILabelsState {
    return this._state;
  }

  get kind(): Kind {
    return this._state.kind;
  }

  set kind(kind: Kind) {
    if (kind !== this.kind) {
      this._state = { ...this._state, kind };
      this._suggestions = [];
      this._plan(0);
    }
  }

  get text(): string {
    return this._state.texts[this.kind];
  }

  set text(text: string) {
    if (text !== this.text) {
      const texts = { ...this._state.texts, [this.kind]: text };
      this._state = { ...this._state, texts };
      this._plan(TYPING);
      void this._suggest(text);
    }
  }

  /** The labels as a request names them; empty where there are none yet. */
  get reference(): string {
    return this.text.trim();
  }

  /** What the labels have; null where they are not known, or are asked for. */
  get labels(): Labels | null {
    return this._labels;
  }

  get isPending(): boolean {
    return this._isPending;
  }

  get error(): MlxError | null {
    return this._error;
  }

  /** What the text may go on to: files and folders, or tables of the catalog. */
  get suggestions(): ReadonlyArray<string> {
    return this._suggestions;
  }

  /** Take a file that was chosen. */
  choose(path: string): void {
    const texts = { ...this._state.texts, file: path };
    this._state = { kind: 'file', texts };
    this._plan(0);
  }

  /** Look at the labels again, for what they refer to may be another now. */
  again(): void {
    this._plan(0);
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._question += 1;
    Signal.clearData(this);
  }

  private _plan(wait: number): void {
    const question = ++this._question;
    clearTimeout(this._timer);
    this._labels = null;
    this._error = null;
    this._isPending = this.reference !== '';
    if (this._isPending) {
      this._timer = setTimeout(() => void this._inspect(question), wait);
    }
    this._changed.emit();
  }

  private async _inspect(question: number): Promise<void> {
    let labels: Labels | null = null;
    let error: MlxError | null = null;
    try {
      labels = await this._options.client.features.labels(this.reference);
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._question) {
      this._labels = labels;
      this._error = error;
      this._isPending = false;
      this._changed.emit();
    }
  }

  /** What is suggested is a help alone: where it cannot be asked for, there is none. */
  private async _suggest(text: string): Promise<void> {
    const { kind } = this;
    let found: string[] = [];
    try {
      if (kind === 'file') {
        found = await this._options.files(text.slice(0, cut(text)));
      } else if (kind === 'table' && text.trim()) {
        const { hits } = await this._options.client.catalog.search(text, {
          limit: MOST
        });
        found = hits.filter(hit => hit.kind === 'table').map(hit => hit.path);
      }
    } catch (reason) {
      console.debug('No suggestions for the labels.', reason);
    }
    if (kind === this.kind && text === this.text) {
      this._suggestions = found
        .filter(one => kind === 'table' || one.startsWith(text))
        .slice(0, MOST);
      this._changed.emit();
    }
  }

  private _options: LabelsModel.IOptions;
  private _state: ILabelsState;
  private _labels: Labels | null = null;
  private _error: MlxError | null = null;
  private _suggestions: string[] = [];
  private _isPending = false;
  private _question = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _changed = new Signal<this, void>(this);
}

export namespace LabelsModel {
  export interface IOptions {
    client: IMlxClient;
    /** The files with labels, and the folders, in a folder; paths from the server's root. */
    files: (folder: string) => Promise<string[]>;
    state?: ILabelsState;
  }
}

/** Where the name begins in a path. */
function cut(path: string): number {
  return path.lastIndexOf('/') + 1;
}
