/**
 * What a form that clones a run starts from.
 */
import { MlxError } from '../../api/errors';
import type { NotebookInfo, Parameter, Run } from '../../api/types';
import type { IMlxClient } from '../../tokens';
import { untyped } from './parameters';

/**
 * The parameters of the run's own version of its notebook, with the run's values.
 *
 * The server describes the notebook as it is now. Where that is another version, or
 * none any more, the run's values still say what can be changed.
 */
export async function cloneInfo(
  client: IMlxClient,
  run: Run
): Promise<NotebookInfo> {
  const known: NotebookInfo = {
    ...run.notebook,
    parameters: Object.entries(run.parameters).map(untyped),
    inspected: false,
    kernel: run.request.kernel,
    language: null,
    cells: run.progress.cells,
    last: null
  };
  const now = await notebookNow(client, run.notebook.path);
  if (!now?.inspected || now.digest !== run.notebook.digest) {
    return known;
  }
  return {
    ...known,
    inspected: true,
    parameters: now.parameters.map(one => withValue(one, run.parameters))
  };
}

/** The notebook as it is now; null where it is gone or no notebook any more. */
async function notebookNow(
  client: IMlxClient,
  path: string
): Promise<NotebookInfo | null> {
  try {
    return await client.notebookInfo(path);
  } catch (reason) {
    const { status } = MlxError.from(reason);
    if (status >= 400 && status < 500) {
      return null;
    }
    throw reason;
  }
}

/** The run's value takes the place of the notebook's: a clone sends what differs from it. */
function withValue(
  parameter: Parameter,
  values: Record<string, unknown>
): Parameter {
  if (!(parameter.name in values)) {
    return parameter;
  }
  const value = values[parameter.name];
  return {
    ...parameter,
    default: value,
    default_source: JSON.stringify(value) ?? ''
  };
}
