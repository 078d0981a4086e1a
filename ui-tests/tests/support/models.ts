/**
 * Models that were tracked and registered, and the end of what serves them.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { APIRequestContext } from '@playwright/test';
import { expect } from '@playwright/test';

/** What was tracked for a story. */
export interface ITracked {
  /** The registered model: version 1 is worse than version 2. Both were evaluated. */
  name: string;
  /** The experiment with the runs that they and others are from. */
  experiment: string;
  /** The file that they were evaluated on, from the server's root. */
  data: string;
}

/** Track runs and register versions of a model of this name. */
export function trackModels(name: string): ITracked {
  const folder = `models-${name}`;
  const root = process.env.JUPYTERLAB_GALATA_ROOT_DIR ?? '';
  const said = execFileSync(
    'python',
    [join(__dirname, 'registered_models.py'), join(root, folder), name],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        JUPYTER_MLX_STATE_DIR: join(process.env.MLX_UI_STATE ?? '', 'store')
      },
      // What MLflow tells is of interest where it fails.
      stdio: ['ignore', 'pipe', 'pipe']
    }
  );
  const { experiment } = JSON.parse(said) as { experiment: string };
  return { name, experiment, data: `${folder}/flights.parquet` };
}

/** A policy that keeps what guesses away from the champion's alias. */
export function policyOf(name: string): string {
  return `policy: ${name}-champion
model: ${name}
aliases: [champion]
checks:
  - check: metric
    metric: auc
    min: 0.7
    interval: true
  - check: slice_floor
    metric: auc
    min: 0.65
    columns: [origin]
  - check: no_worse_than
    metric: auc
    margin: 0.005
`;
}

/** Take away what is deployed of a model, and wait until nothing serves it. */
export async function undeploy(
  request: APIRequestContext,
  model: string
): Promise<void> {
  const url = `${process.env.TARGET_URL}/mlx/v1/models/deployments`;
  const deployed = async (): Promise<string[]> => {
    const answer = await request.get(url);
    expect(answer.ok(), await answer.text()).toBe(true);
    const { items } = (await answer.json()) as {
      items: Array<{ name: string; model: string }>;
    };
    return items.filter(one => one.model === model).map(one => one.name);
  };
  for (const name of await deployed()) {
    await request.delete(`${url}/${name}`);
  }
  await expect.poll(deployed, { timeout: 60000 }).toEqual([]);
}
