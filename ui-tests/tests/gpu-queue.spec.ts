/**
 * Two jobs want the one GPU that is configured.
 */
import { expect, test } from './support/mlx';
import { waitAt } from './support/notebooks';

test('A job waits for the GPU, says for what, and runs when it is free', async ({
  lab
}) => {
  const { page, jobs } = lab;
  const notebook = lab.folder.notebook('gpu.ipynb', [
    'import os\nprint("sees", os.environ.get("CUDA_VISIBLE_DEVICES"))',
    waitAt('free')
  ]);
  await lab.open();
  await lab.openPanel();
  const first = await jobs.submit(notebook, { gpus: 1, name: 'first' });
  await jobs.reaches(first.id, 'RUNNING');
  const second = await jobs.submit(notebook, { gpus: 1, name: 'second' });

  await expect(lab.row(second.id)).toContainText('GPU');
  await expect(lab.row(second.id)).toHaveAttribute('data-state', 'QUEUED');
  await expect(page.locator('.jp-mlx-StatusItem')).toContainText('GPU 1/1');
  await expect(page.locator('.jp-mlx-StatusItem')).toContainText('1 queued');
  await lab.row(second.id).locator('.jp-mlx-Row-main').click();
  await expect(lab.runPage.getByRole('status').first()).toContainText('GPU');
  await lab.picture('1-waits');

  lab.folder.open('free');
  await expect(lab.row(first.id)).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(lab.row(second.id)).toHaveAttribute('data-state', 'SUCCEEDED');
  await expect(page.locator('.jp-mlx-StatusItem')).toBeHidden();
  await lab.picture('2-both-ended');
});
