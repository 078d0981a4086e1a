/**
 * Deployments as the server describes them.
 */
import type {
  Deployment,
  RegisteredModel,
  ServedVersion,
  Signature
} from '../../api/types';

export function aSignature(own: Partial<Signature> = {}): Signature {
  const field = (name: string, type: string, required = true) => ({
    name,
    type,
    required,
    shape: null
  });
  return {
    inputs: [
      field('distance', 'double'),
      field('seats', 'long'),
      field('carrier', 'string', false),
      field('late', 'boolean', false),
      field('at', 'datetime', false),
      field('rates', 'array of double', false)
    ],
    outputs: [],
    parameters: [{ name: 'threshold', type: 'double', default: 0.5 }],
    example: {
      distance: 1400,
      seats: 180,
      carrier: 'UA',
      late: false,
      at: '2013-01-31 17:05:00',
      rates: [0.5, 1]
    },
    ...own
  };
}

export function aServed(own: Partial<ServedVersion> = {}): ServedVersion {
  return {
    version: 1,
    state: 'READY',
    share: 1,
    shadow: false,
    restarts: 0,
    next_try_at: null,
    since: '2026-01-01T10:00:00Z',
    pid: 17,
    requests: 0,
    errors: 0,
    p50_ms: null,
    p95_ms: null,
    message: '',
    ...own
  };
}

export function aDeployment(own: Partial<Deployment> = {}): Deployment {
  const routes = [{ version: 1, share: 1 }];
  return {
    name: 'delay',
    target: 'local',
    model: 'delay-model',
    state: 'READY',
    message: '',
    address: 'http://127.0.0.1:5001',
    revision: 1,
    routes,
    versions: [aServed()],
    revisions: [
      { number: 1, routes, by: 'ada', at: '2026-01-01T10:00:00Z', why: '' }
    ],
    signature: aSignature(),
    options: {},
    owner: 'ada',
    created_at: '2026-01-01T10:00:00Z',
    updated_at: '2026-01-01T10:00:00Z',
    ...own
  };
}

export function aModel(own: Partial<RegisteredModel> = {}): RegisteredModel {
  return {
    name: 'delay-model',
    description: '',
    tags: {},
    aliases: { champion: 2 },
    versions: 3,
    latest: 3,
    metrics: {},
    guarded: {},
    deployments: [],
    created_at: null,
    updated_at: null,
    ...own
  };
}
