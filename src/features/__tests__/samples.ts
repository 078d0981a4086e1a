/**
 * Parts of a feature store as the server describes them.
 */
import type {
  FeatureProject,
  FeatureStatistics,
  FeatureVersion,
  FeatureView,
  TrainingSetPreview
} from '../../api/types';

export function aProject(own: Partial<FeatureProject> = {}): FeatureProject {
  return {
    id: 'p1',
    name: 'flights',
    repository: 'features',
    entities: [
      {
        name: 'origin',
        join_key: 'origin',
        type: 'STRING',
        description: 'An airport',
        tags: {}
      },
      {
        name: 'carrier',
        join_key: 'carrier_id',
        type: 'INT64',
        description: '',
        tags: {}
      }
    ],
    services: [
      {
        name: 'delay',
        features: ['weather:temp', 'metric:celsius'],
        description: '',
        owner: '',
        tags: {}
      }
    ],
    views: 3,
    schedule: null,
    on_new_data: false,
    applied_by: 'ada',
    applied_at: '2026-01-01T10:00:00Z',
    ...own
  };
}

function field(name: string): FeatureView['features'][number] {
  return { name, type: 'DOUBLE', description: '', tags: {} };
}

export function aView(own: Partial<FeatureView> = {}): FeatureView {
  return {
    id: 'v1',
    project: 'flights',
    state: 'active',
    version: 2,
    versions: 2,
    name: 'weather',
    kind: 'batch',
    entities: ['origin'],
    join_keys: ['origin'],
    features: [field('temp'), field('wind')],
    ttl_s: 10800,
    source: {
      name: 'weather_file',
      kind: 'FileSource',
      place: 'weather.parquet',
      timestamp: 'event_timestamp',
      created: 'created',
      mapping: {}
    },
    table: null,
    online: true,
    transformation: null,
    uses: [],
    description: 'Hourly',
    owner: '',
    tags: { team: 'ops' },
    digest: 'sha256:1',
    freshness: {
      online_until: null,
      lag_s: null,
      state: 'never',
      words: 'It was never materialized.'
    },
    updated_at: '2026-01-01T10:00:00Z',
    ...own
  };
}

/** A batch view, one by another key, and one that is computed from the first. */
export function someViews(): FeatureView[] {
  return [
    aView(),
    aView({
      id: 'v2',
      name: 'carrier',
      join_keys: ['carrier_id'],
      features: [field('rate')]
    }),
    aView({
      id: 'v3',
      name: 'metric',
      kind: 'on_demand',
      join_keys: [],
      features: [field('celsius')],
      source: null,
      uses: ['clock', 'weather'],
      request: [{ ...field('hour'), type: 'INT64', description: 'Of the day' }]
    })
  ];
}

export function aVersion(own: Partial<FeatureVersion> = {}): FeatureVersion {
  return {
    number: 1,
    digest: 'sha256:1',
    definition: {},
    difference: null,
    created_by: 'ada',
    created_at: '2026-01-01T10:00:00Z',
    ...own
  };
}

export function someStatistics(
  own: Partial<FeatureStatistics> = {}
): FeatureStatistics {
  return {
    version: 2,
    rows: 96,
    entities: 2,
    first: '2013-01-01T00:00:00Z',
    last: '2013-01-02T23:00:00Z',
    columns: [{ name: 'temp', type: 'double', count: 96, nulls: 0 }],
    baseline: null,
    drift: [],
    parity: null,
    created_at: '2026-01-01T10:00:00Z',
    seconds: 0.2,
    ...own
  };
}

export function aPreview(
  own: Partial<TrainingSetPreview> = {}
): TrainingSetPreview {
  return {
    columns: [{ name: 'temp', type: 'double' }],
    rows: [[32]],
    labels: 10,
    looked_at: 10,
    views: { 'weather@v2': { matched: 9, expired: 1, missing: 0 } },
    leakage: [],
    snippet: 'mlx.features.training_set(...)',
    ...own
  };
}

/** A page of a list. */
export function list(...items: unknown[]): { json: unknown } {
  return { json: { items, next_cursor: null } };
}
