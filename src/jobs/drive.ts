/**
 * Executed notebooks as documents: a contents drive that reads them from their runs.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type * as nbformat from '@jupyterlab/nbformat';
import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../api/errors';
import type { Run } from '../api/types';
import type { IMlxClient } from '../tokens';

/** The drive's name, which starts every path on it. */
export const DRIVE_NAME = 'MlxRuns';

/** The name of the executed notebook among a run's outputs. */
export const RESULT = 'notebook.ipynb';

/** The path by which a run's executed notebook opens. */
export function resultPath(run: Run, attempt?: number): string {
  const number = attempt || run.attempts[run.attempts.length - 1]?.number || 1;
  const name = PathExt.basename(run.notebook.path, '.ipynb');
  return `${DRIVE_NAME}:${run.id}/${number}/${name}.ipynb`;
}

/**
 * A drive that only reads: `RUN/ATTEMPT/NAME.ipynb`.
 */
export class RunsDrive implements Contents.IDrive {
  constructor(client: IMlxClient) {
    this._client = client;
    this.serverSettings = client.serverSettings;
  }

  readonly name = DRIVE_NAME;
  readonly serverSettings: ServerConnection.ISettings;

  get fileChanged(): ISignal<this, Contents.IChangedArgs> {
    return this._fileChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  async get(
    localPath: string,
    options?: Contents.IFetchOptions
  ): Promise<Contents.IModel> {
    const { id, attempt, name } = parse(localPath);
    const run = await this._client.getRun(id);
    const text =
      options?.content === false
        ? null
        : await this._client.runOutput(id, RESULT, attempt);
    return {
      name,
      path: localPath,
      type: 'notebook',
      format: text === null ? null : 'json',
      mimetype: text === null ? '' : 'application/x-ipynb+json',
      content: text === null ? null : joinLines(JSON.parse(text)),
      created: run.created_at,
      last_modified: run.ended_at ?? run.created_at,
      writable: false
    } as Contents.IModel;
  }

  async getDownloadUrl(localPath: string): Promise<string> {
    const { id, attempt } = parse(localPath);
    return this._client.outputUrl(id, RESULT, { attempt, download: true });
  }

  listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return Promise.resolve([]);
  }

  newUntitled(): Promise<Contents.IModel> {
    return refuse();
  }

  delete(): Promise<void> {
    return refuse();
  }

  rename(): Promise<Contents.IModel> {
    return refuse();
  }

  save(): Promise<Contents.IModel> {
    return refuse();
  }

  copy(): Promise<Contents.IModel> {
    return refuse();
  }

  createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return refuse();
  }

  restoreCheckpoint(): Promise<void> {
    return refuse();
  }

  deleteCheckpoint(): Promise<void> {
    return refuse();
  }

  private _client: IMlxClient;
  private _isDisposed = false;
  private _fileChanged = new Signal<this, Contents.IChangedArgs>(this);
}

/**
 * A notebook file may hold texts as lists of lines; JupyterLab's models want each whole,
 * as the server's own contents service gives it.
 */
export function joinLines(
  notebook: nbformat.INotebookContent
): nbformat.INotebookContent {
  for (const cell of notebook.cells) {
    cell.source = joined(cell.source);
    for (const output of (cell.outputs ?? []) as nbformat.IOutput[]) {
      if (output.output_type === 'stream') {
        output.text = joined(output.text as nbformat.MultilineString);
      }
      const data = (output.data ?? {}) as nbformat.IMimeBundle;
      for (const [type, value] of Object.entries(data)) {
        // JSON types keep their lists: those are data, not lines.
        if (!/[/+]json$/.test(type)) {
          data[type] = joined(value as nbformat.MultilineString);
        }
      }
    }
  }
  return notebook;
}

function joined(text: nbformat.MultilineString): string {
  return Array.isArray(text) ? text.join('') : text;
}

function parse(localPath: string): {
  id: string;
  attempt: number;
  name: string;
} {
  const match = /^([^/]+)\/(\d+)\/([^/]+\.ipynb)$/.exec(localPath);
  if (!match) {
    throw new MlxError({
      code: 'not_found',
      message: `${DRIVE_NAME}:${localPath} is not the result of a run.`,
      status: 404
    });
  }
  return { id: match[1], attempt: Number(match[2]), name: match[3] };
}

function refuse(): Promise<never> {
  return Promise.reject(
    new MlxError({
      code: 'read_only',
      message: 'The result of a run is its record, and can only be read.',
      remedy: 'Save a copy elsewhere to change it.'
    })
  );
}
