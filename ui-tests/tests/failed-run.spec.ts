/**
 * A run that fails: from its row to the failed cell in one click, then again, and with another value.
 */
import { expect, test } from './support/mlx';

test('A failed run shows its failed cell, runs again, and as a clone', async ({
  lab
}) => {
  const { form, jobs } = lab;
  const notebook = lab.folder.notebook(
    'divide.ipynb',
    ['print("before")', 'print("quotient:", 1 / divisor)', '"never"'],
    'divisor: int = 0'
  );
  await lab.open();
  const run = await jobs.submit(notebook);
  await jobs.reaches(run.id, 'FAILED');

  await lab.openPanel();
  await expect(lab.row(run.id)).toContainText('cell');
  await lab.picture('1-row');
  await lab.row(run.id).locator('.jp-mlx-Row-main').click();
  const failed = lab.runPage.locator('.jp-mlx-Cell[data-state="failed"]');
  await expect(failed).toBeInViewport();
  await expect(failed).toBeFocused();
  await expect(failed).toContainText('1 / divisor');
  await expect(failed.locator('.jp-OutputArea')).toContainText(
    'ZeroDivisionError'
  );
  await lab.picture('2-failed-cell');

  await lab.runPage.getByRole('button', { name: 'Retry' }).click();
  await expect(lab.runPage.getByLabel('Attempt')).toContainText(
    'Attempt 2: Failed'
  );
  await lab.picture('3-second-attempt');

  await lab.runPage.getByRole('button', { name: 'Clone' }).click();
  const divisor = form.getByLabel('divisor');
  await expect(divisor).toHaveValue('0');
  await divisor.fill('4');
  await divisor.press('Enter');
  await expect(lab.runPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Succeeded'
  );
  await expect(lab.runPage).toContainText('quotient: 0.25');
  await lab.picture('4-clone');
});
