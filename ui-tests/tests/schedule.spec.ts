/**
 * A schedule: made in the form with its meaning in words, then paused, resumed and removed.
 */
import { expect, test } from './support/mlx';

test('A schedule is made, paused, resumed and removed', async ({ lab }) => {
  const { page, form, panel } = lab;
  lab.folder.notebook('nightly.ipynb', ['print("night")'], 'day: int = 1');
  await lab.open();
  await page
    .locator('.jp-DirListing-item', { hasText: 'nightly.ipynb' })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run as Job…' }).click();
  await form.getByLabel('On a schedule').check();

  const cron = form.getByLabel('Cron');
  await cron.fill('99 * * * *');
  await expect(form.getByRole('alert').first()).toBeVisible();
  await lab.picture('1-wrong');
  await form.getByRole('button', { name: 'Weekdays at 6' }).click();
  await expect(cron).toHaveValue('0 6 * * 1-5');
  await expect(form.locator('.jp-mlx-Preview strong')).toContainText('6');
  await expect(form.locator('.jp-mlx-Preview li')).toHaveCount(5);
  await form.getByLabel('Schedule name').fill('weekdays');
  await lab.picture('2-preview');
  await form.getByRole('button', { name: 'Create schedule' }).click();

  // The panel comes to the front with the new schedule.
  const row = panel.locator('.jp-mlx-mod-schedule', { hasText: 'weekdays' });
  await expect(row).toBeVisible();
  await row.locator('.jp-mlx-Row-main').click();
  await expect(row).toContainText('Next:');
  await lab.picture('3-row');
  await row.getByRole('button', { name: 'Pause schedule weekdays' }).click();
  await expect(row).toContainText('paused');
  await row.getByRole('button', { name: 'Resume schedule weekdays' }).click();
  await expect(row).not.toContainText('paused');
  await row.getByRole('button', { name: 'Remove schedule weekdays' }).click();
  await expect(lab.dialog).toContainText('weekdays');
  await lab.dialog.getByRole('button', { name: 'Remove the schedule' }).click();
  await expect(row).toHaveCount(0);
});
