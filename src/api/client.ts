/**
 * The one place that talks HTTP to our server extension.
 */
import { URLExt } from '@jupyterlab/coreutils';
import type * as nbformat from '@jupyterlab/nbformat';
import { ServerConnection } from '@jupyterlab/services';

import type { IMlxClient } from '../tokens';
import { CatalogClient } from './catalog';
import type { Send } from './catalog';
import { FeaturesClient } from './features';
import { ModelsClient } from './models';
import { MlxError } from './errors';
import type * as api from './types';

/** The path of our routes below the server's base URL. */
export const API_PATH = 'mlx/v1';

type Query = Record<string, string | number | undefined>;

/**
 * A typed client of the contract. Every failure is an `MlxError`.
 */
export class MlxClient implements IMlxClient {
  constructor(options: MlxClient.IOptions = {}) {
    this.serverSettings =
      options.serverSettings ?? ServerConnection.makeSettings();
    const send: Send = (method, path, request) =>
      this._json(method, path, request);
    this.catalog = new CatalogClient(send);
    this.features = new FeaturesClient(send);
    this.models = new ModelsClient({
      send,
      text: async (path, query) =>
        (await this._send('GET', path, { query })).text(),
      url: (path, query) => this._url(path, query)
    });
  }

  readonly serverSettings: ServerConnection.ISettings;
  readonly catalog: CatalogClient;
  readonly features: FeaturesClient;
  readonly models: ModelsClient;

  config(): Promise<api.Config> {
    return this._json('GET', 'config');
  }

  listRuns(query: IMlxClient.IRunQuery = {}): Promise<api.RunList> {
    return this._json('GET', 'jobs', { query: { ...query } });
  }

  getRun(id: string): Promise<api.Run> {
    return this._json('GET', `jobs/${enc(id)}`);
  }

  createRun(request: api.JobRequest, key: string): Promise<api.Run> {
    return this._json('POST', 'jobs', {
      body: request,
      headers: { 'Idempotency-Key': key }
    });
  }

  cancelRun(id: string): Promise<api.Run> {
    return this._json('POST', `jobs/${enc(id)}/cancel`, { body: {} });
  }

  retryRun(id: string): Promise<api.Run> {
    return this._json('POST', `jobs/${enc(id)}/retry`, { body: {} });
  }

  cloneRun(id: string, request: api.CloneRequest): Promise<api.Run> {
    return this._json('POST', `jobs/${enc(id)}/clone`, { body: request });
  }

  async removeRun(id: string): Promise<void> {
    await this._send('DELETE', `jobs/${enc(id)}`);
  }

  runEvents(id: string, attempt?: number): Promise<api.EventList> {
    return this._json('GET', `jobs/${enc(id)}/events`, { query: { attempt } });
  }

  async runLog(
    id: string,
    attempt?: number,
    offset?: number
  ): Promise<IMlxClient.ILog> {
    const response = await this._send('GET', `jobs/${enc(id)}/log`, {
      query: { attempt, offset }
    });
    const text = await response.text();
    const size = Number(response.headers.get('X-Log-Size') ?? NaN);
    return {
      text,
      size: Number.isFinite(size)
        ? size
        : Math.max(offset ?? 0, 0) + new TextEncoder().encode(text).length
    };
  }

  runNotebook(id: string): Promise<nbformat.INotebookContent> {
    return this._json('GET', `jobs/${enc(id)}/notebook`);
  }

  async runOutput(id: string, name: string, attempt?: number): Promise<string> {
    const response = await this._send('GET', outputPath(id, name), {
      query: { attempt }
    });
    return response.text();
  }

  outputUrl(
    id: string,
    name: string,
    options: IMlxClient.IOutputOptions = {}
  ): string {
    return this._url(outputPath(id, name), {
      attempt: options.attempt,
      download: options.download ? '1' : undefined
    });
  }

  notebookInfo(path: string): Promise<api.NotebookInfo> {
    return this._json('GET', 'notebooks/parameters', { query: { path } });
  }

  listSchedules(): Promise<api.ScheduleList> {
    return this._json('GET', 'schedules', { query: { limit: 500 } });
  }

  createSchedule(request: api.ScheduleRequest): Promise<api.Schedule> {
    return this._json('POST', 'schedules', { body: request });
  }

  updateSchedule(id: string, patch: api.SchedulePatch): Promise<api.Schedule> {
    return this._json('PATCH', `schedules/${enc(id)}`, { body: patch });
  }

  async removeSchedule(id: string): Promise<void> {
    await this._send('DELETE', `schedules/${enc(id)}`);
  }

  previewSchedule(
    cron: string,
    timezone: string,
    count: number
  ): Promise<api.SchedulePreview> {
    return this._json('GET', 'schedules/preview', {
      query: { cron, timezone, count }
    });
  }

  listGpus(): Promise<api.GpuList> {
    return this._json('GET', 'compute/gpus');
  }

  diff(a: string, b: string): Promise<api.Diff> {
    return this._json('GET', 'diff', { query: { a, b } });
  }

  private _url(path: string, query: Query = {}): string {
    const url = URLExt.join(this.serverSettings.baseUrl, API_PATH, path);
    const pairs = Object.entries(query).filter(
      ([, value]) => value !== undefined && value !== ''
    );
    return (
      url +
      URLExt.objectToQueryString(
        Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]))
      )
    );
  }

  private async _json<T>(
    method: string,
    path: string,
    options: MlxClient.IRequest = {}
  ): Promise<T> {
    const response = await this._send(method, path, options);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  private async _send(
    method: string,
    path: string,
    options: MlxClient.IRequest = {}
  ): Promise<Response> {
    const init: RequestInit = { method, headers: options.headers };
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
    }
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(
        this._url(path, options.query),
        init,
        this.serverSettings
      );
    } catch (reason) {
      throw new MlxError({
        code: 'server_unreachable',
        message: `The Jupyter server can’t be reached (${MlxError.from(reason).message}).`,
        remedy: 'Jobs go on without it. Start it again, then try once more.'
      });
    }
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }
}

export namespace MlxClient {
  export interface IOptions {
    serverSettings?: ServerConnection.ISettings;
  }

  /** The parts of a request beside its method and path. */
  export interface IRequest {
    query?: Query;
    body?: unknown;
    headers?: Record<string, string>;
  }
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

function outputPath(id: string, name: string): string {
  return `jobs/${enc(id)}/outputs/${enc(name)}`;
}

/** The error that an answer describes, or one that says the answer is no description. */
async function errorOf(response: Response): Promise<MlxError> {
  const text = await response.text();
  const fallback = new MlxError({
    code: `http_${response.status}`,
    message: `${response.status} ${response.statusText}`.trim(),
    status: response.status
  });
  let body: { error?: MlxError.IOptions; message?: string };
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page, not our server's answer: the status is all that is known.
    return fallback;
  }
  if (body.error?.message) {
    return new MlxError({ ...body.error, status: response.status });
  }
  if (body.message) {
    return new MlxError({
      code: fallback.code,
      message: body.message,
      status: response.status
    });
  }
  return fallback;
}
