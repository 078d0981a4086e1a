/**
 * The settings of a run that the form holds as texts, and what they mean.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { JobRequest } from '../../api/types';

/** The form's own fields, beside the notebook's parameters. */
export interface ISettings {
  name: string;
  kernel: string;
  gpus: string;
  timeout_s: string;
  retries: string;
  backoff_s: string;
  include: string;
  tags: string;
  /** Parameters of a notebook that declares none, as a JSON object. */
  extra: string;
  cron: string;
  timezone: string;
  scheduleName: string;
}

/** Every field empty: what the server then does is its own default. */
export const EMPTY_SETTINGS: ISettings = {
  name: '',
  kernel: '',
  gpus: '',
  timeout_s: '',
  retries: '',
  backoff_s: '',
  include: '',
  tags: '',
  extra: '',
  cron: '0 6 * * *',
  timezone: '',
  scheduleName: ''
};

/** The server's name of each field, so that its errors find their place. */
export const FIELD_OF: Readonly<Record<string, keyof ISettings>> = {
  name: 'name',
  kernel: 'kernel',
  gpus: 'gpus',
  timeout_s: 'timeout_s',
  retries: 'retries',
  'retries.max': 'retries',
  'retries.backoff_s': 'backoff_s',
  include: 'include',
  tags: 'tags',
  parameters: 'extra',
  cron: 'cron',
  timezone: 'timezone'
};

/** The settings that an earlier request had. */
export function settingsOf(last: Partial<JobRequest>): Partial<ISettings> {
  const text = (value: unknown) =>
    value === undefined || value === null ? '' : String(value);
  return {
    kernel: text(last.kernel),
    gpus: last.gpus ? String(last.gpus) : '',
    timeout_s: text(last.timeout_s),
    retries: last.retries?.max ? String(last.retries.max) : '',
    backoff_s: last.retries?.max ? text(last.retries.backoff_s) : '',
    include: (last.include ?? []).join('\n'),
    tags: Object.entries(last.tags ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')
  };
}

/** What the settings mean, or what is wrong with them, by field. */
export function readSettings(
  settings: ISettings,
  maxGpus: number,
  trans: TranslationBundle
): {
  request: Partial<JobRequest>;
  errors: Partial<Record<keyof ISettings, string>>;
} {
  const request: Partial<JobRequest> = {};
  const errors: Partial<Record<keyof ISettings, string>> = {};
  const number = (field: keyof ISettings, test: (n: number) => boolean) => {
    const value = Number(settings[field]);
    if (Number.isFinite(value) && test(value)) {
      return value;
    }
    errors[field] = trans.__('This number does not fit.');
    return undefined;
  };
  if (settings.name.trim()) {
    request.name = settings.name.trim();
  }
  if (settings.kernel) {
    request.kernel = settings.kernel;
  }
  if (settings.gpus.trim()) {
    request.gpus = number('gpus', n => Number.isInteger(n) && n >= 0);
    if ((request.gpus ?? 0) > maxGpus) {
      errors.gpus = trans._n(
        'There is %1 GPU here.',
        'There are %1 GPUs here.',
        maxGpus
      );
    }
  }
  if (settings.timeout_s.trim()) {
    request.timeout_s = number('timeout_s', n => n > 0);
  }
  if (settings.retries.trim()) {
    request.retries = {
      max: number('retries', n => Number.isInteger(n) && n >= 0 && n <= 100)
    };
    if (settings.backoff_s.trim()) {
      request.retries.backoff_s = number('backoff_s', n => n >= 0);
    }
  }
  const include = lines(settings.include);
  if (include.length) {
    request.include = include;
  }
  const tags = lines(settings.tags);
  if (tags.some(tag => !/^[^=]+=/.test(tag))) {
    errors.tags = trans.__('One tag a line, as key=value.');
  } else if (tags.length) {
    request.tags = Object.fromEntries(
      tags.map(tag => {
        const at = tag.indexOf('=');
        return [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
      })
    );
  }
  return { request, errors };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
}
