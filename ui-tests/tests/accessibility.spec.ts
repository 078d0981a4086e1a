/**
 * Everything by keyboard, everything with a name, also in high contrast.
 */
import AxeBuilder from '@axe-core/playwright';

import { writeRepository } from './support/features';
import { policyOf, trackModels, undeploy } from './support/models';
import { expect, test } from './support/mlx';
import type { Lab } from './support/mlx';

const THEMES = [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
];

async function check(lab: Lab, selector: string): Promise<void> {
  const found = await new AxeBuilder({ page: lab.page })
    .include(selector)
    .analyze();
  expect.soft(
    found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(node => node.html)
    })),
    selector
  ).toEqual([]);
}

test('Panel, form, run page and comparison are accessible', async ({ lab }) => {
  const { page, jobs } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const notebook = lab.folder.notebook(
    'axe.ipynb',
    ['print("rate", rate)', 'assert rate < 1, "the rate is too high"'],
    'rate: float = 0.1  # step size'
  );
  await lab.open();
  const good = await jobs.submit(notebook);
  const bad = await jobs.submit(notebook, { parameters: { rate: 2 } });
  await jobs.reaches(good.id, 'SUCCEEDED');
  await jobs.reaches(bad.id, 'FAILED');

  // The keyboard's way: search, rows, page, tabs.
  await lab.openPanel();
  const search = lab.panel.getByRole('searchbox');
  await search.focus();
  await page.keyboard.type('axe');
  await page.keyboard.press('ArrowDown');
  await expect(
    lab.row(bad.id).locator('.jp-mlx-Row-main')
  ).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(
    lab.row(good.id).locator('.jp-mlx-Row-main')
  ).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(
    lab.runPage.locator('.jp-mlx-Cell[data-state="failed"]')
  ).toBeFocused();
  await lab.runPage.getByRole('tab', { name: 'Cells' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.runPage.getByRole('tab', { name: 'Log' })).toBeFocused();
  await expect(lab.runPage.locator('.jp-mlx-Log')).toContainText('rate 2');
  await page.keyboard.press('ArrowRight');
  await expect(
    lab.runPage.getByRole('tab', { name: 'Parameters' })
  ).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');

  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '#jp-mlx-panel');
    await check(lab, '.jp-mlx-RunPage');
    await lab.picture(`run-${theme}`);
  }

  await page.evaluate(
    ([path]) => window.jupyterapp.commands.execute('mlx:run-notebook', { path }),
    [notebook]
  );
  await expect(lab.form.getByLabel('rate')).toBeVisible();
  await lab.form.getByLabel('rate').fill('fast');
  for (const theme of [...THEMES].reverse()) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Form');
    await lab.picture(`form-${theme}`);
  }

  await page.evaluate(
    ([a, b]) => window.jupyterapp.commands.execute('mlx:compare-runs', { a, b }),
    [good.id, bad.id]
  );
  await expect(lab.compare.locator('.jp-mlx-NotebookDiff')).toBeVisible();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Compare');
    await lab.picture(`compare-${theme}`);
  }
});

test('Catalog, table page, crawl and form are accessible', async ({ lab }) => {
  const { page, form, crawlPage, tablePage } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  lab.folder.file('shop/orders/a.csv', 'id,price,city\n1,2.5,Oslo\n2,3.5,Rome\n');
  await lab.open();
  await page.evaluate(
    ([location]) =>
      window.jupyterapp.commands.execute('mlx:add-source', { location }),
    [`${lab.folder.path}/shop`]
  );
  await form.getByText('More:').click();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Form');
    await lab.picture(`source-form-${theme}`);
  }
  await form.getByRole('button', { name: 'Add and crawl' }).click();
  await expect(crawlPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Done',
    { timeout: 60000 }
  );
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-CrawlPage');
  }

  // The tree by its keys: open, go in, go on, come back.
  await lab.openPanel();
  await lab.treeRow('shop').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('orders')).toBeVisible();
  await page.keyboard.press('End');
  await expect(lab.treeRow('orders')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('id')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(lab.treeRow('orders')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(tablePage.locator('tr[data-column="price"]')).toBeVisible();

  const tabs: Array<[string, string]> = [
    ['Schema', 'price'],
    ['Sample', 'Oslo'],
    ['Profile', 'no profile yet'],
    ['Versions', 'Version 1'],
    ['Partitions', 'not cut'],
    ['Quality', 'no rules yet'],
    ['Access', 'You may'],
    ['Explain', 'Recognised by'],
    ['Used by', 'No run']
  ];
  // The parts share their styles: each theme meets a third of them.
  for (const [at, theme] of THEMES.entries()) {
    await page.theme.setTheme(theme);
    await check(lab, '#jp-mlx-panel');
    for (const [tab, sign] of tabs.filter((_, index) => index % 3 === at)) {
      await tablePage.getByRole('tab', { name: tab, exact: true }).click();
      await expect(tablePage.getByRole('tabpanel')).toContainText(sign);
      await check(lab, '.jp-mlx-TablePage');
      await lab.picture(`table-${tab}`);
    }
  }
  await lab.panel.getByRole('searchbox').fill('price');
  await expect(lab.panel.locator('[data-hit]').first()).toBeVisible();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '#jp-mlx-panel');
  }
});

test('Features, view page, builder and look-up are accessible', async ({
  lab
}) => {
  test.setTimeout(4 * 60 * 1000);
  const { page, viewPage, builder, lookUp, panel } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  await lab.applyFeatures(writeRepository(lab.folder, 'axe'));
  await lab.open();
  await lab.openPanel();
  await lab.showProject('axe');

  // The tree by its keys: a view opens, then its page.
  const weather = lab.viewRow('axe', 'weather');
  await weather.focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('temp')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(lab.treeRow('temp')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(weather).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(viewPage.locator('tr[data-feature="temp"]')).toBeVisible();
  await viewPage.getByRole('tab', { name: 'Schema' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(viewPage.getByRole('tab', { name: 'Source' })).toBeFocused();

  await viewPage.getByRole('button', { name: 'Compute statistics' }).click();
  await viewPage.getByRole('tab', { name: 'Statistics' }).click();
  await expect(viewPage.locator('.jp-mlx-Profile')).toBeVisible({
    timeout: 60000
  });
  const tabs: Array<[string, string]> = [
    ['Schema', 'temp'],
    ['Source', 'Event time'],
    ['Lineage', 'Made of'],
    ['Statistics', 'Is what is served'],
    ['Freshness', 'When it is renewed'],
    ['Versions', 'Version 1'],
    ['Used by', 'delay_v1']
  ];
  // The parts share their styles: each theme meets a third of them.
  for (const [at, theme] of THEMES.entries()) {
    await page.theme.setTheme(theme);
    await check(lab, '#jp-mlx-panel');
    for (const [tab, sign] of tabs.filter((_, index) => index % 3 === at)) {
      await viewPage.getByRole('tab', { name: tab, exact: true }).click();
      await expect(viewPage.getByRole('tabpanel')).toContainText(sign);
      await check(lab, '.jp-mlx-FeatureViewPage');
      await lab.picture(`view-${tab}`);
    }
  }

  // The builder by its keys: the tree's boxes are checked with the space bar.
  await viewPage.getByRole('button', { name: 'Build training set' }).click();
  await builder
    .getByLabel('File', { exact: true })
    .fill(`${lab.folder.path}/labels.csv`);
  await expect(builder).toContainText('600 labels');
  const status = builder.locator('[data-pick="view:flight_status"]');
  await builder.locator('[data-pick="view:carrier_delays"]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(status).toBeFocused();
  await page.keyboard.press('Space');
  await expect(status).toHaveAttribute('aria-checked', 'true');
  await builder.getByRole('button', { name: 'Preview' }).click();
  await expect(builder.locator('[data-leak]').first()).toBeVisible();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Builder');
    await lab.picture(`builder-${theme}`);
  }
  await builder.getByLabel('A SELECT').check();
  await expect(builder.locator('.cm-content')).toBeVisible();
  await check(lab, '.jp-mlx-Builder');

  await page.activity.activateTab('weather');
  await viewPage.getByRole('button', { name: 'Look up' }).click();
  await lookUp.getByLabel('origin', { exact: true }).fill('JFK');
  await page.keyboard.press('Enter');
  await expect(lookUp.locator('[data-served="temp"]')).toBeVisible();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-LookUp');
  }
  await panel.getByRole('searchbox').fill('visibility');
  await expect(panel.locator('.jp-mlx-Features .jp-mlx-Row')).toHaveCount(1);
  await check(lab, '#jp-mlx-panel');
});

test('Models, runs, gates and deployments are accessible', async ({
  lab,
  request
}, info) => {
  test.setTimeout(5 * 60 * 1000);
  const { page, panel, form, modelPage, versionPage, deploymentPage } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const { name, experiment, data } = trackModels(`axe-${info.workerIndex}`);
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await request.post(
      `${process.env.TARGET_URL}/mlx/v1/models/${path}`,
      { data: body }
    );
    expect(answer.ok(), await answer.text()).toBe(true);
  };
  await post('policies', { text: policyOf(name) });
  await lab.open();
  await lab.openPanel();

  // The tree by its keys: a model opens with its versions, one of which has a page.
  const row = panel.locator(`[data-model="${name}"]`);
  await row.focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('v2')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(lab.treeRow('v2')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(versionPage).toContainText('How good it is');
  await versionPage.getByRole('tab', { name: 'Card' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(
    versionPage.getByRole('tab', { name: 'Evaluation' })
  ).toBeFocused();

  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '#jp-mlx-panel');
  }

  /** The parts of a page share their styles: each theme meets some of them. */
  const parts = async (
    selector: string,
    tabs: Array<[string, string]>
  ): Promise<void> => {
    const shown = page.locator(`${selector}:visible`);
    for (const [at, theme] of THEMES.entries()) {
      await page.theme.setTheme(theme);
      for (const [tab, sign] of tabs.filter((_, index) => index % 3 === at)) {
        await shown.getByRole('tab', { name: tab, exact: true }).click();
        await expect(shown.getByRole('tabpanel')).toContainText(sign);
        await check(lab, selector);
        await lab.picture(`${selector.slice(8)}-${tab}`);
      }
    }
  };
  await parts('.jp-mlx-VersionPage', [
    ['Evaluation', 'Calibration'],
    ['Card', 'How good it is'],
    ['Gates', 'No gate has seen'],
    ['Signature', 'carrier'],
    ['Origin', 'rate'],
    ['Approvals', ''],
    ['Replays', ''],
    ['Files and tags', 'Digest of its files']
  ]);
  await versionPage.getByRole('tab', { name: 'Card' }).click();
  await versionPage.getByRole('button', { name: 'Edit' }).click();
  await expect(versionPage.locator('.cm-content')).toBeVisible();
  await check(lab, '.jp-mlx-VersionPage');

  await lab.run('mlx:open-model', { name });
  await parts('.jp-mlx-ModelPage', [
    ['Versions', 'v2'],
    ['History', 'No alias was moved'],
    ['Policies', `${name}-champion`],
    ['Promotions', 'Nothing was asked']
  ]);
  await modelPage.getByRole('tab', { name: 'Policies' }).click();
  await modelPage.getByRole('button', { name: 'Change…' }).click();
  await expect(modelPage.locator('.cm-content')).toBeVisible();
  await check(lab, '.jp-mlx-ModelPage');

  await lab.run('mlx:open-experiment', { id: experiment });
  await parts('.jp-mlx-ExperimentPage', [
    ['Curves', 'points'],
    ['Runs', 'auc'],
    ['Scatter', ''],
    ['Parallel coordinates', '']
  ]);
  const runs = lab.experimentPage.locator('tr[data-run]');
  await lab.experimentPage.getByRole('tab', { name: 'Runs' }).click();
  for (const at of [0, 1]) {
    await runs.nth(at).getByRole('checkbox').check();
  }
  await lab.experimentPage.getByRole('button', { name: /^Columns \d+$/ }).click();
  await check(lab, '.jp-mlx-ExperimentPage');
  await page.keyboard.press('Escape');
  await lab.experimentPage.getByRole('button', { name: 'Compare 2' }).click();
  await parts('.jp-mlx-CompareRunsPage', [
    ['Differences', 'rate'],
    ['Curves', 'points'],
    ['Scatter', '']
  ]);
  await lab.runsCompare.getByRole('tab', { name: 'Differences' }).click();
  await lab.runsCompare.locator('thead').getByRole('button').first().click();
  await parts('.jp-mlx-ModelRunPage', [
    ['Metrics', 'auc'],
    ['Curves', 'points'],
    ['Parameters', 'rate'],
    ['Data', ''],
    ['Artifacts', ''],
    ['Tags', '']
  ]);

  await lab.run('mlx:promote-model', { name, version: 2 });
  await expect(form).toContainText(`${name}-champion, version 1`);
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Form');
  }
  await lab.run('mlx:evaluate-model', { name, version: 2 });
  await form.getByLabel('Data').fill(data);
  await form.getByText('More:').click();
  await form.getByLabel('Draws').fill('some');
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Form');
    await lab.picture(`evaluate-${theme}`);
  }
  await lab.run('mlx:deploy-model', { model: name, version: 1 });
  await form.getByText('More options').click();
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await check(lab, '.jp-mlx-Form');
    await lab.picture(`deploy-${theme}`);
  }
  try {
    await form.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expect(deploymentPage).toContainText(/Starting|Serving/);
    await parts('.jp-mlx-DeploymentPage', [
      ['Traffic', 'Serve too'],
      ['Try it', 'carrier'],
      ['Requests', ''],
      ['Revisions', 'in force'],
      ['Log', ''],
      ['How to call', 'Show how to call it']
    ]);
    await deploymentPage
      .getByRole('button', { name: 'Show how to call it' })
      .click();
    await expect(deploymentPage).toContainText('Token');
    await check(lab, '.jp-mlx-DeploymentPage');
    await deploymentPage.getByRole('tab', { name: 'Try it' }).click();
    await deploymentPage.getByLabel('hour').fill('late');
    await check(lab, '.jp-mlx-DeploymentPage');
  } finally {
    await undeploy(request, name);
  }
});
