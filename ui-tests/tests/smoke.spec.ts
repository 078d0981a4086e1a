/**
 * The lab opens with the panel, and the panel tells what to do next.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';

test.use({ autoGoto: false });

test.describe('The side panel', () => {
  test('is there, empty, accessible, and offers to run a notebook', async ({
    page
  }) => {
    // Other stories' runs are in the same store: they are left out here.
    await page.route(/\/mlx\/v1\/(jobs|schedules)\?/, async route => {
      const answer = await route.fetch();
      const body = (await answer.json()) as object;
      await route.fulfill({ json: { ...body, items: [], next_cursor: null } });
    });
    await page.goto();
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
