/**
 * Two runs of a notebook with different parameters, side by side.
 */
import { expect, test } from './support/mlx';

const METRICS = [
  'import mlflow',
  'mlflow.log_metrics({"val_auc": 0.7 + rate, "loss": 0.25})'
].join('\n');

test('Two runs are compared: parameters, metrics, outputs', async ({ lab }) => {
  const { page, jobs, compare, runPage, dialog } = lab;
  const notebook = lab.folder.notebook(
    'score.ipynb',
    ['print("the rate is", rate)', METRICS],
    'rate: float = 0.01\nrounds: int = 2'
  );
  await lab.open();
  const a = await jobs.submit(notebook, { parameters: { rate: 0.01 } });
  const b = await jobs.submit(notebook, { parameters: { rate: 0.02 } });
  await jobs.reaches(a.id, 'SUCCEEDED');
  await jobs.reaches(b.id, 'SUCCEEDED');

  await lab.openRun(b.id);
  await expect(lab.row(b.id)).toContainText('auc');
  await expect(lab.row(b.id)).toContainText('0.72');
  // What the server says about how it compared is shown; this pair gives no cause.
  await page.route('**/mlx/v1/diff?*', async route => {
    const answer = await route.fetch();
    const body = (await answer.json()) as object;
    await route.fulfill({ json: { note: 'A was cut short.', ...body } });
  });
  await runPage.getByRole('button', { name: 'Compare…' }).click();
  // The run before is proposed.
  await expect(dialog.getByRole('radio', { checked: true })).toBeVisible();
  await lab.picture('1-picker');
  await dialog.getByRole('button', { name: 'Compare' }).click();

  await expect(compare.getByRole('note')).toHaveText('A was cut short.');
  const rate = compare.getByRole('row').filter({ hasText: 'rate' });
  await expect(rate).toContainText('0.01');
  await expect(rate).toContainText('0.02');
  const auc = compare.getByRole('row').filter({ hasText: 'val_auc' });
  await expect(auc).toContainText('0.71');
  await expect(auc).toContainText('0.72');
  await expect(auc).toContainText('+0.01');
  await expect(compare.getByText('1 equal')).toHaveCount(1);
  await expect(compare.locator('.jp-mlx-NotebookDiff')).toContainText(
    'the rate is 0.02'
  );
  await lab.picture('2-compare');
});
