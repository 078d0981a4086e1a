/**
 * The documentation's pictures, of real runs of the example project: `jlpm pictures`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { expect, test } from './support/mlx';
import type { Lab } from './support/mlx';

const IMAGES = resolve(__dirname, '..', '..', 'docs', 'images');
const PROJECT = 'nyc-flights';
const NOTEBOOK = `${PROJECT}/02-train.ipynb`;

/** A few colours are enough for pictures of text. */
const SHRINK = `
import sys
from PIL import Image
path = sys.argv[1]
image = Image.open(path).convert("RGB")
image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
`;

async function take(lab: Lab, name: string, selector = ''): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  const { page } = lab;
  // The pointer over a button would show it as it looks under the pointer.
  await page.mouse.move(720, 899);
  await (selector
    ? page.locator(selector).screenshot({ path, animations: 'disabled' })
    : page.screenshot({ path, animations: 'disabled' }));
  execFileSync('python', ['-c', SHRINK, path]);
}

test('Pictures', async ({ lab }) => {
  test.setTimeout(15 * 60 * 1000);
  const { page, jobs } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const root = process.env.JUPYTERLAB_GALATA_ROOT_DIR ?? '';
  if (!existsSync(join(root, PROJECT))) {
    execFileSync(
      'python',
      ['-m', 'jupyter_mlx.cli', 'init', PROJECT, '--example', PROJECT],
      { cwd: root }
    );
  }
  let runs = await jobs.list();
  for (const epochs of [3, 6].slice(runs.length)) {
    const { id } = await jobs.submit(NOTEBOOK, {
      parameters: { epochs },
      include: ['*.py']
    });
    await expect
      .poll(async () => (await jobs.get(id)).state, { timeout: 600000 })
      .toBe('SUCCEEDED');
  }
  runs = await jobs.list();
  const [after, before] = runs;

  await page.goto(`tree/${PROJECT}`);
  await lab.openRun(after.id);
  // Wide enough for the panel's rows, as a user would draw it.
  await page.sidebar.setWidth(330);
  await expect(lab.runPage).toContainText('peak memory');
  const figure = lab.runPage.locator('.jp-OutputArea img').first();
  await figure.scrollIntoViewIfNeeded();
  await lab.runPage.getByRole('tab', { name: 'Cells' }).focus();
  await lab.runPage
    .locator('.jp-mlx-RunPage-body')
    .evaluate(body => body.scrollTo(0, 0));
  await take(lab, 'run-page');
  await take(lab, 'panel', '#jp-left-stack');

  await page.evaluate(
    ([path]) =>
      window.jupyterapp.commands.execute('mlx:run-notebook', { path }),
    [NOTEBOOK]
  );
  await expect(lab.form.getByLabel('epochs')).toBeVisible();
  await take(lab, 'form');

  await page.evaluate(
    ([a, b]) =>
      window.jupyterapp.commands.execute('mlx:compare-runs', { a, b }),
    [before.id, after.id]
  );
  await expect(lab.compare.locator('.jp-mlx-NotebookDiff')).toBeVisible();
  await page.sidebar.close('left');
  await take(lab, 'compare');
});
