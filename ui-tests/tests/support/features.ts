/**
 * A small Feast repository on flights, with labels beside it.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { Folder } from './notebooks';

/** Write the repository and `labels.csv` below a folder of the story; answers the repository's path. */
export function writeRepository(
  folder: Folder,
  project: string,
  name = 'features'
): string {
  execFileSync('python', [
    join(__dirname, 'feature_repository.py'),
    folder.absolute(name),
    project
  ]);
  return `${folder.path}/${name}`;
}

/** Change the definitions of a repository that was written. */
export function redefine(
  folder: Folder,
  change: (definitions: string) => string,
  name = 'features'
): void {
  const file = `${name}/definitions.py`;
  folder.file(file, change(folder.read(file)));
}
