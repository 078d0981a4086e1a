/**
 * The view of the form that evaluates a version.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Run } from '../../../api/types';
import { ChoiceField, Field, TextField } from '../../../ui/fields';
import { FormFrame, FormReady } from '../../../ui/form';
import { FormWidget } from '../../../ui/form-widget';
import { useSignals } from '../../../ui/hooks';
import { IconButton } from '../../../ui/parts';
import { evaluateIcon } from '../icons';
import { Options } from '../promote/view';
import { CHAMPION } from '../words';
import type { EvaluateModel } from './model';

/**
 * The form as a widget.
 */
export class EvaluateWidget extends FormWidget<EvaluateWidget.IOptions> {
  constructor(options: EvaluateWidget.IOptions) {
    super(options);
    const { trans, model } = options;
    this.title.icon = evaluateIcon;
    this.title.label = trans.__('Evaluate');
    void model.load();
  }

  /** What is not filled in is what is asked for first; where all is, Enter is enough. */
  protected override get first(): string {
    const { model } = this.props;
    if (model.isValid) {
      return '[type="submit"]';
    }
    const { settings, key } = model;
    const empty = ['model', 'version', 'data', 'target'].find(
      field => !settings[field]
    );
    return empty ? `#${CSS.escape(`${key}-${empty}`)}` : 'input';
  }

  protected override render(): JSX.Element {
    return <Form {...this.props} onDrawn={this.onDrawn} />;
  }
}

export namespace EvaluateWidget {
  export interface IOptions {
    model: EvaluateModel;
    trans: TranslationBundle;
    /** Asks for a file with rows; null where the application can not. */
    chooseFile: (() => Promise<string | null>) | null;
    /** Called with the job that a submission queued, and what it measures. */
    onDone: (of: { name: string; version: number }, run: Run) => void;
  }
}

type FormProps = EvaluateWidget.IOptions & { onDrawn: () => void };

function Form(props: FormProps): JSX.Element {
  const { model, onDrawn, trans } = props;
  useSignals(model.changed);
  return (
    <FormReady
      isReady={model.isReady}
      loading={trans.__('Reading the version…')}
      onDrawn={onDrawn}
      trans={trans}
    >
      {() => <Fields {...props} />}
    </FormReady>
  );
}

function Fields(props: FormProps): JSX.Element {
  const { model, trans, onDone } = props;
  const submit = async (): Promise<void> => {
    const run = await model.submit();
    if (run) {
      const { model: name, version } = model.settings;
      onDone({ name: name.trim(), version: Number(version) }, run);
    }
  };
  return (
    <FormFrame
      title={trans.__('Evaluate a version')}
      lead={trans.__(
        'A job measures the version on data: metrics with intervals, slices, calibration, and whether it is better than the champion on the same rows.'
      )}
      error={model.submission.error}
      submit={trans.__('Evaluate')}
      isSubmitting={model.submission.isSending}
      onSubmit={submit}
      trans={trans}
    >
      <TextField
        model={model}
        field="model"
        label={trans.__('Model')}
        list={`${model.key}-models`}
      />
      <Options id={`${model.key}-models`} values={model.names} />
      <TextField model={model} field="version" label={trans.__('Version')} />
      <ChoiceField
        model={model}
        field="kind"
        label={trans.__('What it does')}
        options={[
          ['classifier', trans.__('It classifies')],
          ['regressor', trans.__('It estimates numbers')],
          ['forecaster', trans.__('It forecasts over time')]
        ]}
      />
      <DataField {...props} />
      <TextField
        model={model}
        field="target"
        label={trans.__('Target')}
        hint={trans.__('The column with the truth.')}
      />
      {model.settings.kind === 'forecaster' && (
        <TextField
          model={model}
          field="time"
          label={trans.__('Time')}
          hint={trans.__('The column of time.')}
        />
      )}
      <TextField
        model={model}
        field="slices"
        label={trans.__('Slices')}
        list={`${model.key}-columns`}
        hint={trans.__(
          'Columns, with commas between them: each of their values is measured by itself.'
        )}
      />
      <Options id={`${model.key}-columns`} values={model.columns} />
      <More model={model} trans={trans} />
    </FormFrame>
  );
}

/** What it is measured on: offered, typed, or a file that is chosen. */
function DataField(props: FormProps): JSX.Element {
  const { model, chooseFile, trans } = props;
  const choose = async (): Promise<void> => {
    const path = await chooseFile?.();
    if (path) {
      model.set('data', path);
    }
  };
  return (
    <Field
      id={`${model.key}-data`}
      label={trans.__('Data')}
      hint={trans.__(
        'A training set, a table as database.table, or a Parquet or CSV file relative to the server’s root. Rows that it has not learned from say most.'
      )}
      error={model.errorOf('data')}
    >
      {aria => (
        <span className="jp-mlx-Builder-path">
          <input
            {...aria}
            className="jp-mlx-Input"
            type="text"
            list={`${model.key}-sets`}
            value={model.settings.data}
            onChange={event => model.set('data', event.target.value)}
          />
          <Options id={`${model.key}-sets`} values={model.offered} />
          {chooseFile && (
            <IconButton
              icon={folderIcon}
              label={trans.__('Choose file…')}
              onClick={() => void choose()}
            />
          )}
        </span>
      )}
    </Field>
  );
}

/** The fields that are folded. */
const MORE = [
  'where',
  'champion',
  'metric',
  'cluster',
  'bootstrap',
  'seed'
] as const;

function More(props: {
  model: EvaluateModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  // What is wrong is not left folded away.
  const isWrong = MORE.some(field => model.errorOf(field) !== '');
  return (
    <details className="jp-mlx-Details" open={isWrong || undefined}>
      <summary>
        {trans.__('More: which rows, which champion, how intervals are drawn')}
      </summary>
      <TextField
        model={model}
        field="where"
        label={trans.__('Only rows where')}
        placeholder={trans.__('year = 2013')}
        hint={trans.__('A condition in SQL.')}
      />
      <TextField
        model={model}
        field="champion"
        label={trans.__('Compared with')}
        placeholder={CHAMPION}
        hint={trans.__('An alias, or a version.')}
      />
      <TextField
        model={model}
        field="metric"
        label={trans.__('By the metric')}
        placeholder={trans.__('the usual one of its kind')}
      />
      <TextField
        model={model}
        field="cluster"
        label={trans.__('Rows that belong together')}
        hint={trans.__(
          'A column: rows with the same value are drawn together, so that intervals are not too narrow.'
        )}
      />
      <TextField
        model={model}
        field="bootstrap"
        label={trans.__('Draws')}
        placeholder={trans.__('as many as usual')}
      />
      <TextField
        model={model}
        field="seed"
        label={trans.__('Seed')}
        placeholder="0"
      />
    </details>
  );
}
