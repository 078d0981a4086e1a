/**
 * The Jupyter server dies while a job runs: the job does not care, and the page comes back.
 */
import { expect, test } from '@playwright/test';

import { Jobs, picture } from './support/mlx';
import { Folder, waitAt } from './support/notebooks';
import { OwnServer } from './support/server';

let server: OwnServer;

test.beforeAll(async () => {
  server = await OwnServer.create();
});

test.afterAll(async () => {
  await server.remove();
});

test('A job outlives its server, and the page shows all of it', async ({
  page,
  request
}, info) => {
  const folder = new Folder(server.root, 'work');
  const notebook = folder.notebook('long.ipynb', [
    `print("before the crash", flush=True)\n${waitAt('go')}`,
    'print("after the crash")'
  ]);
  await server.start();
  const jobs = new Jobs(request, server.url);
  await page.goto(`${server.url}/lab/workspaces/story`);
  const run = await jobs.submit(notebook);
  const panel = page.locator('#jp-mlx-panel');
  const open = async () => {
    await page.getByRole('tab', { name: 'MLX workbench' }).click();
    await panel.locator(`[data-run="${run.id}"] .jp-mlx-Row-main`).click();
  };
  await open();
  const runPage = page.locator('.jp-mlx-RunPage');
  const outputs = runPage.locator('.jp-OutputArea');
  await expect(outputs.first()).toContainText('before the crash');
  const seen = await jobs.events(run.id);

  await server.kill();
  await expect(panel).toContainText('The server can’t be reached');
  await expect(runPage).toContainText('The run goes on without it');
  await picture(page, info, '1-server-gone');
  folder.open('go');
  await server.start();
  await jobs.reaches(run.id, 'SUCCEEDED');

  // The page comes back by itself, with what happened meanwhile.
  await expect(runPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Succeeded',
    { timeout: 40000 }
  );
  await expect(outputs.last()).toContainText('after the crash');
  await expect(panel).not.toContainText('can’t be reached');
  await picture(page, info, '2-back');

  const all = await jobs.events(run.id);
  expect(all.slice(0, seen.length)).toEqual(seen);
  expect(all.length).toBeGreaterThan(seen.length);
  // A page that is opened anew shows the same.
  await page.goto(`${server.url}/lab/workspaces/anew?reset`);
  await open();
  await expect(outputs.first()).toContainText('before the crash');
  await expect(outputs.last()).toContainText('after the crash');
  await expect(panel.locator(`[data-run="${run.id}"]`)).toHaveAttribute(
    'data-state',
    'SUCCEEDED'
  );
  await picture(page, info, '3-reloaded');
});
