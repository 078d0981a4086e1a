/**
 * Open JupyterLab, compare 200 runs and look at a long curve; note how long after the command each picture stood in
 * the page. What is measured is the second time: the first one loads the renderer. Prints one line of JSON.
 *
 * usage: node models-browser.mjs URL TOKEN EXPERIMENT RUN ROUNDS
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(process.cwd() + '/')('@playwright/test');
const [url, token, experiment, long, rounds] = process.argv.slice(2);
const CHROMIUM = process.env.MLX_CHROMIUM ?? '/usr/bin/chromium';
const MOST = 200;

const browser = await chromium.launch({
  executablePath: existsSync(CHROMIUM) ? CHROMIUM : undefined,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync'
  ]
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
await page.goto(`${url}lab?token=${token}&reset`);
await page.waitForFunction(() => window.jupyterapp !== undefined);
await page.evaluate(() => window.jupyterapp.restored);

/** Milliseconds from a command to the frame after its picture is drawn; the document is closed again. */
const drawn = (command, args, selector) =>
  page.evaluate(
    async ([command, args, selector]) => {
      const begun = performance.now();
      await window.jupyterapp.commands.execute(command, args);
      await new Promise(resolve => {
        const look = () => {
          if (document.querySelector(selector)) {
            watcher.disconnect();
            requestAnimationFrame(() => setTimeout(resolve));
          }
        };
        const watcher = new MutationObserver(look);
        watcher.observe(document.body, {
          childList: true,
          subtree: true,
          attributes: true
        });
        look();
      });
      const taken = performance.now() - begun;
      window.jupyterapp.shell.currentWidget.close();
      return taken;
    },
    [command, args, selector]
  );

const { items } = await page.evaluate(
  async ([url, token, experiment, limit]) =>
    (
      await fetch(`${url}mlx/v1/models/runs/search`, {
        method: 'POST',
        headers: { Authorization: `token ${token}` },
        body: JSON.stringify({
          experiments: [experiment],
          columns: [],
          limit,
          order_by: [{ column: 'start_time', descending: true }]
        })
      })
    ).json(),
  [url, token, experiment, MOST]
);
const runs = items.map(run => run.id);
const found = { runs: runs.length, table: [], parallel: [], curve: [] };
for (let round = 0; round <= Number(rounds); round += 1) {
  found.table.push(
    await drawn(
      'mlx:compare-model-runs',
      { runs },
      '.jp-mlx-CompareRunsPage .jp-mlx-Grid canvas'
    )
  );
  found.parallel.push(
    await drawn(
      'mlx:compare-model-runs',
      { runs, tab: 'parallel' },
      '.jp-mlx-CompareRunsPage .jp-mlx-Plot [data-drawn]'
    )
  );
  found.curve.push(
    await drawn(
      'mlx:open-model-run',
      { id: long, tab: 'curves' },
      '.jp-mlx-ModelRunPage .jp-mlx-Curves [data-drawn]'
    )
  );
}
await browser.close();
console.log(JSON.stringify(found));
