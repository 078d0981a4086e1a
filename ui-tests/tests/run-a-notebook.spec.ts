/**
 * A notebook runs as a job: from the file browser, the notebook's toolbar and the palette.
 */
import { expect, test } from './support/mlx';
import type { Lab } from './support/mlx';
import { waitAt } from './support/notebooks';

const PARAMETERS = 'rate: float = 0.1  # step size\nrounds: int = 2';

function write(lab: Lab): void {
  lab.folder.notebook(
    'train.ipynb',
    [
      `print("rate is", rate)\n${waitAt('first')}\nprint("first gate passed")`,
      `${waitAt('second')}\nprint("rounds:", rounds)`,
      '"the result"'
    ],
    PARAMETERS
  );
}

test.describe('Run a notebook', () => {
  test('from the file browser, and watch it to its result', async ({ lab }) => {
    const { page, form } = lab;
    write(lab);
    await lab.open();
    const file = page.locator('.jp-DirListing-item', {
      hasText: 'train.ipynb'
    });
    await file.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Run as Job…' }).click();

    // A wrong value shows what is wrong and what to do, and stops the run.
    const rate = form.getByLabel('rate');
    await expect(rate).toHaveValue('0.1');
    await rate.fill('fast');
    await expect(form.getByRole('alert').first()).toContainText('A number, such as 0.01');
    await expect(form.getByRole('button', { name: 'Run now' })).toBeDisabled();
    await lab.picture('1-wrong-value');

    // The rest by keyboard alone.
    await rate.focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('0.5');
    await page.keyboard.press('Tab');
    await expect(form.getByLabel('rounds')).toBeFocused();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('3');
    await expect(form.getByRole('alert')).toHaveCount(0);
    await lab.picture('2-form');
    await page.keyboard.press('Enter');

    // Cells advance as they run.
    await expect(lab.runPage).toBeVisible();
    const first = page.locator('.jp-mlx-Cell[data-state="running"]');
    await expect(first).toContainText('rate is 0.5');
    await lab.picture('3-running');
    lab.folder.open('first');
    await expect(lab.runPage).toContainText('first gate passed');
    await expect(lab.cell(4)).toHaveAttribute('data-state', 'running');
    lab.folder.open('second');
    await expect(lab.runPage).toContainText('rounds: 3');

    const notification = page.locator('.Toastify__toast');
    await expect(notification).toContainText('Succeeded');
    await lab.picture('4-succeeded');
    await notification.getByRole('button', { name: 'Open result' }).click();
    const notebook = page.locator('.jp-NotebookPanel:visible');
    await expect(notebook).toContainText('rounds: 3');
    await expect(notebook).toContainText('the result');
    await expect(notebook).toContainText('notebook is read-only');
    await lab.picture('5-result');
  });

  test('from its toolbar and from the palette', async ({ lab }) => {
    const { page, form } = lab;
    write(lab);
    lab.folder.open('first');
    lab.folder.open('second');
    await lab.open();
    await page
      .locator('.jp-DirListing-item', { hasText: 'train.ipynb' })
      .dblclick();
    const notebook = page.locator('.jp-NotebookPanel:visible');
    await expect(page.locator('#jp-main-statusbar')).toContainText('Idle');
    // A job runs what is on the disk, so that changes are saved first.
    await notebook.locator('.jp-Cell').first().click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await notebook.locator('[data-jp-item-name="mlx-run-as-job"]').click();
    await lab.dialog.getByRole('button', { name: 'Save and go on' }).click();
    await expect(form.getByLabel('rate')).toBeVisible();
    await page.activity.closePanel('Run train.ipynb');

    await page.activity.activateTab('train.ipynb');
    await page.keyboard.press('ControlOrMeta+Shift+C');
    const search = page.locator('.lm-CommandPalette-input');
    await search.fill('Run as Job');
    await page.keyboard.press('Enter');
    await expect(form.getByRole('button', { name: 'Run now' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(lab.runPage.locator('.jp-mlx-RunHead-facts')).toContainText(
      'Succeeded'
    );
    await lab.picture('1-from-the-palette');
  });
});
