/**
 * Names of files and folders that hold feature definitions. No view.
 */
import { PathExt } from '@jupyterlab/coreutils';

/** What makes a folder a Feast repository. */
const STORE = 'feature_store.yaml';

/** The repository that a file or a folder stands for; null for any other file. */
export function repositoryOf(item: {
  path: string;
  type: string;
}): string | null {
  if (item.type === 'directory') {
    return item.path;
  }
  return PathExt.basename(item.path) === STORE
    ? PathExt.dirname(item.path)
    : null;
}

/** Whether a file of this name may hold labels. */
export function isLabels(name: string): boolean {
  return /\.(csv|parquet)$/i.test(name);
}
