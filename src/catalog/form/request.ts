/**
 * A source to add: what the form's texts mean.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { SourceRequest } from '../../api/types';

/** The form's fields. */
export interface ISettings extends Record<string, string> {
  location: string;
  name: string;
  database: string;
  secret: string;
  exclude: string;
  prefix: string;
  update: string;
  delete: string;
  /** Further options, as a JSON object. */
  more: string;
  cron: string;
  timezone: string;
}

export const EMPTY_SETTINGS: ISettings = {
  location: '',
  name: '',
  database: '',
  secret: '',
  exclude: '',
  prefix: '',
  update: '',
  delete: '',
  more: '',
  cron: '0 6 * * *',
  timezone: ''
};

/** What is read by which crawler. */
export type Kind =
  'files' | 's3' | 'relational' | 'dynamodb' | 'mongodb' | 'redis' | 'iceberg';

const SCHEMES: Readonly<Record<string, Kind>> = {
  s3: 's3',
  s3a: 's3',
  file: 'files',
  dynamodb: 'dynamodb',
  mongodb: 'mongodb',
  'mongodb+srv': 'mongodb',
  redis: 'redis',
  rediss: 'redis',
  unix: 'redis',
  iceberg: 'iceberg'
};

/** The kind of a location, by the rule of the server; null where there is nothing yet. */
export function kindOf(location: string): Kind | null {
  const text = location.trim();
  if (!text) {
    return null;
  }
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(text)?.[1].toLowerCase();
  return scheme ? (SCHEMES[scheme] ?? 'relational') : 'files';
}

/** What was recognised, as a sentence for whoever types. */
export function kindText(kind: Kind, trans: TranslationBundle): string {
  switch (kind) {
    case 'files':
      return trans.__(
        'Files and folders: Parquet, CSV, JSON, Avro, ORC, Arrow, logs, Delta and Iceberg tables.'
      );
    case 's3':
      return trans.__('An object store that speaks S3.');
    case 'relational':
      return trans.__('A relational database, by its SQLAlchemy URL.');
    case 'dynamodb':
      return trans.__('DynamoDB: types by a sample of items.');
    case 'mongodb':
      return trans.__('MongoDB: types by a sample of documents.');
    case 'redis':
      return trans.__('Redis: hashes, grouped by the pattern of their keys.');
    case 'iceberg':
      return trans.__('An Iceberg catalog.');
  }
}

/** An example of further options of a kind. */
export function moreExample(kind: Kind | null): string {
  switch (kind) {
    case 's3':
      return '{"endpoint_url": "https://s3.example.org", "region": "eu-central-1"}';
    case 'relational':
      return '{"schemas": ["public"], "views": false}';
    case 'dynamodb':
      return '{"region": "eu-central-1", "rate": 0.5}';
    case 'mongodb':
      return '{"collections": ["orders*"], "sample": 1000}';
    case 'redis':
      return '{"pattern": "user:*", "sample": 1000}';
    case 'iceberg':
      return '{"type": "rest", "uri": "https://catalog.example.org"}';
    default:
      return '{"combine": true}';
  }
}

/** The request, or what is wrong with the texts, by field. */
export function readSettings(
  settings: ISettings,
  trans: TranslationBundle
): { request: SourceRequest; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const text = (field: keyof ISettings): string => settings[field].trim();
  const options: Record<string, unknown> = readMore(text('more')) ?? {};
  if (text('more') && readMore(text('more')) === null) {
    errors.more = trans.__('A JSON object, such as {"sample": 1000}.');
  }
  if (!text('location')) {
    errors.location = trans.__('Where the data is.');
  }
  const exclude = settings.exclude
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
  if (exclude.length) {
    options.exclude = exclude;
  }
  for (const field of ['prefix', 'update', 'delete']) {
    if (text(field)) {
      options[field] = text(field);
    }
  }
  const request: SourceRequest = { location: text('location') };
  for (const field of ['name', 'database', 'secret'] as const) {
    if (text(field)) {
      request[field] = text(field);
    }
  }
  if (Object.keys(options).length) {
    request.options = options;
  }
  return { request, errors };
}

function readMore(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
