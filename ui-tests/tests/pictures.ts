/**
 * The documentation's pictures, of real runs of the example project: `jlpm pictures`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { redefine, writeRepository } from './support/features';
import { writeFlights } from './support/flights';
import { policyOf, trackModels, undeploy } from './support/models';
import { expect, test } from './support/mlx';
import type { Lab } from './support/mlx';

const IMAGES = resolve(__dirname, '..', '..', 'docs', 'images');
const PROJECT = 'nyc-flights';
const NOTEBOOK = `${PROJECT}/02-train.ipynb`;

/** A few colours are enough for pictures of text. */
const SHRINK = `
import sys
from PIL import Image
path = sys.argv[1]
image = Image.open(path).convert("RGB")
image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
`;

async function take(lab: Lab, name: string, selector = ''): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  const { page } = lab;
  // The pointer over a button would show it as it looks under the pointer.
  await page.mouse.move(720, 899);
  await (selector
    ? page.locator(selector).screenshot({ path, animations: 'disabled' })
    : page.screenshot({ path, animations: 'disabled' }));
  execFileSync('python', ['-c', SHRINK, path]);
}

test('Pictures', async ({ lab }) => {
  test.setTimeout(15 * 60 * 1000);
  const { page, jobs } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const root = process.env.JUPYTERLAB_GALATA_ROOT_DIR ?? '';
  if (!existsSync(join(root, PROJECT))) {
    execFileSync(
      'python',
      ['-m', 'jupyter_mlx.cli', 'init', PROJECT, '--example', PROJECT],
      { cwd: root }
    );
  }
  let runs = await jobs.list();
  for (const epochs of [3, 6].slice(runs.length)) {
    const { id } = await jobs.submit(NOTEBOOK, {
      parameters: { epochs },
      include: ['*.py']
    });
    await expect
      .poll(async () => (await jobs.get(id)).ended_at, { timeout: 600000 })
      .not.toBeNull();
    expect(await jobs.get(id)).toMatchObject({ state: 'SUCCEEDED' });
  }
  runs = await jobs.list();
  const [after, before] = runs;

  await page.goto(`tree/${PROJECT}`);
  await lab.openRun(after.id);
  // Wide enough for the panel's rows, as a user would draw it.
  await page.sidebar.setWidth(330);
  await expect(lab.runPage).toContainText('peak memory');
  const figure = lab.runPage.locator('.jp-OutputArea img').first();
  await figure.scrollIntoViewIfNeeded();
  await lab.runPage.getByRole('tab', { name: 'Cells' }).focus();
  await lab.runPage
    .locator('.jp-mlx-RunPage-body')
    .evaluate(body => body.scrollTo(0, 0));
  await take(lab, 'run-page');
  await take(lab, 'panel', '#jp-left-stack');

  await page.evaluate(
    ([path]) =>
      window.jupyterapp.commands.execute('mlx:run-notebook', { path }),
    [NOTEBOOK]
  );
  await expect(lab.form.getByLabel('epochs')).toBeVisible();
  await take(lab, 'form');

  await page.evaluate(
    ([a, b]) =>
      window.jupyterapp.commands.execute('mlx:compare-runs', { a, b }),
    [before.id, after.id]
  );
  await expect(lab.compare.locator('.jp-mlx-NotebookDiff')).toBeVisible();
  await page.sidebar.close('left');
  await take(lab, 'compare');
});

test('Catalog pictures', async ({ lab }) => {
  test.setTimeout(5 * 60 * 1000);
  const { page, form, crawlPage, tablePage } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const data = writeFlights(lab.folder, 'nyc');
  for (const month of ['01', '02', '03']) {
    lab.folder.file(
      `nyc/bookings/month=${month}/a.csv`,
      `id,price,paid\n${month}1,120.5,true\n${month}2,89.9,false\n`
    );
  }
  lab.folder.file('nyc/bookings/month=03/cut-off.parquet', 'PAR1 and no more');
  await lab.open();
  await page.evaluate(
    ([location]) =>
      window.jupyterapp.commands.execute('mlx:add-source', { location }),
    [data]
  );
  await form.getByLabel('Name').fill('nyc');
  await form.getByRole('button', { name: 'Add and crawl' }).click();
  await expect(crawlPage.locator('.jp-mlx-RunHead-facts')).toContainText(
    'Done',
    { timeout: 60000 }
  );
  await lab.openPanel();
  await page.sidebar.setWidth(330);
  await lab.treeRow('nyc').first().click();
  const flights = lab.treeRow('flights');
  await flights.focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('origin')).toBeVisible();
  // The other sections give their room to the catalog.
  for (const section of ['Jobs', 'Features']) {
    await lab.panel.getByText(section, { exact: true }).click();
  }
  await both(lab, 'catalog-crawl');

  await flights.focus();
  await page.keyboard.press('Enter');
  await tablePage.getByRole('button', { name: 'Profile', exact: true }).click();
  await expect(tablePage.locator('.jp-mlx-Bars').first()).toBeVisible({
    timeout: 120000
  });
  for (const [column, value] of [
    ['tailnum', 'yes'],
    ['origin', 'no']
  ]) {
    await tablePage.getByRole('button', { name: `Tag ${column}` }).click();
    const popover = page.getByRole('dialog', { name: `Tag ${column}` });
    await popover.getByLabel('Key').fill('pii');
    await popover.getByLabel('Value').fill(value);
    await page.keyboard.press('Enter');
    await expect(
      tablePage.locator(`tr[data-column="${column}"] .jp-mlx-Tag`)
    ).toContainText(value);
  }
  await withoutToasts(lab);
  await both(lab, 'catalog-table');

  await tablePage.getByRole('tab', { name: 'Profile' }).click();
  await tablePage.getByRole('button', { name: /^arr_delay/ }).click();
  await expect(
    tablePage.locator('.jp-mlx-Chart svg, .jp-mlx-Chart canvas').first()
  ).toBeVisible();
  await both(lab, 'catalog-profile');
  await tablePage.getByRole('tab', { name: 'Quality' }).click();
  await expect(tablePage.getByText('Recommended')).toBeVisible();
  await both(lab, 'catalog-quality');

  await lab.panel.getByRole('searchbox').fill('tag:pii=yes tail');
  await expect(lab.panel.locator('[data-hit]').first()).toBeVisible();
  await both(lab, 'catalog-search', '#jp-left-stack');
  await lab.panel.getByRole('searchbox').fill('');
  await expect(flights).toBeVisible();
  await both(lab, 'catalog-tree', '#jp-left-stack');

  await lab.treeRow('bookings').focus();
  await page.keyboard.press('Enter');
  await tablePage.getByRole('tab', { name: 'Explain' }).click();
  await expect(tablePage).toContainText('Recognised by');
  await both(lab, 'catalog-explain');
});

test('Feature pictures', async ({ lab }) => {
  test.setTimeout(8 * 60 * 1000);
  const { page, jobs, viewPage, builder, lookUp, panel } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const repository = writeRepository(lab.folder, 'flights');
  const labels = lab.folder.file('labels/march.csv', lab.folder.read('labels.csv'));
  await lab.applyFeatures(repository);
  const make = async (route: string, data: object): Promise<void> => {
    const { id } = await jobs.post(route, data);
    await jobs.reaches(id, 'SUCCEEDED');
  };
  const set = { labels, features: ['delay_v1'], target: 'late' };
  await make('features/training-sets', { ...set, name: 'march' });
  // The view changes, and its data drifts from the training set's.
  redefine(lab.folder, text =>
    text
      .replace('hours=6', 'hours=3')
      .replace(
        'description="Miles"),',
        'description="Miles"), Field(name="gust", dtype=Float64, description="Miles an hour"),'
      )
  );
  drift(lab.folder.absolute('features/data/weather.parquet'));
  await lab.applyFeatures(repository);
  await make('features/materializations', { project: 'flights' });
  await make('features/views/weather/statistics', {});
  await lab.open();
  await lab.openPanel();
  await page.sidebar.setWidth(330);
  for (const section of ['Jobs', 'Catalog']) {
    await panel.getByText(section, { exact: true }).click();
  }
  await lab.showProject('flights');
  const weather = lab.viewRow('flights', 'weather');
  await weather.focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('gust')).toBeVisible();
  for (const group of ['Entities', 'Services']) {
    await lab.treeRow(group).click();
  }
  await both(lab, 'features-section', '#jp-left-stack');
  await weather.focus();
  await page.keyboard.press('Enter');
  await expect(viewPage.locator('.jp-mlx-Bars').first()).toBeVisible();
  await both(lab, 'features-view');
  await viewPage.getByRole('tab', { name: 'Statistics' }).click();
  await expect(
    viewPage.locator('.jp-mlx-Chart :is(svg, canvas)').first()
  ).toBeVisible();
  await both(lab, 'features-statistics');
  await viewPage.getByRole('tab', { name: 'Versions' }).click();
  await expect(viewPage.locator('[data-version="2"]')).toBeVisible();
  await both(lab, 'features-versions');
  await viewPage.getByRole('tab', { name: 'Lineage' }).click();
  await expect(viewPage.locator('.jp-mlx-Sketch')).toBeVisible();
  await lab.picture('lineage');
  await viewPage.getByRole('tab', { name: 'Used by' }).click();
  await expect(viewPage).toContainText('older version');
  await lab.picture('used-by');
  await viewPage.getByRole('tab', { name: 'Source' }).click();
  await lab.picture('source');

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('mlx:build-training-set', {
      project: 'flights',
      features: ['delay_v1']
    })
  );
  await builder.getByLabel('File', { exact: true }).fill(labels);
  await expect(builder).toContainText('600 labels');
  await builder.getByRole('button', { name: 'Preview' }).click();
  await expect(builder.locator('[data-found]').first()).toBeVisible();
  await both(lab, 'features-builder');
  await builder.locator('[data-pick="view:flight_status"]').click();
  await builder.getByRole('button', { name: 'Preview again' }).click();
  await expect(builder.locator('[data-leak="near_target"]')).toBeVisible();
  await both(lab, 'features-leakage');

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('mlx:look-up-features', {
      project: 'flights',
      features: ['delay_v1']
    })
  );
  await lookUp.getByLabel('origin', { exact: true }).fill('JFK');
  await lookUp.getByLabel('carrier', { exact: true }).fill('B6');
  await page.keyboard.press('Enter');
  await expect(lookUp.locator('[data-served="celsius"]')).toBeVisible();
  await both(lab, 'features-lookup');
});

test('Model pictures', async ({ lab, request }) => {
  test.setTimeout(8 * 60 * 1000);
  const { page, jobs, panel, form, modelPage, versionPage } = lab;
  const { experimentPage, runsCompare, deploymentPage } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  const name = 'delay';
  const { experiment } = trackModels(name);
  await jobs.post('models/policies', { text: policyOf(name) });
  const promotions = `models/registered/${name}/promotions`;
  await jobs.post(promotions, {
    version: 1,
    alias: 'baseline',
    why: 'to have one to compare with'
  });
  await jobs.post(promotions, {
    version: 2,
    alias: 'champion',
    why: 'knows the hour and the wind'
  });
  await jobs.end();
  await lab.open();
  await lab.openPanel();
  await page.sidebar.setWidth(330);
  for (const section of ['Jobs', 'Catalog', 'Features']) {
    await panel.getByText(section, { exact: true }).click();
  }
  await panel.locator(`[data-model="${name}"]`).focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab.treeRow('v2')).toContainText('champion');

  // Runs, beside each other and as curves.
  await panel.locator(`[data-experiment="${experiment}"]`).click();
  const runs = experimentPage.locator('tr[data-run]');
  await experimentPage
    .getByRole('button', { name: 'auc', exact: true })
    .click();
  await expect(experimentPage.getByRole('button', { name: 'auc ▼' })).toBeVisible();
  await expect(runs.first()).toHaveText(/^everything/);
  for (const at of [0, 1, 2]) {
    await runs.nth(at).getByRole('checkbox').check();
  }
  await both(lab, 'models-runs');
  await experimentPage.getByRole('button', { name: 'Compare 3' }).click();
  await expect(runsCompare.locator('[data-changed]').first()).toBeVisible();
  await both(lab, 'models-compare');
  await runsCompare.getByRole('tab', { name: 'Curves' }).click();
  await expect(
    runsCompare.locator('.jp-mlx-Chart [data-drawn]').first()
  ).toBeVisible();
  await both(lab, 'models-curves');

  // The gate refuses the worse version.
  await lab.run('mlx:promote-model', { name, version: 1 });
  await form.getByLabel('Why').fill('it is small');
  await form.getByRole('button', { name: 'Check and promote' }).click();
  await expect(form.locator('.jp-mlx-Promotion')).toHaveAttribute(
    'data-state',
    'REFUSED',
    { timeout: 60000 }
  );
  // That its job failed is told, and stays until it is read.
  await page.locator('.jp-Notification-Toast-Close').click({ timeout: 60000 });
  await withoutToasts(lab);
  await both(lab, 'models-gate');
  await form.getByRole('button', { name: 'Open the model' }).click();
  await expect(modelPage.locator('[data-promotion]')).toHaveCount(3);
  await modelPage.getByRole('tab', { name: 'History' }).click();
  await expect(modelPage.locator('.jp-mlx-History')).toBeVisible();
  await both(lab, 'models-model');
  await lab.run('mlx:open-model-version', { name, version: 2 });
  await expect(versionPage).toContainText('How good it is');
  await both(lab, 'models-version');
  await versionPage.getByRole('tab', { name: 'Evaluation' }).click();
  await expect(
    versionPage.locator('.jp-mlx-Chart [data-drawn]').first()
  ).toBeVisible();
  await both(lab, 'models-evaluation');

  // The champion answers requests, a fifth of which go elsewhere.
  const api = 'delay-api';
  try {
    await jobs.post('models/deployments', { name: api, model: name });
    await lab.run('mlx:open-deployment', { name: api });
    const head = deploymentPage.locator('.jp-mlx-RunHead');
    await expect(head).toContainText('Serving', { timeout: 90000 });
    await deploymentPage.getByRole('button', { name: 'As a canary' }).click();
    await deploymentPage
      .getByLabel('Share of version 1, in percent')
      .fill('20');
    await deploymentPage.getByRole('button', { name: 'Apply' }).click();
    await expect(head.locator('[data-version="1"]')).toContainText(
      /ready20\s%/,
      { timeout: 90000 }
    );
    const flight = { origin: 'EWR', carrier: 'EV', distance: 719, wind: 18.4 };
    for (let hour = 5; hour < 24; hour += 0.25) {
      const answer = await request.post(
        `${process.env.TARGET_URL}/mlx/v1/models/deployments/${api}/invocations`,
        { data: { inputs: [{ ...flight, hour: Math.floor(hour) }] } }
      );
      expect(answer.ok(), await answer.text()).toBe(true);
    }
    await deploymentPage.getByRole('tab', { name: 'Try it' }).click();
    await deploymentPage.getByLabel('hour').fill('20');
    await deploymentPage.getByRole('button', { name: 'Score' }).click();
    await expect(deploymentPage).toContainText('answered 1 row');
    await both(lab, 'models-deployment');
  } finally {
    await undeploy(request, name);
  }
});

/** What tells of jobs goes by itself. */
async function withoutToasts(lab: Lab): Promise<void> {
  await expect(lab.page.locator('.Toastify__toast')).toHaveCount(0, {
    timeout: 30000
  });
}

/** Warmer and windier than it was, with a further column. */
function drift(path: string): void {
  execFileSync('python', [
    '-c',
    [
      'import sys, pandas as pd',
      'frame = pd.read_parquet(sys.argv[1])',
      'frame["temp"] += 9',
      'frame["gust"] = (frame["wind"] * 1.4).round(1)',
      'frame.to_parquet(sys.argv[1])'
    ].join('\n'),
    path
  ]);
}

/** A picture in light, and one in dark. */
async function both(lab: Lab, name: string, selector = ''): Promise<void> {
  await lab.page.theme.setTheme('JupyterLab Dark');
  await take(lab, `${name}-dark`, selector);
  await lab.page.theme.setTheme('JupyterLab Light');
  await take(lab, name, selector);
}
