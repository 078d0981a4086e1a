/**
 * A cell that never ends is cancelled; what it had put out is kept.
 */
import { expect, test } from './support/mlx';
import { waitAt } from './support/notebooks';

test('Cancel names its target, stops the run and keeps its output', async ({
  lab
}) => {
  const { jobs, runPage, dialog } = lab;
  const notebook = lab.folder.notebook('endless.ipynb', [
    `print("this stays", flush=True)\n${waitAt('never')}`
  ]);
  await lab.open();
  const run = await jobs.submit(notebook, { name: 'endless-run' });
  await lab.openRun(run.id);
  await expect(runPage.locator('.jp-OutputArea')).toContainText('this stays');

  const cancel = runPage.getByRole('button', { name: 'Cancel' });
  await cancel.click();
  await expect(dialog).toContainText('endless-run');
  await expect(dialog).toContainText(run.id.slice(0, 6));
  await expect(dialog).toContainText(notebook);
  await lab.picture('1-asks');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toHaveCount(0);
  expect((await jobs.get(run.id)).state).toBe('RUNNING');

  await cancel.click();
  await dialog.getByRole('button', { name: 'Cancel the run' }).click();
  await expect(runPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Cancelled'
  );
  const cell = runPage.locator('.jp-mlx-Cell[data-state="stopped"]');
  await expect(cell.locator('.jp-OutputArea')).toContainText('this stays');
  await expect(
    runPage.getByRole('button', { name: 'Open result' })
  ).toBeVisible();
  await expect(lab.row(run.id).getByRole('img')).toHaveAccessibleName(
    'Cancelled'
  );
  await lab.picture('2-cancelled');
});
