/**
 * The fields of a model's signature: what is typed, and what is sent for it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Signature, SignatureField } from '../../api/types';

/** How a value is typed. */
export type InputKind =
  'whole' | 'number' | 'boolean' | 'time' | 'text' | 'bytes' | 'json';

/** A row that is sent, by column. */
export type Row = Record<string, unknown>;

/** How a field of the signature is typed. */
export function kindOf(
  field: Pick<SignatureField, 'type' | 'shape'>
): InputKind {
  const type = field.type.toLowerCase();
  if (field.shape !== null) {
    return 'json';
  }
  if (/^u?int\d*$|^integer$|^long$/.test(type)) {
    return 'whole';
  }
  if (/^float\d*$|^double$/.test(type)) {
    return 'number';
  }
  if (/^bool(ean)?$/.test(type)) {
    return 'boolean';
  }
  if (/^datetime/.test(type)) {
    return 'time';
  }
  if (type === 'string' || type === 'str') {
    return 'text';
  }
  return type === 'binary' || type === 'bytes' ? 'bytes' : 'json';
}

/** Whether each input has a name, so that a row can be typed field by field. */
export function hasFields(signature: Signature | null): signature is Signature {
  return (
    signature !== null &&
    signature.inputs.length > 0 &&
    signature.inputs.every(field => Boolean(field.name))
  );
}

/** A value as the text that a field shows. */
export function textOf(value: unknown, kind: InputKind): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'string' && kind !== 'json') {
    // A clock without a zone is what the field of a time can show.
    return kind === 'time'
      ? value.replace(
          /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d)?)(\.0+)?$/,
          '$1T$2'
        )
      : value;
  }
  return JSON.stringify(value);
}

/** The texts that the signature's example gives. */
export function exampleTexts(signature: Signature): Record<string, string> {
  const row = exampleRow(signature);
  return Object.fromEntries(
    signature.inputs.map(field => [
      field.name ?? '',
      textOf(row[field.name ?? ''], kindOf(field))
    ])
  );
}

/** The signature's example; empty where there is none. */
export function exampleRow(signature: Signature | null): Row {
  const example = signature?.example;
  return example && typeof example === 'object' && !Array.isArray(example)
    ? (example as Row)
    : {};
}

/** What a text means, or what is wrong with it. */
export type Parsed = { value: unknown } | { error: string } | null;

/** Read a field's text; null where nothing is to be sent. */
export function parseInput(
  text: string,
  field: SignatureField,
  trans: TranslationBundle
): Parsed {
  const kind = kindOf(field);
  const trimmed = text.trim();
  if (trimmed === '') {
    return field.required ? { error: trans.__('It needs a value.') } : null;
  }
  return parseText(kind === 'text' ? text : trimmed, kind, trans);
}

/** Read a text as a kind of value. */
export function parseText(
  text: string,
  kind: InputKind,
  trans: TranslationBundle
): { value: unknown } | { error: string } {
  switch (kind) {
    case 'whole':
      return parseWhole(text, trans);
    case 'number':
      return Number.isFinite(Number(text))
        ? { value: Number(text) }
        : { error: trans.__('A number, such as 0.5.') };
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { error: trans.__('True or false.') };
    case 'time':
      return Number.isNaN(Date.parse(text))
        ? { error: trans.__('A time, such as 2013-01-31T17:05:00.') }
        : { value: text };
    case 'json':
      return parseJson(text, trans);
    case 'text':
    case 'bytes':
      return { value: text };
  }
}

function parseWhole(
  text: string,
  trans: TranslationBundle
): { value: unknown } | { error: string } {
  if (!/^[+-]?\d+$/.test(text)) {
    return { error: trans.__('A whole number.') };
  }
  const value = Number(text);
  return Number.isSafeInteger(value)
    ? { value }
    : {
        error: trans.__(
          'It has more digits than a browser can hold. Send it by code, as in “How to call”.'
        )
      };
}

function parseJson(
  text: string,
  trans: TranslationBundle
): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: trans.__('JSON, such as [0.5, 1.5].') };
  }
}

/** Read rows that were typed as JSON: a list of objects, or one of them. */
export function parseRows(
  text: string,
  trans: TranslationBundle
): { rows: Row[] } | { error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (reason) {
    return { error: trans.__('This is no JSON: %1', String(reason)) };
  }
  const rows = Array.isArray(value) ? value : [value];
  const areObjects = rows.every(
    row => row !== null && typeof row === 'object' && !Array.isArray(row)
  );
  return rows.length > 0 && areObjects
    ? { rows: rows as Row[] }
    : {
        error: trans.__(
          'A list of objects, one a row: [{"column": 1}, {"column": 2}].'
        )
      };
}

/** The input that an error of the server is about; empty where it names none. */
export function inputOf(
  error: { field: string; message: string },
  names: ReadonlyArray<string>
): string {
  const field = error.field.replace(/^(request\.)?(inputs|parameters)/, '');
  const named = field.replace(/^(\[\d+\]|\.\d+)/, '').replace(/^\./, '');
  if (names.includes(named)) {
    return named;
  }
  const said = names.filter(name =>
    [`"${name}"`, `'${name}'`, `“${name}”`, `\`${name}\``].some(quoted =>
      error.message.includes(quoted)
    )
  );
  // An error on several is not at one of them.
  return said.length === 1 ? said[0] : '';
}
