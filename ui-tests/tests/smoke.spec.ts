/**
 * The lab opens with the panel, and the panel tells what to do next.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';

test.describe('The side panel', () => {
  test('is there, empty, accessible, and offers to run a notebook', async ({
    page
  }) => {
    await page.sidebar.openTab('jp-mlx-panel');
    const panel = page.locator('#jp-mlx-panel');
    await expect(panel).toBeVisible();
    await expect(
      panel.getByRole('button', { name: 'Run a notebook…' })
    ).toBeVisible();

    const found = await new AxeBuilder({ page })
      .include('#jp-mlx-panel')
      .analyze();
    expect(found.violations).toEqual([]);
  });
});
