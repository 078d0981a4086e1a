/**
 * Generate src/api/schema.ts from the contract, jupyter_mlx/openapi.yaml.
 *
 * `--check` writes nothing and fails when the committed file differs.
 */
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const contract = new URL('../jupyter_mlx/openapi.yaml', import.meta.url);
const target = new URL('../src/api/schema.ts', import.meta.url);

const header = `/**
 * Generated from jupyter_mlx/openapi.yaml by \`jlpm generate:api\`: do not edit.
 */

`;

const ast = await openapiTS(contract, { emptyObjectsUnknown: true });
const options = (await resolveConfig(target)) ?? {};
const source = await format(header + astToString(ast), {
  ...options,
  parser: 'typescript'
});

if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8');
  if (committed !== source) {
    console.error(
      'error: src/api/schema.ts differs from jupyter_mlx/openapi.yaml\nremedy: run `jlpm generate:api` and commit the result'
    );
    process.exit(1);
  }
} else {
  await writeFile(target, source);
}
