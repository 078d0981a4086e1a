/**
 * An evaluation to be: what the form's texts mean.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  Evaluation,
  EvaluationRequest,
  ModelVersion
} from '../../../api/types';

/** The form's fields. */
export interface ISettings extends Record<string, string> {
  model: string;
  version: string;
  kind: string;
  data: string;
  target: string;
  slices: string;
  cluster: string;
  champion: string;
  metric: string;
  where: string;
  time: string;
  bootstrap: string;
  seed: string;
}

export const EMPTY_SETTINGS: ISettings = {
  model: '',
  version: '',
  kind: 'classifier',
  data: '',
  target: '',
  slices: '',
  cluster: '',
  champion: '',
  metric: '',
  where: '',
  time: '',
  bootstrap: '',
  seed: ''
};

/** What is sent as it was written. */
const TEXTS = ['cluster', 'champion', 'metric', 'where', 'time'] as const;

/** The request, or what is wrong with the texts, by field. */
export function readSettings(
  settings: ISettings,
  trans: TranslationBundle
): { request: EvaluationRequest; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const text = (field: string): string => (settings[field] ?? '').trim();
  const version = wholeNumber(text('version'));
  if (!text('model')) {
    errors.model = trans.__('Which model.');
  }
  if (version === null || version < 1) {
    errors.version = trans.__('Which version: a number.');
  }
  if (!text('data')) {
    errors.data = trans.__('What it is measured on.');
  }
  if (!text('target')) {
    errors.target = trans.__('The column with the truth.');
  }
  const request: EvaluationRequest = {
    model: text('model'),
    version: version ?? 0,
    kind: settings.kind as EvaluationRequest['kind'],
    data: text('data'),
    target: text('target')
  };
  const slices = listOf(text('slices'));
  if (slices.length) {
    request.slices = slices;
  }
  for (const field of TEXTS) {
    if (text(field)) {
      request[field] = text(field);
    }
  }
  for (const field of ['bootstrap', 'seed'] as const) {
    const number = wholeNumber(text(field));
    if (number !== null) {
      request[field] = number;
    } else if (text(field)) {
      errors[field] = trans.__('A whole number.');
    }
  }
  const { bootstrap } = request;
  if (bootstrap !== undefined && (bootstrap < 100 || bootstrap > 100000)) {
    errors.bootstrap = trans.__('Between 100 and 100,000.');
  }
  return { request, errors };
}

/** What an earlier evaluation was asked for, as texts for the next one. */
export function settingsOf(evaluation: Evaluation): Partial<ISettings> {
  const { kind, data, target } = evaluation;
  const request: Readonly<Record<string, unknown>> = {
    ...evaluation.request,
    kind,
    data,
    target
  };
  const found: Partial<ISettings> = {};
  for (const field of Object.keys(EMPTY_SETTINGS)) {
    const value = request[field];
    if (Array.isArray(value)) {
      found[field] = value.join(', ');
    } else if (typeof value === 'string' || typeof value === 'number') {
      found[field] = String(value);
    }
  }
  delete found.model;
  delete found.version;
  return found;
}

/** What kind of model it is, as far as its signature tells. */
export function kindOf(version: ModelVersion): EvaluationRequest['kind'] {
  const type = version.signature?.outputs[0]?.type ?? '';
  return /double|float/.test(type) ? 'regressor' : 'classifier';
}

/** Names in a text, between commas. */
export function listOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map(one => one.trim())
        .filter(Boolean)
    )
  ];
}

function wholeNumber(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}
