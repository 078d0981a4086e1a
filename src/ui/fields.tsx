/**
 * Fields of forms.
 */
import * as React from 'react';

import { MlxError } from '../api/errors';

/** What is wrong with a field, below it. */
function FieldError(props: {
  id: string;
  error: MlxError | string;
}): JSX.Element | null {
  const { id, error } = props;
  if (!error) {
    return null;
  }
  return (
    <div id={id} className="jp-mlx-Field-error" role="alert">
      {typeof error === 'string' ? error : error.message}
      {error instanceof MlxError && error.remedy && (
        <span className="jp-mlx-Field-remedy"> {error.remedy}</span>
      )}
    </div>
  );
}

/** A label, a control, a hint and an error, tied together for a screen reader. */
export function Field(props: {
  id: string;
  label: string;
  hint?: string;
  error: MlxError | string;
  children: (aria: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string;
  }) => JSX.Element;
}): JSX.Element {
  const { id, label, hint, error } = props;
  return (
    <div className="jp-mlx-Field" data-invalid={error ? true : undefined}>
      <label htmlFor={id} className="jp-mlx-Field-label">
        {label}
      </label>
      <div className="jp-mlx-Field-control">
        {props.children({
          id,
          'aria-invalid': Boolean(error),
          'aria-describedby': `${id}-hint ${id}-error`
        })}
        {hint && (
          <div id={`${id}-hint`} className="jp-mlx-Field-hint">
            {hint}
          </div>
        )}
        <FieldError id={`${id}-error`} error={error} />
      </div>
    </div>
  );
}

/** A form whose settings are texts by name. */
export interface ITextForm<K extends string> {
  /** Starts the ids of the form's fields. */
  readonly key: string;
  readonly settings: Readonly<Record<K, string>>;
  set(field: K, value: string): void;
  errorOf(field: string): MlxError | string;
}

/** A setting that is a line of text. */
export function TextField<K extends string>(props: {
  model: ITextForm<K>;
  field: K;
  label: string;
  hint?: string;
  placeholder?: string;
  lines?: number;
  list?: string;
}): JSX.Element {
  const { model, field, label, hint, placeholder, lines, list } = props;
  const change = (
    event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
  ) => model.set(field, event.target.value);
  return (
    <Field
      id={`${model.key}-${field}`}
      label={label}
      hint={hint}
      error={model.errorOf(field)}
    >
      {aria =>
        lines ? (
          <textarea
            {...aria}
            className="jp-mlx-Input"
            rows={lines}
            placeholder={placeholder}
            value={model.settings[field]}
            onChange={change}
          />
        ) : (
          <input
            {...aria}
            className="jp-mlx-Input"
            type="text"
            list={list}
            placeholder={placeholder}
            value={model.settings[field]}
            onChange={change}
          />
        )
      }
    </Field>
  );
}

/** A setting that is one of a few. */
export function ChoiceField<K extends string>(props: {
  model: ITextForm<K>;
  field: K;
  label: string;
  hint?: string;
  options: ReadonlyArray<[string, string]>;
}): JSX.Element {
  const { model, field, label, hint, options } = props;
  return (
    <Field
      id={`${model.key}-${field}`}
      label={label}
      hint={hint}
      error={model.errorOf(field)}
    >
      {aria => (
        <select
          {...aria}
          className="jp-mlx-Select"
          value={model.settings[field]}
          onChange={event => model.set(field, event.target.value)}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
