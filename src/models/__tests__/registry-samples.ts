/**
 * Parts of a registry as the server describes them.
 */
import type {
  Evaluation,
  ModelVersion,
  ModelVersionSummary,
  Policy,
  Promotion,
  RegisteredModel
} from '../../api/types';

const AT = '2026-01-01T10:00:00Z';

export function aModel(own: Partial<RegisteredModel> = {}): RegisteredModel {
  return {
    name: 'delay',
    description: '',
    tags: {},
    aliases: { champion: 1 },
    versions: 2,
    latest: 2,
    metrics: { auc: 0.7 },
    guarded: {},
    deployments: [],
    created_at: AT,
    updated_at: AT,
    ...own
  };
}

export function aSummary(
  own: Partial<ModelVersionSummary> = {}
): ModelVersionSummary {
  return {
    name: 'delay',
    version: 2,
    aliases: [],
    tags: {},
    run_id: 'mlflow2',
    job_id: null,
    metrics: { auc: 0.712 },
    evaluated: true,
    gate: null,
    state: 'READY',
    created_at: AT,
    created_by: 'ada',
    ...own
  };
}

export function aVersion(own: Partial<ModelVersion> = {}): ModelVersion {
  return {
    ...aSummary(),
    card: '# Delay',
    card_edited: false,
    flavors: ['sklearn'],
    size_bytes: 1200,
    digest: 'sha256:1',
    signature: null,
    origin: {
      run_id: 'mlflow2',
      experiment_id: '1',
      job_id: null,
      notebook: 'train.ipynb',
      notebook_digest: null,
      git_commit: null,
      parameters: {},
      training_sets: [],
      features: [],
      environment_digest: null,
      replayable: true,
      missing: []
    },
    gates: [],
    history: [],
    approvals: [],
    evaluations: [],
    replays: [],
    deployments: [],
    problems: [],
    ...own
  };
}

export function anEvaluation(own: Partial<Evaluation> = {}): Evaluation {
  return {
    id: 'e1',
    kind: 'classifier',
    data: 'flights',
    rows: 1000,
    metrics: { auc: 0.712 },
    champion: 1,
    better: null,
    run_id: 'r1',
    mlflow_run_id: 'mlflow3',
    by: 'ada',
    at: AT,
    model: 'delay',
    version: 2,
    target: 'late',
    data_digest: null,
    confidence: 0.95,
    intervals: { auc: { value: 0.712, low: 0.7, high: 0.72 } },
    slices: [],
    calibration: null,
    comparison: null,
    pictures: [],
    request: {
      model: 'delay',
      version: 1,
      kind: 'classifier',
      data: 'flights',
      target: 'late',
      slices: ['origin', 'carrier'],
      bootstrap: 500
    },
    ...own
  };
}

export function aPolicy(own: Partial<Policy> = {}): Policy {
  return {
    name: 'gate',
    number: 1,
    digest: 'sha256:2',
    model: 'delay',
    aliases: ['champion'],
    checks: [{ name: 'auc', kind: 'metric', bound: 0.7 }],
    text: 'name: gate',
    in_force: true,
    by: 'ada',
    at: AT,
    ...own
  };
}

export function aPromotion(own: Partial<Promotion> = {}): Promotion {
  return {
    id: 'p1',
    model: 'delay',
    version: 2,
    alias: 'champion',
    from: 1,
    state: 'CHECKING',
    why: '',
    by: 'ada',
    overridden: false,
    policy: { name: 'gate', number: 1, digest: 'sha256:2' },
    checks: [],
    run_id: 'r1',
    created_at: AT,
    ended_at: null,
    ...own
  };
}

/** A page of a list. */
export function list(...items: unknown[]): { json: unknown } {
  return { json: { items, next_cursor: null } };
}
