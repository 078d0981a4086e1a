/**
 * The view of the form "Run as job".
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { runJobIcon } from '../../icons';
import { formatBytes, formatSeconds } from '../../ui/format';
import { TextField } from '../../ui/fields';
import { FormFrame, FormReady } from '../../ui/form';
import { FormWidget } from '../../ui/form-widget';
import { useSignals } from '../../ui/hooks';
import { ErrorBox } from '../../ui/parts';
import { ParameterField } from './fields';
import { KernelField, SecretsField } from './more';
import type { FormModel } from './model';
import { ScheduleFields } from './schedule';

/**
 * The form as a widget.
 */
export class RunFormWidget extends FormWidget<RunFormWidget.IOptions> {
  constructor(options: RunFormWidget.IOptions) {
    super(options);
    const { model, trans } = options;
    this.title.icon = runJobIcon;
    this.title.label = model.source
      ? trans.__('Clone %1', model.source.name)
      : trans.__('Run %1', baseName(model.path));
    this.title.caption = model.path;
    void model.load();
  }

  /** Enter must be enough: the button that runs is where the keyboard is. */
  protected override get first(): string {
    return '[type="submit"]';
  }

  protected override render(): JSX.Element {
    return <RunForm {...this.props} onDrawn={this.onDrawn} />;
  }
}

export namespace RunFormWidget {
  export interface IOptions {
    model: FormModel;
    trans: TranslationBundle;
    /** Called with what a submission made. */
    onDone: (result: FormModel.IResult) => void;
    /** Called before a submission; what it rejects with stops it. */
    beforeSubmit: () => Promise<void>;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function RunForm(
  props: RunFormWidget.IOptions & { onDrawn: () => void }
): JSX.Element {
  const { model, onDrawn, trans } = props;
  useSignals(model.changed);
  return (
    <FormReady
      isReady={model.info !== null && model.config !== null}
      loading={trans.__('Reading the parameters of %1…', model.path)}
      error={model.loadError}
      onRetry={() => void model.load()}
      onDrawn={onDrawn}
      trans={trans}
    >
      {() => <Fields {...props} />}
    </FormReady>
  );
}

function Fields(props: RunFormWidget.IOptions): JSX.Element {
  const { model, trans, onDone, beforeSubmit } = props;
  const [error, setError] = React.useState<Error | null>(null);
  const submit = async () => {
    setError(null);
    try {
      await beforeSubmit();
    } catch (reason) {
      setError(reason as Error);
      return;
    }
    const result = await model.submit();
    if (result) {
      onDone(result);
    }
  };
  return (
    <FormFrame
      title={
        model.source
          ? trans.__('Clone %1', model.source.name)
          : trans.__('Run %1 as a job', baseName(model.path))
      }
      lead={
        model.source
          ? trans.__(
              'The same version of the notebook with the same settings; change the parameters that should differ.'
            )
          : model.path
      }
      error={error ?? model.submission.error}
      submit={
        model.mode === 'schedule'
          ? trans.__('Create schedule')
          : trans.__('Run now')
      }
      isSubmitting={model.submission.isSending}
      isDisabled={!model.isValid}
      isWrong={!model.isValid}
      onSubmit={submit}
      trans={trans}
    >
      <Before model={model} trans={trans} />
      <Parameters model={model} trans={trans} />
      {!model.source && <When model={model} trans={trans} />}
      <More model={model} trans={trans} />
    </FormFrame>
  );
}

interface IPartProps {
  model: FormModel;
  trans: TranslationBundle;
}

/** How long it takes, and what is wrong with the notebook. */
function Before(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  const { forecast, problems } = model.info!;
  return (
    <>
      {forecast?.runs ? (
        <p className="jp-mlx-Form-lead">
          {trans._n(
            'The last run took %2.',
            'It usually takes %2, the median of %1 runs.',
            forecast.runs,
            formatSeconds(forecast.seconds ?? 0, trans)
          )}
          {forecast.memory_bytes
            ? ` ${trans.__('Memory: up to %1.', formatBytes(forecast.memory_bytes))}`
            : ''}
        </p>
      ) : null}
      {problems?.map(problem => (
        <ErrorBox key={problem.code} error={problem} trans={trans} />
      ))}
    </>
  );
}

function Parameters(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('Parameters')}</legend>
      {model.parameters.map(parameter => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          model={model}
          trans={trans}
        />
      ))}
      {!model.info!.inspected && !model.source && (
        <TextField
          model={model}
          field="extra"
          label={trans.__('As JSON')}
          lines={3}
          placeholder={trans.__('none')}
          hint={trans.__(
            'The notebook declares no parameters that can be read: tag a cell “parameters” to get a field for each.'
          )}
        />
      )}
      {model.info!.inspected && model.parameters.length === 0 && (
        <p className="jp-mlx-Field-hint">
          {trans.__('The cell tagged “parameters” declares none.')}
        </p>
      )}
      {model.source &&
        !model.info!.inspected &&
        model.parameters.length === 0 && (
          <p className="jp-mlx-Field-hint">
            {trans.__('The run had no parameters.')}
          </p>
        )}
      {model.isChanged && !model.source && (
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => model.resetParameters()}
        >
          {trans.__('Back to the notebook’s own values')}
        </button>
      )}
    </fieldset>
  );
}

function When(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  const modes: Array<[FormModel.Mode, string]> = [
    ['now', trans.__('Now')],
    ['schedule', trans.__('On a schedule')]
  ];
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('When')}</legend>
      <div className="jp-mlx-Choices">
        {modes.map(([mode, label]) => (
          <label key={mode}>
            <input
              type="radio"
              name={`${model.key}-when`}
              checked={model.mode === mode}
              onChange={() => model.setMode(mode)}
            />
            {label}
          </label>
        ))}
      </div>
      {model.mode === 'schedule' && (
        <ScheduleFields model={model} trans={trans}>
          <TextField
            model={model}
            field="scheduleName"
            label={trans.__('Schedule name')}
            placeholder={trans.__('the notebook’s')}
          />
        </ScheduleFields>
      )}
    </fieldset>
  );
}

function More(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  const name = (
    <TextField
      model={model}
      field="name"
      label={trans.__('Name')}
      placeholder={model.source?.name ?? baseName(model.path)}
    />
  );
  if (model.source) {
    return name;
  }
  return (
    <details className="jp-mlx-Details">
      <summary>
        {trans.__('More: kernel, GPUs, limits, files, secrets')}
      </summary>
      {name}
      <KernelField model={model} trans={trans} />
      <TextField
        model={model}
        field="gpus"
        label={trans.__('GPUs')}
        placeholder="0"
        hint={trans.__(
          'Of %1; the job waits until they are free.',
          model.config!.gpus
        )}
      />
      <TextField
        model={model}
        field="timeout_s"
        label={trans.__('Timeout')}
        placeholder={trans.__('none')}
        hint={trans.__('Seconds')}
      />
      <TextField
        model={model}
        field="retries"
        label={trans.__('Retries')}
        placeholder="0"
      />
      <TextField
        model={model}
        field="backoff_s"
        label={trans.__('Wait before a retry')}
        hint={trans.__('Seconds, doubled at each retry')}
      />
      <TextField
        model={model}
        field="include"
        label={trans.__('Side files')}
        lines={2}
        placeholder={trans.__('*.csv')}
        hint={trans.__(
          'One pattern a line, relative to the notebook’s folder. They are kept with the run, which then has a folder of its own.'
        )}
      />
      <SecretsField model={model} trans={trans} />
      <TextField
        model={model}
        field="tags"
        label={trans.__('Tags')}
        lines={2}
        placeholder={trans.__('team=risk')}
        hint={trans.__('One a line, as key=value')}
      />
    </details>
  );
}
