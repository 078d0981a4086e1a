/**
 * The form's fields.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { MlxError } from '../../api/errors';
import type { Parameter } from '../../api/types';
import type { FormModel } from './model';
import { textOf } from './parameters';
import type { ISettings } from './request';

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

/** A setting that is a line of text. */
export function TextField(props: {
  model: FormModel;
  field: keyof ISettings;
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

/** A parameter of the notebook, as its type wants it. */
export function ParameterField(props: {
  model: FormModel;
  parameter: Parameter;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, parameter, trans } = props;
  const kind = parameter.annotation || parameter.type;
  const hint = [kind === 'any' ? '' : kind, parameter.help]
    .filter(Boolean)
    .join(' · ');
  return (
    <Field
      id={`${model.key}-parameter-${parameter.name}`}
      label={parameter.name}
      hint={hint}
      error={model.errorOf(`parameters.${parameter.name}`)}
    >
      {aria => (
        <ParameterControl
          aria={aria}
          parameter={parameter}
          text={model.text(parameter.name)}
          onChange={text => model.setText(parameter.name, text)}
          trans={trans}
        />
      )}
    </Field>
  );
}

function ParameterControl(props: {
  aria: { id: string };
  parameter: Parameter;
  text: string;
  onChange: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { aria, parameter, text, onChange, trans } = props;
  const asDefault = trans.__('default: %1', parameter.default_source);
  if (parameter.choices?.length) {
    return (
      <select
        {...aria}
        className="jp-mlx-Select"
        value={text}
        onChange={event => onChange(event.target.value)}
      >
        {parameter.default === null && <option value="">{asDefault}</option>}
        {parameter.choices.map(choice => {
          const value = textOf(parameter, choice);
          return (
            <option key={value} value={value}>
              {value}
            </option>
          );
        })}
      </select>
    );
  }
  if (parameter.type === 'bool' && parameter.default !== null) {
    return (
      <input
        {...aria}
        type="checkbox"
        checked={text === 'true'}
        onChange={event => onChange(String(event.target.checked))}
      />
    );
  }
  if (parameter.type === 'dict' || text.includes('\n') || text.length > 80) {
    return (
      <textarea
        {...aria}
        className="jp-mlx-Input jp-mlx-mod-code"
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        placeholder={asDefault}
        value={text}
        onChange={event => onChange(event.target.value)}
      />
    );
  }
  return (
    <input
      {...aria}
      className={`jp-mlx-Input ${parameter.type === 'str' ? '' : 'jp-mlx-mod-code'}`}
      type="text"
      inputMode={
        parameter.type === 'int'
          ? 'numeric'
          : parameter.type === 'float'
            ? 'decimal'
            : undefined
      }
      placeholder={asDefault}
      value={text}
      onChange={event => onChange(event.target.value)}
    />
  );
}
