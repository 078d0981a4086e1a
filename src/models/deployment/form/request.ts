/**
 * A deployment to make: what the form's texts mean.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  DeploymentOptions,
  DeploymentRequest,
  RegisteredModel
} from '../../../api/types';

/** Where a model can be deployed to. */
export const TARGETS = ['local', 'sagemaker', 'container', 'ray'] as const;

export type Target = (typeof TARGETS)[number];

/** The form's fields. */
export type FieldName =
  | 'name'
  | 'target'
  | 'model'
  /** `alias:champion` or `version:3`. */
  | 'which'
  | 'why'
  | OptionName;

export type OptionName = keyof DeploymentOptions;

export type Settings = Readonly<Record<FieldName, string>>;

/** The options of each target, in the order of the form. */
export const OPTIONS: Readonly<Record<Target, ReadonlyArray<OptionName>>> = {
  local: ['port', 'workers', 'log_share', 'mask'],
  sagemaker: [
    'role',
    'bucket',
    'image',
    'instance_type',
    'instance_count',
    'region',
    'endpoint_url'
  ],
  container: ['folder', 'port', 'workers'],
  ray: ['address', 'workers']
};

/** The options that a target can't do without. */
export const NEEDED: Readonly<Record<Target, ReadonlyArray<OptionName>>> = {
  local: [],
  sagemaker: ['role', 'bucket', 'image'],
  container: ['folder'],
  ray: []
};

const NAME = /^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,62}$/;

export const EMPTY: Settings = {
  name: '',
  target: 'local',
  model: '',
  which: '',
  why: '',
  port: '',
  workers: '',
  log_share: '',
  mask: '',
  folder: '',
  region: '',
  role: '',
  image: '',
  bucket: '',
  instance_type: '',
  instance_count: '',
  endpoint_url: '',
  address: ''
};

/** The name of a deployment that a model's name proposes. */
export function proposedName(model: string): string {
  return model
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

/** The version to propose: the champion, else the newest. */
export function proposedVersion(model: RegisteredModel): string {
  if ('champion' in model.aliases) {
    return 'alias:champion';
  }
  return model.latest === null ? '' : `version:${model.latest}`;
}

/** What a form's texts ask for, and what is wrong with them, by field. */
export interface IReading {
  request: DeploymentRequest;
  errors: Partial<Record<FieldName, string>>;
}

/** Read the form. */
export function readSettings(
  settings: Settings,
  trans: TranslationBundle
): IReading {
  const errors: IReading['errors'] = {};
  const text = (field: FieldName): string => settings[field].trim();
  const target = text('target') as Target;
  const request: DeploymentRequest = {
    name: text('name'),
    target,
    model: text('model')
  };
  if (!NAME.test(request.name)) {
    errors.name = request.name
      ? trans.__(
          'Letters, digits and single hyphens between them, 63 characters at most.'
        )
      : trans.__('It needs a name.');
  }
  if (!request.model) {
    errors.model = trans.__('Which model is deployed.');
  }
  const [kind, chosen] = split(text('which'));
  if (kind === 'version') {
    request.version = Number(chosen);
  } else if (kind === 'alias') {
    request.alias = chosen;
  } else {
    errors.which = trans.__('Which version is deployed.');
  }
  if (text('why')) {
    request.why = text('why');
  }
  const options = readOptions(settings, target, errors, trans);
  if (Object.keys(options).length > 0) {
    request.options = options;
  }
  return { request, errors };
}

function split(which: string): [string, string] {
  const at = which.indexOf(':');
  return [which.slice(0, at), which.slice(at + 1)];
}

function readOptions(
  settings: Settings,
  target: Target,
  errors: IReading['errors'],
  trans: TranslationBundle
): DeploymentOptions {
  const options: Record<string, unknown> = {};
  for (const name of OPTIONS[target]) {
    const text = settings[name].trim();
    if (text) {
      const read = readOption(name, text, trans);
      if ('error' in read) {
        errors[name] = read.error;
      } else {
        options[name] = read.value;
      }
    } else if (NEEDED[target].includes(name)) {
      errors[name] = trans.__('This target needs it.');
    }
  }
  return options as DeploymentOptions;
}

function readOption(
  name: OptionName,
  text: string,
  trans: TranslationBundle
): { value: unknown } | { error: string } {
  switch (name) {
    case 'port':
      return whole(text, 0, 65535, trans);
    case 'workers':
      return whole(text, 1, 64, trans);
    case 'instance_count':
      return whole(text, 1, 1000, trans);
    case 'log_share': {
      const percent = Number(text);
      return percent >= 0 && percent <= 100
        ? { value: percent / 100 }
        : { error: trans.__('A percentage from 0 to 100.') };
    }
    case 'mask':
      return {
        value: text
          .split(/[,\n]/)
          .map(one => one.trim())
          .filter(Boolean)
      };
    case 'bucket':
      return /^s3:\/\/[^/]+/.test(text)
        ? { value: text }
        : { error: trans.__('An address such as s3://bucket/prefix.') };
    default:
      return { value: text };
  }
}

function whole(
  text: string,
  least: number,
  most: number,
  trans: TranslationBundle
): { value: number } | { error: string } {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most
    ? { value }
    : { error: trans.__('A whole number from %1 to %2.', least, most) };
}
