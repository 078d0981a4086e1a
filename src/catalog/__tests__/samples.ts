/**
 * What the server says of a small catalog.
 */
import type {
  CatalogDatabase,
  CatalogHit,
  Crawl,
  Source,
  Table
} from '../../api/types';

export function aSource(own: Partial<Source> = {}): Source {
  return {
    id: 's1',
    name: 'lake',
    kind: 'files',
    location: 'data/lake',
    database: null,
    options: {},
    secret: null,
    owner: 'ada',
    created_at: '2026-01-01T10:00:00Z',
    last_crawl: null,
    tables: 1,
    schedule_id: null,
    ...own
  };
}

export function aDatabase(own: Partial<CatalogDatabase> = {}): CatalogDatabase {
  return {
    id: 'd1',
    source_id: 's1',
    source: 'lake',
    name: 'lake',
    tables: 1,
    tags: {},
    description: null,
    owner: null,
    terms: [],
    attributes: {},
    ...own
  };
}

export function aTable(own: Partial<Table> = {}): Table {
  return {
    id: 't1',
    source: 'lake',
    source_id: 's1',
    database: 'lake',
    database_id: 'd1',
    name: 'flights',
    version: 1,
    versions: 1,
    state: 'active',
    format: 'csv',
    classifier: 'csv',
    location: 'data/lake/flights',
    parameters: {},
    columns: [
      { name: 'origin', type: 'string' },
      { name: 'delay', type: 'int64' }
    ],
    partition_keys: [],
    partitions: 0,
    files: 1,
    bytes: 100,
    rows: 10,
    rows_exact: true,
    primary_key: [],
    foreign_keys: [],
    tags: {},
    own_tags: {},
    owner: null,
    description: null,
    terms: [],
    attributes: {},
    created_at: '2026-01-01T10:00:00Z',
    updated_at: '2026-01-01T10:00:00Z',
    uses: 0,
    ...own
  };
}

export function aCrawl(own: Partial<Crawl> = {}): Crawl {
  return {
    id: 'c1',
    source_id: 's1',
    source: 'lake',
    state: 'RUNNING',
    dry_run: false,
    owner: 'ada',
    run_id: 'r1',
    started_at: '2026-01-01T10:00:00Z',
    ended_at: null,
    seconds: null,
    listed: 10,
    read: 4,
    skipped: 0,
    failed: 0,
    tables: [],
    problems: [],
    problems_total: 0,
    ...own
  };
}

export function aHit(own: Partial<CatalogHit> = {}): CatalogHit {
  return {
    kind: 'table',
    id: 't1',
    name: 'flights',
    path: 'lake.flights',
    score: 1,
    snippet: '',
    ...own
  };
}
