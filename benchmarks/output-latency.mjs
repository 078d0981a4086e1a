/**
 * Open JupyterLab, run a notebook as a job with its run page open, then run it in place; for each printed line note
 * how long after its own time it stood in the page. Prints one line of JSON.
 *
 * usage: node output-latency.mjs URL TOKEN NOTEBOOK PRINTS
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(process.cwd() + '/')('@playwright/test');
const [url, token, notebook, prints] = process.argv.slice(2);
const CHROMIUM = process.env.MLX_CHROMIUM ?? '/usr/bin/chromium';

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

/** Watch the page for lines, measured against the time that each carries. */
const watch = () =>
  page.evaluate(() => {
    window.seen = new Map();
    const look = () => {
      const text = document.body.innerText;
      for (const [, index, at] of text.matchAll(/tick-(\d+)-(\d+);/g)) {
        if (!window.seen.has(index)) {
          window.seen.set(index, Date.now() - Number(at));
        }
      }
    };
    window.watcher?.disconnect();
    window.watcher = new MutationObserver(look);
    window.watcher.observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true
    });
  });
const seen = () => page.evaluate(() => [...window.seen.values()]);
const all = count =>
  page.waitForFunction(count => window.seen.size >= count, count, {
    timeout: 120_000,
    polling: 500
  });

const post = body =>
  page.evaluate(
    async ([url, token, body]) =>
      (
        await fetch(`${url}mlx/v1/jobs`, {
          method: 'POST',
          headers: { Authorization: `token ${token}` },
          body: JSON.stringify(body)
        })
      ).json(),
    [url, token, body]
  );

// The first job starts the agent; what is measured is the second.
const first = await post({ notebook, name: 'warm-up' });
await page.waitForFunction(
  async ([url, token, id]) =>
    (
      await (
        await fetch(`${url}mlx/v1/jobs/${id}`, {
          headers: { Authorization: `token ${token}` }
        })
      ).json()
    ).ended_at !== null,
  [url, token, first.id],
  { timeout: 180_000, polling: 1000 }
);

const run = await post({ notebook });
await page.evaluate(async id => {
  await window.jupyterapp.commands.execute('mlx:open-run', { id });
}, run.id);
await watch();
await all(Number(prints));
const job = await seen();
await page.evaluate(() => {
  window.watcher.disconnect();
  window.jupyterapp.shell.currentWidget?.close();
});

await page.evaluate(async path => {
  await window.jupyterapp.commands.execute('docmanager:open', {
    path,
    factory: 'Notebook'
  });
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
}, notebook);
await watch();
// Not awaited: it resolves when the cell has ended.
await page.evaluate(() => {
  void window.jupyterapp.commands.execute('notebook:run-all-cells');
});
await all(Number(prints));
const inPlace = await seen();
await browser.close();
console.log(JSON.stringify({ job, notebook: inPlace }));
