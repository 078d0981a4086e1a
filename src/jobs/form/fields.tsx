/**
 * The form's fields for parameters.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Parameter } from '../../api/types';
import { Field } from '../../ui/fields';
import type { FormModel } from './model';
import { textOf } from './parameters';

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
