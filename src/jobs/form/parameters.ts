/**
 * Parameters as text in a form: shown, read back, checked as the server checks them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Parameter } from '../../api/types';

/** What a field's text means. `absent` leaves the notebook's own default. */
export type Reading =
  | { kind: 'value'; value: unknown }
  | { kind: 'absent' }
  | { kind: 'wrong'; message: string };

const SECRET = /^secret:\/\/([A-Za-z_][A-Za-z0-9_]*)$/;

/** The text that stands for a value in the parameter's field. */
export function textOf(parameter: Parameter, value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (parameter.type === 'any') {
    // A text that would read as something else keeps its quotes.
    return typeof value === 'string' && !isJson(value)
      ? value
      : JSON.stringify(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a field's text means for this parameter. */
export function readText(
  parameter: Parameter,
  text: string,
  secrets: ReadonlySet<string>,
  trans: TranslationBundle
): Reading {
  const trimmed = text.trim();
  const secret = SECRET.exec(trimmed);
  if (secret) {
    return secrets.has(secret[1])
      ? { kind: 'value', value: trimmed }
      : wrong(
          trans.__('Grant the run the secret %1 below to use it.', secret[1])
        );
  }
  if (parameter.choices?.length) {
    return readChoice(parameter, text, trans);
  }
  if (trimmed === '' && parameter.type !== 'str') {
    return parameter.nullable && parameter.default !== null
      ? { kind: 'value', value: null }
      : { kind: 'absent' };
  }
  switch (parameter.type) {
    case 'int':
      return readInt(trimmed, trans);
    case 'float':
      return readFloat(trimmed, trans);
    case 'bool':
      return { kind: 'value', value: trimmed === 'true' };
    case 'list':
      return readJson(
        trimmed,
        Array.isArray,
        trans.__('A list, such as [1, 2].')
      );
    case 'dict':
      return readJson(
        trimmed,
        isDict,
        trans.__('A mapping, such as {"a": 1}.')
      );
    case 'any':
      return {
        kind: 'value',
        value: isJson(trimmed) ? JSON.parse(trimmed) : text
      };
    case 'str':
      return text === '' && (parameter.nullable || parameter.default === null)
        ? { kind: 'absent' }
        : { kind: 'value', value: text };
  }
}

/** Whether two JSON values are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A parameter of which only a value is known. */
export function untyped([name, value]: [string, unknown]): Parameter {
  const kinds: Record<string, Parameter['type']> = {
    boolean: 'bool',
    number: 'float',
    string: 'str'
  };
  return {
    name,
    type: Array.isArray(value)
      ? 'list'
      : value !== null && typeof value === 'object'
        ? 'dict'
        : (kinds[typeof value] ?? 'any'),
    default: value,
    default_source: JSON.stringify(value) ?? '',
    nullable: value === null,
    help: ''
  };
}

function readChoice(
  parameter: Parameter,
  text: string,
  trans: TranslationBundle
): Reading {
  const choice = parameter.choices?.find(
    one => textOf(parameter, one) === text
  );
  if (choice !== undefined) {
    return { kind: 'value', value: choice };
  }
  return text === ''
    ? { kind: 'absent' }
    : wrong(trans.__('Choose one of the values.'));
}

function readInt(text: string, trans: TranslationBundle): Reading {
  if (!/^[+-]?\d+(\.0*)?$/.test(text) && !/^[+-]?\d+e\d+$/i.test(text)) {
    return wrong(trans.__('A whole number, such as 10.'));
  }
  const value = Number(text);
  return Number.isSafeInteger(value)
    ? { kind: 'value', value }
    : wrong(trans.__('This number is too large to be exact.'));
}

function readFloat(text: string, trans: TranslationBundle): Reading {
  const value = Number(text);
  return Number.isFinite(value)
    ? { kind: 'value', value }
    : wrong(trans.__('A number, such as 0.01 or 1e-3.'));
}

function readJson(
  text: string,
  accepts: (value: unknown) => boolean,
  message: string
): Reading {
  if (isJson(text)) {
    const value: unknown = JSON.parse(text);
    if (accepts(value)) {
      return { kind: 'value', value };
    }
  }
  return wrong(message);
}

function isDict(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Being no JSON is the answer here, not a failure.
    return false;
  }
}

function wrong(message: string): Reading {
  return { kind: 'wrong', message };
}
