/**
 * Debian's Chromium where it is installed, Playwright's own elsewhere; one server for all stories.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import baseConfig from '@jupyterlab/galata/lib/playwright-config';
import { defineConfig } from '@playwright/test';

const CHROMIUM = '/usr/bin/chromium';

// The stories' processes read this file too: they find here what the first one chose.
if (!process.env.MLX_UI_STATE) {
  const state = mkdtempSync(join(tmpdir(), 'mlx-ui-'));
  process.env.MLX_UI_STATE = state;
  process.on('exit', () => rmSync(state, { recursive: true, force: true }));
}
process.env.JUPYTERLAB_GALATA_ROOT_DIR = join(process.env.MLX_UI_STATE, 'root');
mkdirSync(process.env.JUPYTERLAB_GALATA_ROOT_DIR, { recursive: true });
process.env.MLX_UI_PORT ??= freePort();
const url = `http://localhost:${process.env.MLX_UI_PORT}`;
process.env.TARGET_URL = url;

/** A port that nobody listens on, so that no server of the developer's is taken for ours. */
function freePort(): string {
  return execFileSync(
    process.execPath,
    [
      '-e',
      "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"
    ],
    { encoding: 'utf8' }
  ).trim();
}

export default defineConfig({
  ...baseConfig,
  testDir: 'tests',
  testMatch: process.env.MLX_UI_PICTURES ? '**/pictures.ts' : '**/*.spec.ts',
  globalTeardown: './global-teardown.ts',
  retries: process.env.CI ? 1 : 0,
  timeout: 120 * 1000,
  expect: { timeout: 30 * 1000 },
  // One server, one store: stories share it and take turns.
  workers: 1,
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    ...baseConfig.use,
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    // Videos need a program of Playwright's own, which Debian does not have.
    video: 'off',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: existsSync(CHROMIUM) ? CHROMIUM : undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    // Without a shell in between, so that the server itself is told to end its kernels.
    command: 'exec jupyter lab --config jupyter_server_test_config.py',
    url: `${url}/lab`,
    timeout: 120 * 1000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10 * 1000 }
  }
});
