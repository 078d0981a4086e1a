/**
 * Code that loads a version of a model and has it predict. No view.
 */
import type { Signature, SignatureField } from '../../api/types';

/** What pandas has to make of a value for MLflow to take it as the signature's type. */
const DTYPES: Readonly<Record<string, string>> = {
  integer: 'int32',
  float: 'float32',
  double: 'float64',
  datetime: 'datetime64[ns]'
};

/** A cell that runs as it is. */
export function modelSnippet(options: {
  name: string;
  /** `@champion`, or a version. */
  which: { alias: string } | { version: number };
  signature: Signature | null;
}): string {
  const { name, which, signature } = options;
  const reference =
    'alias' in which ? `${name}@${which.alias}` : `${name}/${which.version}`;
  const load = `model = mlx.models.load(${pythonText(reference)})`;
  const example = signature?.example;
  if (!example || typeof example !== 'object' || Array.isArray(example)) {
    return `import jupyter_mlx as mlx\n\n${load}\nmodel`;
  }
  const row = example as Record<string, unknown>;
  const types = dtypes(signature.inputs, row);
  const casts = Object.keys(types).length
    ? `.astype(${pythonText(types)})`
    : '';
  return [
    'import jupyter_mlx as mlx',
    'import pandas as pd',
    '',
    load,
    `rows = pd.DataFrame([${pythonText(row)}])${casts}`,
    'model.predict(rows)'
  ].join('\n');
}

/** The columns that pandas would read as another type than the signature has. */
function dtypes(
  inputs: ReadonlyArray<SignatureField>,
  row: Readonly<Record<string, unknown>>
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, type } of inputs) {
    const value = name === null ? null : row[name];
    if (name === null || value === null || value === undefined) {
      continue;
    }
    // JSON does not tell 1.0 from 1.
    if (type in DTYPES && (type !== 'double' || Number.isInteger(value))) {
      found[name] = DTYPES[type];
    }
  }
  return found;
}

/** A JSON value as Python writes it. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    return `[${value.map(pythonText).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).map(
      ([key, one]) => `${pythonText(key)}: ${pythonText(one)}`
    );
    return `{${members.join(', ')}}`;
  }
  // Texts of JSON are texts of Python, too, once surrogates are escaped in pairs as they came.
  return JSON.stringify(value);
}
