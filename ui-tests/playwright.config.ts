/**
 * Debian's Chromium where it is installed, Playwright's own elsewhere.
 */
import { existsSync } from 'node:fs';

import baseConfig from '@jupyterlab/galata/lib/playwright-config';
import { defineConfig } from '@playwright/test';

const CHROMIUM = '/usr/bin/chromium';
const port = process.env.MLX_UI_PORT ?? '8888';
const url = `http://localhost:${port}`;

process.env.TARGET_URL ??= url;

export default defineConfig({
  ...baseConfig,
  testDir: 'tests',
  retries: process.env.CI ? 1 : 0,
  // One server, one store: stories share it and take turns.
  workers: 1,
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    ...baseConfig.use,
    baseURL: url,
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
    command: 'jlpm start',
    url: `${url}/lab`,
    timeout: 120 * 1000,
    reuseExistingServer: !process.env.CI
  }
});
