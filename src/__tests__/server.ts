/**
 * A real HTTP and WebSocket server for tests, in the place of the server extension.
 */
import { ServerConnection } from '@jupyterlab/services';
import * as http from 'http';
import type { AddressInfo } from 'net';
import { WebSocketServer } from 'ws';
import type { WebSocket as Peer } from 'ws';

import type { MlxEvent, Run, Schedule } from '../api/types';

/** What a request had. */
export interface ISeen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: unknown;
}

/** What a route answers. */
export interface IAnswer {
  status?: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

type Route = (seen: ISeen) => IAnswer | Promise<IAnswer>;

/**
 * Answers what it is told to, and keeps what it was asked.
 */
export class TestServer {
  readonly seen: ISeen[] = [];
  readonly peers: Array<{ socket: Peer; after: string | null }> = [];
  /** The id that `hello` says. */
  latest = 0;

  async start(port = 0): Promise<void> {
    this._http = http.createServer((request, response) => {
      void this._answer(request, response);
    });
    const sockets = new WebSocketServer({
      server: this._http,
      path: '/mlx/v1/events'
    });
    sockets.on('connection', (socket, request) => {
      const { searchParams } = new URL(request.url ?? '', this.url);
      this.peers.push({ socket, after: searchParams.get('after') });
      socket.send(
        JSON.stringify({
          id: this.latest,
          time: '2026-01-01T00:00:00Z',
          kind: 'hello',
          subject: '',
          data: { version: '0.1.0' }
        })
      );
    });
    await new Promise<void>(resolve => {
      this._http.listen(port, '127.0.0.1', resolve);
    });
  }

  async stop(): Promise<void> {
    this.peers.forEach(({ socket }) => socket.terminate());
    this._http.closeAllConnections();
    await new Promise(resolve => this._http.close(resolve));
  }

  get port(): number {
    return (this._http.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get settings(): ServerConnection.ISettings {
    return ServerConnection.makeSettings({
      baseUrl: this.url,
      wsUrl: this.url.replace('http', 'ws')
    });
  }

  /** Answer `METHOD path` in this way. */
  on(route: string, answer: Route | IAnswer): void {
    this._routes.set(
      route,
      typeof answer === 'function' ? answer : () => answer
    );
  }

  /** Push an event to everyone who listens. */
  push(event: Partial<MlxEvent>): void {
    const whole = { time: '2026-01-01T00:00:00Z', data: {}, ...event };
    this.latest = Math.max(this.latest, event.id ?? 0);
    this.peers.forEach(({ socket }) => socket.send(JSON.stringify(whole)));
  }

  private async _answer(
    request: http.IncomingMessage,
    response: http.ServerResponse
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const path = pathname.replace('/mlx/v1/', '');
    const text = Buffer.concat(chunks).toString();
    const seen: ISeen = {
      method: request.method ?? '',
      path,
      query: searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined
    };
    this.seen.push(seen);
    const route = this._routes.get(`${seen.method} ${path}`);
    const answer = route ? await route(seen) : { status: 404, text: 'none' };
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(
      answer.json === undefined ? answer.text : JSON.stringify(answer.json)
    );
  }

  private _http!: http.Server;
  private _routes = new Map<string, Route>();
}

/** Wait until something holds; fail when it does not within five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error(`It never came to hold: ${holds}`);
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** A run as the server describes it. */
export function aRun(own: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    name: '02-train',
    state: 'QUEUED',
    notebook: { path: 'flights/02-train.ipynb', digest: 'sha256:1' },
    parameters: {},
    owner: 'ada',
    created_at: '2026-01-01T10:00:00Z',
    started_at: null,
    ended_at: null,
    progress: { cell: 0, cells: 12 },
    attempts: [],
    outputs: [],
    metrics: {},
    mlflow_run_id: null,
    record: {},
    request: {
      kernel: 'python3',
      gpus: 0,
      timeout_s: null,
      retries: {},
      include: [],
      secrets: [],
      outputs: ['ipynb', 'html']
    },
    ...own
  };
}

/** A schedule as the server describes it. */
export function aSchedule(own: Partial<Schedule> = {}): Schedule {
  return {
    id: 's1',
    name: 'nightly',
    job_id: 'j1',
    notebook: { path: 'flights/02-train.ipynb', digest: 'sha256:1' },
    parameters: {},
    cron: '30 2 * * *',
    timezone: 'Europe/Warsaw',
    words: 'At 02:30 every day',
    paused: false,
    next_fire: '2026-01-02T01:30:00Z',
    next_fires: ['2026-01-02T01:30:00Z'],
    policy: {},
    owner: 'ada',
    created_at: '2026-01-01T10:00:00Z',
    ...own
  };
}
