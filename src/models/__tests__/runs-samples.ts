/**
 * Runs and curves as the server describes them.
 */
import type { IAnswer, ISeen } from '../../__tests__/server';
import type {
  Curve,
  Experiment,
  ModelRun,
  ModelRunSearchRequest,
  RegisteredModel
} from '../../api/types';

export function aTrackedRun(own: Partial<ModelRun> = {}): ModelRun {
  return {
    id: 'a1',
    experiment_id: '1',
    name: 'train',
    state: 'FINISHED',
    started_at: '2026-01-01T10:00:00Z',
    ended_at: '2026-01-01T10:00:08Z',
    user: 'ada',
    source: 'train.ipynb',
    job_id: null,
    models: [],
    values: {},
    ...own
  };
}

export function anExperiment(own: Partial<Experiment> = {}): Experiment {
  return {
    id: '1',
    name: 'delays',
    runs: 2,
    tags: {},
    created_at: null,
    updated_at: '2026-01-01T10:00:00Z',
    ...own
  };
}

export function aModel(own: Partial<RegisteredModel> = {}): RegisteredModel {
  return {
    name: 'delay-model',
    description: '',
    tags: {},
    aliases: { champion: 3, challenger: 4 },
    versions: 4,
    latest: 4,
    metrics: {},
    guarded: {},
    deployments: [],
    created_at: null,
    updated_at: null,
    ...own
  };
}

export function aCurve(own: Partial<Curve> = {}): Curve {
  return {
    run_id: 'a1',
    metric: 'loss',
    total: 3,
    steps: [0, 1, 2],
    seconds: [0, 10, 20],
    values: [3, 2, 1],
    ...own
  };
}

/** A store of as many runs: `metrics.m` counts them down, `params.p` up. */
export function storeOf(count: number): (seen: ISeen) => IAnswer {
  return ({ body }) => {
    const { columns, limit, cursor, order_by } = body as ModelRunSearchRequest;
    const start = Number(cursor ?? 0);
    const end = Math.min(count, start + (limit ?? 100));
    const isDown = order_by?.[0]?.descending ?? false;
    const items = [...Array(end - start).keys()].map(offset => {
      const at = isDown ? count - 1 - start - offset : start + offset;
      const all: ModelRun['values'] = {
        'metrics.m': count - at,
        'params.p': String(at)
      };
      return aTrackedRun({
        id: `r${at}`,
        name: `run-${at}`,
        values: Object.fromEntries(
          (columns ?? []).flatMap(name =>
            name in all ? [[name, all[name]]] : []
          )
        )
      });
    });
    return {
      json: {
        items,
        next_cursor: end < count ? String(end) : null,
        total: count
      }
    };
  };
}
