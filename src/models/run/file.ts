/**
 * The file of a run that is looked at. No view.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type { Artifact } from '../../api/types';
import type { IModelsClient } from '../tokens';

/** Texts above this many bytes are downloaded rather than shown. */
export const MOST_BYTES = 1_000_000;

/** How a file can be shown. */
export type Kind = 'image' | 'html' | 'json' | 'text' | 'other';

const KINDS: Readonly<Record<Exclude<Kind, 'other'>, ReadonlyArray<string>>> = {
  image: ['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'bmp'],
  html: ['html', 'htm'],
  json: ['json', 'geojson'],
  text: [
    ...['txt', 'log', 'md', 'csv', 'tsv', 'yaml', 'yml', 'toml', 'cfg', 'ini'],
    ...['py', 'r', 'jl', 'sql', 'sh', 'js', 'ts', 'xml', 'jsonl', 'lock']
  ]
};

/** Files without an ending that MLflow writes as texts. */
const TEXTS: ReadonlyArray<string> = ['MLmodel', 'Dockerfile', 'LICENSE'];

/** How a file can be shown, by its name. */
export function kindOf(path: string): Kind {
  const name = PathExt.basename(path);
  const ending = PathExt.extname(name).slice(1).toLowerCase();
  if (TEXTS.includes(name)) {
    return 'text';
  }
  const found = Object.entries(KINDS).find(([, endings]) =>
    endings.includes(ending)
  );
  return (found?.[0] as Kind | undefined) ?? 'other';
}

/**
 * The file, with its text where it has one. An answer that a newer question has overtaken is dropped.
 */
export class FileModel {
  constructor(options: { run: string; client: IModelsClient }) {
    this._run = options.run;
    this._client = options.client;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The file; null before one is chosen. */
  get file(): Artifact | null {
    return this._file;
  }

  get kind(): Kind {
    return kindOf(this._file?.path ?? '');
  }

  /** Whether it is too long to be shown as text. */
  get isLong(): boolean {
    const isText = this.kind === 'text' || this.kind === 'json';
    return isText && (this._file?.bytes ?? 0) > MOST_BYTES;
  }

  /** Its text; null before it is read. */
  get text(): string | null {
    return this._text;
  }

  get error(): MlxError | null {
    return this._error;
  }

  async open(file: Artifact): Promise<void> {
    const question = ++this._question;
    this._file = file;
    this._text = null;
    this._error = null;
    this._changed.emit();
    if (!['text', 'json'].includes(this.kind) || this.isLong) {
      return;
    }
    let text: string | null = null;
    let error: MlxError | null = null;
    try {
      text = await this._client.artifactText(this._run, file.path);
    } catch (reason) {
      error = MlxError.from(reason);
    }
    if (question === this._question) {
      this._text = text;
      this._error = error;
      this._changed.emit();
    }
  }

  dispose(): void {
    this._question += 1;
    Signal.clearData(this);
  }

  private _run: string;
  private _client: IModelsClient;
  private _file: Artifact | null = null;
  private _text: string | null = null;
  private _error: MlxError | null = null;
  private _question = 0;
  private _changed = new Signal<this, void>(this);
}
