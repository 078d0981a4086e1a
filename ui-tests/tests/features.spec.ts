/**
 * A Feast repository becomes features: applied, looked at, served, and made into a training set without leaks.
 */
import { redefine, writeRepository } from './support/features';
import { expect, test } from './support/mlx';

test('Features are applied, materialized, looked up, and made into a training set whose leak is named', async ({
  lab
}) => {
  test.setTimeout(4 * 60 * 1000);
  const { page, jobs, viewPage, builder, lookUp, runPage, dialog } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  writeRepository(lab.folder, 'story');
  lab.folder.notebook('use.ipynb', ['"here"']);
  await lab.open();
  await lab.openPanel();
  await lab.picture('01-panel-before');

  // From the file browser, as a job that is shown.
  await page.sidebar.openTab('filebrowser');
  await page
    .locator('.jp-DirListing-item', { hasText: 'features' })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Apply as Features…' }).click();
  await lab.picture('02-apply');
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(runPage.locator('.jp-mlx-RunHead')).toContainText('Succeeded', {
    timeout: 60000
  });
  await expect(runPage).toContainText('carrier_delays');
  await lab.picture('03-applied');

  // The panel knows without being told.
  await lab.openPanel();
  await lab.showProject('story');
  const weather = lab.viewRow('story', 'weather');
  await expect(weather).toContainText('not materialized');
  await weather.focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('temp')).toBeVisible();
  await lab.picture('04-tree');
  await page.keyboard.press('Enter');
  await expect(viewPage.getByRole('heading', { level: 2 })).toContainText(
    'weather@v1'
  );
  await expect(viewPage.locator('tr[data-feature="temp"]')).toContainText(
    'DOUBLE'
  );

  await viewPage.getByRole('tab', { name: 'Freshness' }).click();
  await expect(viewPage).toContainText('answers null for every entity');
  await viewPage
    .locator('.jp-mlx-RunHead')
    .getByRole('button', { name: 'Materialize' })
    .click();
  await expect(viewPage.locator('tr[data-state="SUCCEEDED"]')).toBeVisible({
    timeout: 60000
  });
  await expect(
    viewPage.locator('.jp-mlx-RunHead [data-freshness="fresh"]')
  ).toBeVisible();
  await expect(weather).toContainText('fresh');
  await lab.picture('05-materialized');

  // What is served.
  await viewPage.getByRole('button', { name: 'Look up' }).click();
  await lookUp.getByLabel('origin', { exact: true }).fill('JFK');
  await page.keyboard.press('Enter');
  await expect(lookUp.locator('[data-served="temp"] code')).toHaveText(
    /^[\d.]+$/
  );
  await expect(lookUp).toContainText(/Read in [\d.]+ ms/);
  await lab.picture('06-looked-up');
  await lookUp.getByLabel('origin', { exact: true }).fill('SFO');
  await page.keyboard.press('Enter');
  await expect(lookUp).toContainText('Nothing is stored for this entity');
  await lab.picture('07-unknown');

  // A training set with a feature that is the answer.
  await page.activity.activateTab('weather');
  await viewPage.getByRole('button', { name: 'Build training set' }).click();
  await builder
    .getByLabel('File', { exact: true })
    .fill(`${lab.folder.path}/labels.csv`);
  await expect(builder).toContainText('600 labels');
  await expect(builder.getByLabel('Target')).toHaveValue('late');
  await expect(builder).toContainText('3 features chosen');
  const status = builder.locator('[data-pick="view:flight_status"]');
  await status.click();
  await expect(status).toHaveAttribute('aria-checked', 'true');
  await builder.getByRole('button', { name: 'Preview' }).click();
  const report = builder.getByRole('region', { name: 'Leakage report' });
  await expect(report.locator('[data-leak="near_target"]')).toContainText(
    'landed_late'
  );
  await expect(report.locator('[data-leak="known_later"]')).toBeVisible();
  await lab.picture('08-leak');

  // Without it there is none.
  await status.click();
  await builder
    .locator('[data-pick="view:weather"]')
    .locator('.jp-mlx-TreeRow-caret')
    .click();
  await builder.getByRole('button', { name: 'Preview again' }).click();
  await expect(report).not.toContainText('landed_late');
  await lab.picture('09-no-leak');

  // What was chosen is there after a reload.
  await page.reload({ waitForIsReady: false });
  await expect(builder.getByLabel('File', { exact: true })).toHaveValue(
    `${lab.folder.path}/labels.csv`,
    { timeout: 60000 }
  );
  await expect(builder).toContainText('3 features chosen');

  await page.sidebar.openTab('filebrowser');
  await page
    .locator('.jp-DirListing-item', { hasText: 'use.ipynb' })
    .dblclick();
  await expect(page.locator('#jp-main-statusbar')).toContainText('Idle');
  await page.activity.activateTab('Training set');
  await builder.getByRole('button', { name: 'Insert in notebook' }).click();
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await expect(notebook.locator('.jp-Cell')).toHaveCount(2);
  await page.menu.clickMenuItem('Run>Run Selected Cell');
  await expect(notebook.locator('.jp-OutputArea').nth(1)).toContainText(
    'visibility',
    { timeout: 60000 }
  );
  await lab.picture('10-inserted');

  await page.activity.activateTab('Training set');
  // Other values than the notebook's, so that they are not those from before.
  await builder.getByLabel(/^Only what was known then/).check();
  await builder.getByLabel('Name').fill('march');
  await builder.getByRole('button', { name: 'Run as job' }).click();
  await expect(runPage.locator('.jp-mlx-RunHead')).toContainText('Succeeded', {
    timeout: 60000
  });
  await lab.picture('11-run');
  await runPage.getByRole('button', { name: 'Open training set' }).click();
  await expect(page.locator('.jp-mlx-TrainingSetPage:visible')).toContainText(
    'march'
  );

  // A change of the view is a version; what was made from the one before is marked.
  redefine(lab.folder, text => text.replace('hours=6', 'hours=3'));
  const { id } = await jobs.post('features/repositories', {
    repository: `${lab.folder.path}/features`
  });
  await jobs.reaches(id, 'SUCCEEDED');
  await page.activity.activateTab('weather');
  await expect(viewPage.getByRole('heading', { level: 2 })).toContainText(
    'weather@v2'
  );
  await viewPage.getByRole('tab', { name: 'Versions' }).click();
  await expect(viewPage.locator('[data-version="2"]')).toContainText(
    'time to live'
  );
  await lab.picture('12-versions');
  await viewPage.getByRole('tab', { name: 'Used by' }).click();
  const march = viewPage.locator('[data-use="training_set"]', {
    hasText: 'march'
  });
  await expect(march).toContainText('older version');
  await lab.picture('13-used-by');
  await march.getByRole('button', { name: 'march' }).click();
  await expect(page.locator('.jp-mlx-TrainingSetPage:visible')).toContainText(
    '600 rows'
  );
  await lab.picture('14-training-set');
});

test('What the server refuses is shown where it is, with what to do', async ({
  lab
}) => {
  const { page, builder } = lab;
  const repository = writeRepository(lab.folder, 'refusals');
  lab.folder.file('no-key.csv', 'event_timestamp,late\n2026-01-01T00:00:00Z,1\n');
  await lab.applyFeatures(repository);
  await lab.open();
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('mlx:build-training-set', {
      project: 'refusals',
      features: ['weather']
    })
  );
  const file = builder.getByLabel('File', { exact: true });
  await file.fill(`${lab.folder.path}/none.csv`);
  await expect(builder.getByRole('alert')).toContainText('none.csv');
  await lab.picture('1-no-file');
  await file.fill(`${lab.folder.path}/no-key.csv`);
  await expect(builder.getByRole('alert')).toContainText(
    'no column origin'
  );
  await expect(builder.getByRole('button', { name: 'Preview' })).toBeDisabled();
  await lab.picture('2-no-key');
  await builder.getByLabel('A SELECT').check();
  await builder.locator('.cm-content').click();
  await page.keyboard.type(
    `SELECT event_timestamp, late, 'JFK' AS origin FROM '${lab.folder.path}/no-key.csv'`
  );
  await expect(builder.getByRole('button', { name: 'Preview' })).toBeEnabled();
  await lab.picture('3-select');
});
