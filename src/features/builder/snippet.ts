/**
 * Code that runs where its notebook lies: paths from the server's root become paths from there. No view.
 */
import { PathExt } from '@jupyterlab/coreutils';

/** Files in a SELECT, as they are quoted there. */
const QUOTED = /'([^']+\.(?:csv|parquet|json|jsonl|ndjson)(?:\.gz)?)'/gi;

/** The paths below the server's root that labels name. */
export function pathsOf(kind: string, reference: string): string[] {
  const found =
    kind === 'file'
      ? [reference]
      : kind === 'sql'
        ? [...reference.matchAll(QUOTED)].map(match => match[1])
        : [];
  return [...new Set(found)].filter(path => !/^\/|^[a-z]\w*:\/\//i.test(path));
}

/** The code with these paths as they are seen from a folder. */
export function relocated(
  code: string,
  paths: ReadonlyArray<string>,
  folder: string
): string {
  return paths.reduce(
    (text, path) => text.split(path).join(PathExt.relative(folder, path)),
    code
  );
}
