/**
 * A folder of data becomes part of the catalog: crawled, looked at, tagged, found, and read in a notebook.
 */
import { writeFlights } from './support/flights';
import { expect, test } from './support/mlx';
import type { Lab } from './support/mlx';

/** Add a folder from the file browser; its crawl is shown. */
async function addFolder(lab: Lab, name: string): Promise<void> {
  const { page, form } = lab;
  await page
    .locator('.jp-DirListing-item', { hasText: name })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Add to Catalog…' }).click();
  await expect(form.getByLabel('Where')).toHaveValue(`${lab.folder.path}/${name}`);
  await form.getByLabel('Name').fill(name);
}

test('A folder is crawled, its table tagged, found by keyboard, and read', async ({
  lab
}) => {
  const { page, form, crawlPage, tablePage, dialog } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  writeFlights(lab.folder, 'nyc');
  lab.folder.notebook('use.ipynb', ['"here"']);
  await lab.open();
  await lab.openPanel();
  await lab.picture('01-panel-before');
  await page.sidebar.openTab('filebrowser');
  await addFolder(lab, 'nyc');
  await lab.picture('02-form');
  await form.getByRole('button', { name: 'Add and crawl' }).click();

  // The crawl ends while the page looks on; nothing is loaded anew.
  await expect(crawlPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Done',
    { timeout: 60000 }
  );
  await expect(crawlPage.locator('tr[data-change="created"]')).toHaveCount(5);
  await lab.picture('03-crawled');

  await lab.openPanel();
  await lab.treeRow('nyc').first().click();
  await expect(lab.treeRow('flights')).toBeVisible();
  await lab.treeRow('flights').focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('origin')).toBeVisible();
  await lab.picture('04-tree');
  await page.keyboard.press('Enter');
  await expect(tablePage.locator('tr[data-column="origin"]')).toContainText(
    'string'
  );
  await lab.picture('05-schema');

  await tablePage.getByRole('tab', { name: 'Sample' }).click();
  await expect(tablePage.getByRole('row')).not.toHaveCount(1);
  const filter = tablePage.getByLabel('Filter rows');
  await filter.fill("origin = 'LGA'");
  await filter.press('Enter');
  await expect(
    tablePage.getByRole('cell', { name: 'JFK', exact: true })
  ).toHaveCount(0);
  await expect(
    tablePage.getByRole('cell', { name: 'LGA', exact: true }).first()
  ).toBeVisible();
  await lab.picture('06-sample');
  await filter.fill('nothing = 1');
  await filter.press('Enter');
  await expect(tablePage.getByRole('alert')).toContainText('nothing');
  await lab.picture('07-filter-refused');

  await tablePage.getByRole('button', { name: 'Profile', exact: true }).click();
  await tablePage.getByRole('tab', { name: 'Profile' }).click();
  const card = tablePage.locator('.jp-mlx-Profile-card');
  await expect(card.locator('.jp-mlx-Chart :is(svg, canvas)').first()).toBeVisible({
    timeout: 60000
  });
  await tablePage.getByRole('button', { name: /^arr_delay/ }).click();
  await expect(card.getByRole('heading')).toContainText('arr_delay');
  await expect(card.locator('.jp-mlx-Chart :is(svg, canvas)').first()).toBeVisible();
  await lab.picture('08-profile');

  await tablePage.getByRole('tab', { name: 'Schema' }).click();
  await expect(tablePage.locator('.jp-mlx-Bars').first()).toBeVisible();
  await tablePage.getByRole('button', { name: 'Tag origin' }).click();
  const popover = page.getByRole('dialog', { name: 'Tag origin' });
  await popover.getByLabel('Key').fill('pii');
  await popover.getByLabel('Value').fill('yes');
  await lab.picture('09-tagging');
  await page.keyboard.press('Enter');
  await expect(
    tablePage.locator('tr[data-column="origin"] .jp-mlx-Tag')
  ).toContainText('pii=yes');

  // By keyboard alone: search, walk, open.
  const search = lab.panel.getByRole('searchbox');
  await search.focus();
  await page.keyboard.type('tag:pii=yes origin');
  const hits = lab.panel.locator('[data-hit]');
  await expect(hits.first()).toContainText('origin');
  await expect(hits.first().locator('mark').first()).toBeVisible();
  await lab.picture('10-search');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(tablePage.locator('tr[data-column="origin"] th')).toBeFocused();

  // A facet narrows, and once more widens.
  await search.fill('origin');
  await expect(hits).toHaveCount(2);
  await lab.panel.getByRole('button', { name: /^pii=yes/ }).click();
  await expect(hits).toHaveCount(1);
  await expect(search).toHaveValue('origin tag:pii=yes');
  await lab.picture('11-facet');
  await lab.panel.getByRole('button', { name: /^pii=yes/ }).click();
  await expect(search).toHaveValue('origin');
  await search.fill('');

  await page.sidebar.openTab('filebrowser');
  await page
    .locator('.jp-DirListing-item', { hasText: 'use.ipynb' })
    .dblclick();
  await expect(page.locator('#jp-main-statusbar')).toContainText('Idle');
  await page.activity.activateTab('flights');
  await tablePage.getByRole('button', { name: 'Insert in notebook' }).click();
  await dialog.getByLabel('pandas').check();
  await lab.picture('12-insert');
  await dialog.getByRole('button', { name: 'Insert' }).click();
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await expect(notebook.locator('.jp-Cell')).toHaveCount(2);
  await page.menu.clickMenuItem('Run>Run Selected Cell');
  await expect(notebook.locator('.jp-OutputArea').nth(1)).toContainText(
    'origin',
    { timeout: 60000 }
  );
  await lab.picture('13-inserted');
});

test('A crawl tells of a broken file by its path, reads the rest, and explains', async ({
  lab
}) => {
  const { form, crawlPage, tablePage } = lab;
  lab.folder.file('mixed/good/a.csv', 'id,name,born\n1,Ada,1815\n2,Alan,1912\n');
  lab.folder.file('mixed/broken/b.parquet', 'PAR1 and then nothing');
  await lab.open();
  await addFolder(lab, 'mixed');
  await form.getByRole('button', { name: 'Add and crawl' }).click();
  await expect(crawlPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Done',
    { timeout: 60000 }
  );
  await expect(crawlPage).toContainText('1 problem');
  await expect(crawlPage).toContainText('b.parquet');
  await lab.picture('1-problems');
  await crawlPage.getByRole('button', { name: 'Explain good' }).click();
  await expect(tablePage).toContainText('Recognised by');
  await lab.picture('2-explained');
});
