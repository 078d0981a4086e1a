/**
 * Versions of a model meet a gate, runs are compared, and a champion answers requests.
 */
import { policyOf, trackModels, undeploy } from './support/models';
import type { ITracked } from './support/models';
import { expect, test } from './support/mlx';

/** How long a gate or a served version may take to start where many things run beside it. */
const PATIENCE = { timeout: 90 * 1000 };

let tracked: ITracked;

test.beforeAll(({}, info) => {
  test.setTimeout(3 * 60 * 1000);
  // A worker that takes over from one that failed finds the models of that one.
  tracked = trackModels(`delay-${info.workerIndex}`);
});

test('A worse version is refused by the gate with its figures, the better one becomes champion', async ({
  lab
}) => {
  test.setTimeout(2.5 * 60 * 1000);
  const { page, modelPage, versionPage, form } = lab;
  const { name } = tracked;
  await page.setViewportSize({ width: 1440, height: 900 });
  await lab.open();
  await lab.openPanel();
  await lab.panel.locator(`[data-model="${name}"]`).click();
  await expect(modelPage.getByRole('heading', { level: 2 })).toHaveText(name);
  await expect(modelPage).toContainText('no policy guards its aliases');
  await lab.picture('01-model');

  // What the champion has to be is written here, and a mistake in it is told.
  await modelPage.getByRole('tab', { name: 'Policies' }).click();
  await modelPage.getByRole('button', { name: 'Write a policy…' }).click();
  const put = modelPage.getByRole('button', { name: 'Put in force' });
  await lab.writeCode(
    modelPage,
    policyOf(name).replace('min: 0.7', 'minn: 0.7')
  );
  await put.click();
  await expect(modelPage.getByRole('alert')).toContainText('minn');
  await lab.picture('02-policy-mistaken');
  await lab.writeCode(modelPage, policyOf(name));
  await put.click();
  await expect(modelPage).toContainText('guarded: champion');
  await lab.picture('03-policy');

  // Version 1 guesses.
  await modelPage.getByRole('tab', { name: 'Versions' }).click();
  await modelPage.getByTitle('Open version 1').click();
  await versionPage.getByRole('button', { name: 'Promote…' }).click();
  await expect(form).toContainText(`${name}-champion, version 1`);
  await form.getByLabel('Why').fill('it is there');
  await lab.picture('04-promote');
  await form.getByRole('button', { name: 'Check and promote' }).click();
  const result = lab.page.locator('.jp-mlx-Promotion:visible');
  await expect(result).toHaveAttribute('data-state', 'REFUSED', PATIENCE);
  await expect(result).toContainText('Refused: no version is “champion”');
  const failed = result.locator('tr[data-passed="false"]');
  await expect(failed.first()).toContainText(/0\.\d+/);
  await expect(failed.first()).toContainText('0.7');
  await lab.picture('05-refused');

  // The better one passes; who moved the alias, why, and by which gate is kept.
  await form.getByRole('button', { name: 'Back to the form' }).click();
  await form.getByLabel('Version').selectOption('2');
  await form.getByLabel('Why').fill('it knows the hour and the wind');
  await form.getByRole('button', { name: 'Check and promote' }).click();
  await expect(result).toHaveAttribute('data-state', 'PROMOTED', PATIENCE);
  await lab.picture('06-promoted');
  await form.getByRole('button', { name: 'Open the model' }).click();
  const champion = modelPage.locator('.jp-mlx-RunHead [data-champion]');
  const move = modelPage.locator('.jp-mlx-History tbody tr').first();
  await expect(move).toContainText('champion');
  await expect(move).toContainText('v2');
  await expect(move).toContainText('it knows the hour and the wind');
  await expect(move).toContainText('passed');
  await expect(champion).toContainText('v2');
  await lab.picture('07-history');
  await modelPage.getByRole('tab', { name: 'Promotions' }).click();
  await expect(modelPage.locator('[data-promotion]')).toHaveCount(2);
  await lab.picture('08-promotions');

  // Its card says what it is.
  await champion.getByRole('button').click();
  await expect(
    versionPage.getByRole('heading', { name: 'How good it is' })
  ).toBeVisible();
  await expect(versionPage).toContainText(
    `The gate ${name}-champion passed it.`
  );
  await lab.picture('09-card');
  await versionPage.getByRole('tab', { name: 'Evaluation' }).click();
  await expect(versionPage.locator('.jp-mlx-Chart').first()).toBeVisible();
  await lab.picture('10-evaluation');
});

test('Runs are sorted and filtered by the server, compared, and drawn', async ({
  lab
}) => {
  const { page, experimentPage, runsCompare } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  await lab.open();
  await lab.openPanel();
  await lab.panel.locator(`[data-experiment="${tracked.experiment}"]`).click();
  const rows = experimentPage.locator('tr[data-run]');
  await expect(rows).toHaveCount(6);
  await lab.picture('1-runs');

  await experimentPage
    .getByRole('button', { name: 'auc', exact: true })
    .click();
  await expect(rows.first()).toHaveText(/^everything/);
  await expect(rows.last()).toHaveText(/^distance/);
  await experimentPage.getByRole('button', { name: 'auc ▼' }).click();
  await expect(rows.first()).toHaveText(/^distance/);

  const filter = experimentPage.getByRole('searchbox', { name: 'Filter runs' });
  await filter.fill('metrics.auc > ');
  await page.keyboard.press('Enter');
  await expect(experimentPage.getByRole('alert')).toBeVisible();
  await lab.picture('2-filter-mistaken');
  await filter.fill('metrics.auc > 0.7');
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(3);
  await expect(experimentPage).toContainText('3 runs · that match');
  await rows.nth(0).getByRole('checkbox').check();
  await rows.nth(2).getByRole('checkbox').check();
  await lab.picture('3-filtered');

  await experimentPage.getByRole('button', { name: 'Compare 2' }).click();
  const differing = runsCompare.locator('tbody[data-part="parameters"]');
  await expect(differing).toContainText('origin carrier hour distance wind');
  await expect(differing).not.toContainText('4000');
  await expect(differing.locator('[data-changed]').first()).toBeVisible();
  await lab.picture('4-compared');
  await runsCompare.getByText('Only differences').click();
  await expect(differing).toContainText('4000');

  const saved = page.waitForRequest(
    request =>
      request.method() === 'PUT' &&
      (request.postData() ?? '').includes('"tab":"curves"')
  );
  const curves = runsCompare.getByRole('tab', { name: 'Curves' });
  await curves.click();
  await expect(
    runsCompare.locator('.jp-mlx-Chart [data-drawn]').first()
  ).toBeVisible();
  await expect(runsCompare).toContainText('60 points');
  await lab.picture('5-curves');

  // The page is there with its tab after a reload.
  await saved;
  await page.reload({ waitForIsReady: false });
  await expect(curves).toHaveAttribute('aria-selected', 'true', PATIENCE);
  await expect(runsCompare).toContainText('60 points');
});

test('A version is served, tried, joined by a canary, and rolled back', async ({
  lab,
  request
}) => {
  test.setTimeout(3.5 * 60 * 1000);
  const { page, modelPage, form, deploymentPage, dialog } = lab;
  const { name } = tracked;
  await page.setViewportSize({ width: 1440, height: 900 });
  await lab.open();
  try {
    await lab.run('mlx:open-model', { name });
    await modelPage.getByTitle('Serve version 1').click();
    await expect(form.getByLabel('Version')).toHaveValue('version:1');
    await form.getByLabel('Name').fill('delay-api');
    await lab.picture('1-form');
    await form.getByRole('button', { name: 'Deploy', exact: true }).click();
    const head = deploymentPage.locator('.jp-mlx-RunHead');
    await lab.picture('2-starting');
    await expect(head).toContainText('Serving', PATIENCE);

    await deploymentPage.getByRole('tab', { name: 'Try it' }).click();
    const hour = deploymentPage.getByLabel('hour');
    await hour.fill('late');
    await deploymentPage.getByRole('button', { name: 'Score' }).click();
    await expect(hour).toHaveAttribute('aria-invalid', 'true');
    await lab.picture('3-refused');
    await deploymentPage
      .getByRole('button', { name: 'Fill with the example' })
      .click();
    await expect(hour).toHaveValue(/^\d+$/);
    await deploymentPage.getByRole('button', { name: 'Score' }).click();
    await expect(deploymentPage).toContainText(
      /Version 1 answered 1 row in [\d.]+ ms/
    );
    await lab.picture('4-scored');

    // A fifth goes to version 2.
    await deploymentPage.getByRole('tab', { name: 'Traffic' }).click();
    await deploymentPage.getByRole('button', { name: 'As a canary' }).click();
    await deploymentPage
      .getByLabel('Share of version 2, in percent')
      .fill('20');
    await deploymentPage.getByLabel('Why').fill('a canary');
    await deploymentPage.getByRole('button', { name: 'Apply' }).click();
    const canary = head.locator('[data-version="2"]');
    await expect(canary).toContainText('ready', PATIENCE);
    await expect(canary).toContainText(/^.*20\s?%/);
    await expect(head).toContainText('Serving');
    await lab.picture('5-canary');

    // And back, after a question.
    await deploymentPage.getByRole('button', { name: 'Roll back…' }).click();
    await expect(dialog).toContainText('v1 100');
    await lab.picture('6-question');
    await dialog.getByRole('button', { name: /^Serve v1/ }).click();
    await expect(head).toContainText('revision 3');
    await expect(head).toContainText('Serving');
    await expect(head.locator('[data-version="1"]')).toContainText(
      /ready100\s%/
    );
    await deploymentPage.getByRole('tab', { name: 'Revisions' }).click();
    await expect(deploymentPage.locator('[data-revision]')).toHaveCount(3);
    await expect(deploymentPage.locator('[data-revision="3"]')).toContainText(
      'in force'
    );
    await deploymentPage.getByRole('tab', { name: 'Requests' }).click();
    await lab.picture('7-rolled-back');

    await deploymentPage.getByRole('button', { name: 'Remove…' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(deploymentPage).toContainText('was taken away', PATIENCE);
    await lab.picture('8-removed');
  } finally {
    await undeploy(request, name);
  }
});
