/**
 * The Try it tab: a form with the signature's fields, and what the model answers.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Scored, SignatureField } from '../../api/types';
import { Field } from '../../ui/fields';
import { formatNumber } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { Rows } from '../../ui/rows';
import { hasFields, kindOf } from './inputs';
import type { ITabProps } from './parts';
import { answerTable } from './predictions';
import { ROWS } from './try-model';

/** The form beside its answer. */
export function TryTab(props: ITabProps): JSX.Element | null {
  const { model, trans } = props;
  const { trial } = model;
  useSignals(model.changed, trial.changed);
  if (!model.deployment.value) {
    return null;
  }
  return (
    <form
      className="jp-mlx-Try"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void trial.score();
      }}
    >
      <div className="jp-mlx-Try-form">
        <Head {...props} />
        {trial.mode === 'fields' ? (
          <Fields {...props} />
        ) : (
          <JsonRows {...props} />
        )}
        <Parameters {...props} />
        <div className="jp-mlx-Form-foot">
          <button
            type="submit"
            className="jp-mlx-Button jp-mlx-mod-accept"
            aria-disabled={trial.isPending}
          >
            {trans.__('Score')}
          </button>
          <button
            type="button"
            className="jp-mlx-Button"
            onClick={() => trial.fill()}
          >
            {trans.__('Fill with the example')}
          </button>
        </div>
      </div>
      <div className="jp-mlx-Try-answer" aria-live="polite">
        <Answer {...props} />
      </div>
    </form>
  );
}

/** How rows are typed, and which version is asked. */
function Head(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { trial } = model;
  const { routes = [] } = model.deployment.value ?? {};
  return (
    <div className="jp-mlx-TableTools">
      {hasFields(trial.signature) && (
        <span role="group" aria-label={trans.__('How rows are typed')}>
          {(['fields', 'rows'] as const).map(mode => (
            <button
              key={mode}
              type="button"
              className="jp-mlx-Chip"
              aria-pressed={trial.mode === mode}
              onClick={() => {
                if (trial.mode !== mode) {
                  trial.mode = mode;
                }
              }}
            >
              {mode === 'fields'
                ? trans.__('One row')
                : trans.__('Rows as JSON')}
            </button>
          ))}
        </span>
      )}
      <label>
        {trans.__('Asks')}
        <select
          className="jp-mlx-Select"
          value={trial.version ?? ''}
          onChange={event => {
            trial.version = event.target.value
              ? Number(event.target.value)
              : null;
          }}
        >
          <option value="">{trans.__('as the shares have it')}</option>
          {routes.map(({ version }) => (
            <option key={version} value={version}>
              {trans.__('version %1', version)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Fields({ model, trans }: ITabProps): JSX.Element {
  const { trial } = model;
  return (
    <>
      {(trial.signature?.inputs ?? []).map(field => (
        <InputField
          key={field.name}
          id={`jp-mlx-try-${model.name}-${field.name}`}
          field={field}
          text={trial.textOf(field.name ?? '')}
          error={trial.errorOf(field.name ?? '')}
          onChange={text => trial.set(field.name ?? '', text)}
          trans={trans}
        />
      ))}
    </>
  );
}

function Parameters({ model, trans }: ITabProps): JSX.Element | null {
  const { trial } = model;
  const { parameters } = trial;
  if (parameters.length === 0) {
    return null;
  }
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('Parameters')}</legend>
      {parameters.map((field, index) => (
        <InputField
          key={field.name}
          id={`jp-mlx-parameter-${model.name}-${field.name}`}
          field={field}
          placeholder={JSON.stringify(
            trial.signature?.parameters[index].default ?? null
          )}
          text={trial.parameterText(field.name ?? '')}
          error={trial.errorOf(field.name ?? '')}
          onChange={text => trial.setParameter(field.name ?? '', text)}
          trans={trans}
        />
      ))}
    </fieldset>
  );
}

interface IInputProps {
  id: string;
  field: SignatureField;
  text: string;
  placeholder?: string;
  error: React.ComponentProps<typeof Field>['error'];
  onChange: (text: string) => void;
  trans: TranslationBundle;
}

function InputField(props: IInputProps): JSX.Element {
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

function JsonRows(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { trial } = model;
  return (
    <Field
      id={`jp-mlx-try-${model.name}-rows`}
      label={trans.__('Rows')}
      hint={trans.__('A JSON list of objects, one a row, by column.')}
      error={trial.errorOf(ROWS)}
    >
      {aria => (
        <textarea
          {...aria}
          className="jp-mlx-Input jp-mlx-mod-code"
          rows={14}
          spellCheck={false}
          value={trial.rows}
          onChange={event => {
            trial.rows = event.target.value;
          }}
        />
      )}
    </Field>
  );
}

function Answer({ model, trans }: ITabProps): JSX.Element {
  const { trial } = model;
  if (trial.isPending) {
    return <Loading text={trans.__('The model is asked…')} />;
  }
  if (trial.error) {
    return <ErrorBox error={trial.error} trans={trans} />;
  }
  if (trial.scored) {
    return <Predictions scored={trial.scored} trans={trans} />;
  }
  return (
    <Empty
      text={trans.__(
        'Fill in a row and press Score: the answer comes from the deployment, as whoever calls it gets it.'
      )}
    />
  );
}

function Predictions(props: {
  scored: Scored;
  trans: TranslationBundle;
}): JSX.Element {
  const { scored, trans } = props;
  const { predictions, version, milliseconds } = scored;
  return (
    <>
      <p className="jp-mlx-Sample-note" role="status">
        {trans._n(
          'Version %2 answered %1 row in %3 ms',
          'Version %2 answered %1 rows in %3 ms',
          predictions.length,
          version,
          formatNumber(Number(milliseconds.toFixed(1)))
        )}
      </p>
      <Rows table={answerTable(predictions, trans)} trans={trans} />
    </>
  );
}
