/**
 * Notebook 7: the commands that make sense where a page holds one document.
 */
import { expect, test } from '@playwright/test';

import { Jobs, picture } from './support/mlx';
import { Folder } from './support/notebooks';

test('Notebook 7 runs a notebook from its tree and from its toolbar', async ({
  page,
  request,
  baseURL
}, info) => {
  const folder = new Folder(
    process.env.JUPYTERLAB_GALATA_ROOT_DIR ?? '',
    `notebook7-${info.retry}`
  );
  const path = folder.notebook(
    'seven.ipynb',
    ['print("seven is", number)'],
    'number: int = 7'
  );
  await page.goto(`/tree/${folder.path}`);
  await page
    .locator('.jp-DirListing-item', { hasText: 'seven.ipynb' })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run as Job…' }).click();
  const frame = page.getByRole('dialog');
  await frame.getByLabel('number').fill('77');
  await picture(page, info, '1-form');
  await frame.getByRole('button', { name: 'Run now' }).click();

  await expect(frame.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Succeeded'
  );
  await expect(frame).toContainText('seven is 77');
  await picture(page, info, '2-run');
  const opened = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Open result' }).click();
  const result = await opened;
  await expect(result.locator('body')).toContainText('seven is 77');
  await picture(result, info, '3-result');
  await result.close();
  await page.keyboard.press('Escape');
  await expect(frame).toHaveCount(0);

  // A kernel that starts may change the notebook's metadata at any moment, which makes the command ask
  // whether to save; with an edit of its own, the story is asked every time.
  await page.goto(`/notebooks/${path}`);
  await page.locator('.jp-Notebook .cm-content').last().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  # edited');
  await page
    .getByRole('button', { name: 'Run a notebook as a versioned job' })
    .click();
  await frame.getByRole('button', { name: 'Save and go on' }).click();
  await expect(frame.getByLabel('number')).toHaveValue('77');
  expect(folder.read('seven.ipynb')).toContain('# edited');
  await picture(page, info, '4-from-the-toolbar');

  // The kernel of the notebook that was opened goes with the story.
  const sessions = (await (
    await request.get('/api/sessions')
  ).json()) as Array<{ id: string }>;
  for (const session of sessions) {
    await request.delete(`/api/sessions/${session.id}`);
  }
  expect(await new Jobs(request, baseURL ?? '').list()).not.toEqual([]);
});
