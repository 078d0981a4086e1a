/**
 * Print the gzipped size of what the browser loads at start, and fail above the limit.
 *
 * What loads at start is the entry that the application names (`remoteEntry`) plus
 * every chunk that the extension's entry module needs before its plugins are known.
 */
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const LIMIT = 150_000;
const folder = new URL('../jupyter_mlx/labextension/', import.meta.url);
const staticFolder = new URL('static/', folder);

const manifest = JSON.parse(
  await readFile(new URL('package.json', folder), 'utf8')
);
const entry = manifest.jupyterlab._build.load.replace('static/', '');
const remote = await readFile(new URL(entry, staticFolder), 'utf8');

/** The chunk ids that the entry asks for when `./extension` or `./style` is imported. */
function startChunks(source) {
  const ids = new Set();
  for (const name of ['./extension', './style']) {
    const at = source.indexOf(JSON.stringify(name));
    if (at < 0) {
      continue;
    }
    const call = source.slice(
      at,
      source.indexOf('=>', source.indexOf('=>', at) + 2)
    );
    for (const match of call.matchAll(/\.e\(\s*"?([\w-]+)"?\s*\)/g)) {
      ids.add(match[1]);
    }
  }
  return ids;
}

const chunks = startChunks(remote);
const files = (await readdir(staticFolder)).filter(
  name =>
    name.endsWith('.js') &&
    (name === entry || name === 'style.js' || chunks.has(name.split('.')[0]))
);
let total = 0;
for (const name of files) {
  const bytes = gzipSync(await readFile(new URL(name, staticFolder))).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
}
console.log(`${String(total).padStart(8)}  gzipped at start, of ${LIMIT}`);
if (chunks.size === 0 || total > LIMIT) {
  console.error('error: the first chunk is unknown or too large');
  process.exit(1);
}
