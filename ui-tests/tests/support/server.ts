/**
 * Servers of a story's own, and the end of what they have started.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { expect, request } from '@playwright/test';

const FOLDER = resolve(__dirname, '..', '..');

/** A Jupyter server with its own port, folder and store, which survive its end. */
export class OwnServer {
  private constructor(
    readonly port: number,
    readonly state: string
  ) {}

  static async create(): Promise<OwnServer> {
    // Below the ports that the system gives to connections: while the server is down,
    // nobody may be given its port.
    const listener = createServer().listen(
      20000 + Math.floor(Math.random() * 12000),
      '127.0.0.1'
    );
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    const state = mkdtempSync(join(tmpdir(), 'mlx-ui-own-'));
    const server = new OwnServer(port, state);
    mkdirSync(server.root);
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get root(): string {
    return join(this.state, 'root');
  }

  async start(): Promise<void> {
    this._process = spawn(
      'jupyter',
      ['lab', '--config', 'jupyter_server_test_config.py'],
      {
        cwd: FOLDER,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          MLX_UI_PORT: String(this.port),
          MLX_UI_STATE: this.state,
          JUPYTERLAB_GALATA_ROOT_DIR: this.root
        }
      }
    );
    const client = await request.newContext({ baseURL: this.url });
    await expect(async () => {
      const answer = await client.get('/mlx/v1/config');
      expect(answer.ok()).toBe(true);
    }).toPass({ timeout: 60000 });
    await client.dispose();
  }

  /** End it at once, as a crash does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { _process: child } = this;
    this._process = null;
    if (child && child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
  }

  /** End it with its jobs and files. */
  async remove(): Promise<void> {
    await this.kill('SIGTERM');
    stopJobs(this.state);
    rmSync(this.state, { recursive: true, force: true });
  }

  private _process: ChildProcess | null = null;
}

interface IRunLine {
  id: string;
  state: string;
}

/** Cancel what still runs in the store of a server's folder, take away what is served, then stop its agent. */
export function stopJobs(state: string): void {
  try {
    // Of a story that did not come to its end: what serves outlives the agent.
    for (const { name } of deployed(state)) {
      mlx(state, 'models', 'undeploy', name);
    }
    for (const run of live(state)) {
      try {
        mlx(state, 'jobs', 'cancel', run.id);
      } catch (error) {
        // It may have ended by itself meanwhile.
        if (live(state).some(one => one.id === run.id)) {
          throw error;
        }
      }
    }
    for (const run of live(state)) {
      // Follows the log to the run's end, which a cancelled one reaches soon.
      mlx(state, 'jobs', 'logs', run.id, '-f');
    }
  } finally {
    mlx(state, 'agent', 'stop');
  }
}

function deployed(state: string): Array<{ name: string }> {
  const list = JSON.parse(mlx(state, 'models', 'deployments', '--json')) as {
    items: Array<{ name: string }>;
  };
  return list.items;
}

function live(state: string): IRunLine[] {
  const list = JSON.parse(mlx(state, 'jobs', 'list', '--json')) as {
    items: IRunLine[];
  };
  return list.items.filter(run =>
    ['QUEUED', 'STARTING', 'RUNNING'].includes(run.state)
  );
}

function mlx(state: string, ...words: string[]): string {
  return execFileSync('python', ['-m', 'jupyter_mlx.cli', ...words], {
    env: { ...process.env, JUPYTER_MLX_STATE_DIR: join(state, 'store') },
    encoding: 'utf8',
    timeout: 60000,
    stdio: ['ignore', 'pipe', 'inherit']
  });
}
