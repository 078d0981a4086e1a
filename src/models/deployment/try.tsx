/**
 * The Try it tab: a form with the signature's fields, and what the model answers.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Scored } from '../../api/types';
import { Field } from '../../ui/fields';
import { formatNumber } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { Rows } from '../../ui/rows';
import { InputField } from './input-field';
import { hasFields } from './inputs';
import type { ITabProps } from './parts';
import { answerTable } from './predictions';
import { ROWS } from './try-model';

/** The form beside its answer. */
export function TryTab(props: ITabProps): JSX.Element | null {
  const { model, trans } = props;
  const { trial } = model;
  useSignals(model.changed, trial.changed);
  if (!model.deployment.value || model.isRemoved) {
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
  if (trial.refusedField) {
    return (
      <div className="jp-mlx-Note" role="status">
        {trial.refusedField === ROWS
          ? trans.__('Nothing was scored: see what is said of the rows.')
          : trans.__(
              'Nothing was scored: see what is said of “%1”.',
              trial.refusedField
            )}
      </div>
    );
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
