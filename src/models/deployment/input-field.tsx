/**
 * One field of a signature, typed as its type asks for.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { SignatureField } from '../../api/types';
import { Field } from '../../ui/fields';
import { kindOf } from './inputs';

interface IInputProps {
  id: string;
  field: SignatureField;
  text: string;
  placeholder?: string;
  error: React.ComponentProps<typeof Field>['error'];
  onChange: (text: string) => void;
  trans: TranslationBundle;
}

/** The field with its type, and what is wrong with it. */
export function InputField(props: IInputProps): JSX.Element {
  const { id, field, error, trans } = props;
  const shape = field.shape ? ` ${JSON.stringify(field.shape)}` : '';
  return (
    <Field
      id={id}
      label={field.name ?? ''}
      hint={[
        `${field.type}${shape}`,
        !field.required && trans.__('may be left out')
      ]
        .filter(Boolean)
        .join(' · ')}
      error={error}
    >
      {aria => (
        <Control
          {...props}
          aria={{ ...aria, 'aria-required': field.required }}
        />
      )}
    </Field>
  );
}

function Control(
  props: IInputProps & { aria: React.AriaAttributes & { id: string } }
): JSX.Element {
  const { field, text, placeholder, onChange, aria, trans } = props;
  const kind = kindOf(field);
  if (kind === 'boolean') {
    return (
      <select
        {...aria}
        className="jp-mlx-Select"
        value={text}
        onChange={event => onChange(event.target.value)}
      >
        <option value="">{placeholder ?? '–'}</option>
        <option value="true">{trans.__('true')}</option>
        <option value="false">{trans.__('false')}</option>
      </select>
    );
  }
  const common = {
    ...aria,
    placeholder,
    value: text,
    onChange: (
      event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
    ) => onChange(event.target.value)
  };
  if (kind === 'json') {
    return (
      <textarea
        {...common}
        className="jp-mlx-Input jp-mlx-mod-code"
        rows={2}
        spellCheck={false}
      />
    );
  }
  // A time with a zone or parts of a second is one that the browser's field can't show.
  const isClock = kind === 'time' && /^(\d{4}-\d\d-\d\dT[\d:]+)?$/.test(text);
  return (
    <input
      {...common}
      className="jp-mlx-Input"
      type={isClock ? 'datetime-local' : 'text'}
      step={isClock ? 1 : undefined}
      inputMode={kind === 'whole' || kind === 'number' ? 'decimal' : undefined}
    />
  );
}
