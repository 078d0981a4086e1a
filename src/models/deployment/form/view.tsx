/**
 * The view of the form that deploys a model.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Deployment } from '../../../api/types';
import { ChoiceField, Field, TextField } from '../../../ui/fields';
import { FormFrame, FormReady } from '../../../ui/form';
import { FormWidget } from '../../../ui/form-widget';
import { useSignals } from '../../../ui/hooks';
import { deploymentIcon } from '../icon';
import { targetLabel } from '../words';
import type { DeployFormModel } from './model';
import { NEEDED, OPTIONS, TARGETS } from './request';
import type { OptionName, Target } from './request';
import { optionWords } from './words';

/**
 * The form as a widget.
 */
export class DeployFormWidget extends FormWidget<DeployFormWidget.IOptions> {
  constructor(options: DeployFormWidget.IOptions) {
    super(options);
    this.addClass('jp-mlx-DeployForm');
    this.title.icon = deploymentIcon;
    this.title.label = options.trans.__('Deploy a model');
  }

  /** Where the model is given Enter is enough. */
  protected override get first(): string {
    return this.props.model.settings.model ? '[type="submit"]' : 'input';
  }

  protected override render(): JSX.Element {
    return <DeployForm {...this.props} onDrawn={this.onDrawn} />;
  }
}

export namespace DeployFormWidget {
  export interface IOptions {
    model: DeployFormModel;
    trans: TranslationBundle;
    /** Called with what a submission made. */
    onDone: (deployment: Deployment) => void;
  }
}

interface IPartProps {
  model: DeployFormModel;
  trans: TranslationBundle;
}

function DeployForm(
  props: DeployFormWidget.IOptions & { onDrawn: () => void }
): JSX.Element {
  const { model, onDrawn, trans } = props;
  useSignals(model.changed);
  return (
    <FormReady
      isReady={model.isReady}
      loading={trans.__('The registered models are asked for…')}
      onDrawn={onDrawn}
      trans={trans}
    >
      {() => <Fields {...props} />}
    </FormReady>
  );
}

function Fields(props: DeployFormWidget.IOptions): JSX.Element {
  const { model, trans, onDone } = props;
  const submit = async (): Promise<void> => {
    const deployment = await model.submit();
    if (deployment) {
      onDone(deployment);
    }
  };
  return (
    <FormFrame
      title={trans.__('Deploy a model')}
      lead={trans.__(
        'A version answers requests at an address. Others can join it later, as canaries or shadows, and any change can be rolled back.'
      )}
      error={model.submission.error}
      submit={trans.__('Deploy')}
      isSubmitting={model.submission.isSending}
      isWrong={model.isRefused}
      onSubmit={submit}
      trans={trans}
    >
      <ModelField {...props} />
      <VersionField {...props} />
      <TextField
        model={model}
        field="name"
        label={trans.__('Name')}
        hint={trans.__('How the deployment is called.')}
      />
      <ChoiceField
        model={model}
        field="target"
        label={trans.__('Where')}
        hint={targetHint(model.target, trans)}
        options={TARGETS.map(target => [target, targetLabel(target, trans)])}
      />
      <Options {...props} />
      <TextField
        model={model}
        field="why"
        label={trans.__('Why')}
        placeholder={trans.__('kept with the first revision')}
      />
    </FormFrame>
  );
}

function ModelField({ model, trans }: IPartProps): JSX.Element {
  const list = `${model.key}-names`;
  return (
    <Field
      id={`${model.key}-model`}
      label={trans.__('Model')}
      error={model.errorOf('model')}
    >
      {aria => (
        <>
          <input
            {...aria}
            className="jp-mlx-Input"
            type="text"
            list={list}
            placeholder={trans.__('the name of a registered model')}
            value={model.settings.model}
            onChange={event => model.set('model', event.target.value)}
            onBlur={() => void model.seek()}
          />
          <datalist id={list}>
            {model.names.map(name => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function VersionField({ model, trans }: IPartProps): JSX.Element {
  const aliases = Object.entries(model.model?.aliases ?? {});
  const { which } = model.settings;
  const values = [
    ...aliases.map(([alias]) => `alias:${alias}`),
    ...model.versions.map(one => `version:${one.version}`)
  ];
  return (
    <Field
      id={`${model.key}-which`}
      label={trans.__('Version')}
      hint={trans.__(
        'An alias means the version that has it now: the deployment stays with that one until it is changed.'
      )}
      error={model.errorOf('which')}
    >
      {aria => (
        <select
          {...aria}
          className="jp-mlx-Select"
          value={which}
          onChange={event => model.set('which', event.target.value)}
        >
          {!which && <option value="">–</option>}
          {which && !values.includes(which) && (
            <option value={which}>{which.replace(':', ' ')}</option>
          )}
          {aliases.map(([alias, version]) => (
            <option key={alias} value={`alias:${alias}`}>
              {trans.__('%1, now version %2', alias, version)}
            </option>
          ))}
          {model.versions.map(({ version }) => (
            <option key={version} value={`version:${version}`}>
              {trans.__('version %1', version)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function targetHint(target: Target, trans: TranslationBundle): string {
  switch (target) {
    case 'local':
      return trans.__(
        'A process of the agent on this machine answers behind one port, with a token.'
      );
    case 'sagemaker':
      return trans.__(
        'The model is packed into the bucket, and an endpoint is made at AWS with the credentials of the server.'
      );
    case 'container':
      return trans.__(
        'A folder with all that “docker build” needs is written. Nothing is run.'
      );
    case 'ray':
      return trans.__('An application of Ray Serve, on a Ray cluster.');
  }
}

/** What the target can't do without; the rest is folded. */
function Options({ model, trans }: IPartProps): JSX.Element {
  const { target } = model;
  const needed = NEEDED[target];
  const more = OPTIONS[target].filter(name => !needed.includes(name));
  const field = (name: OptionName): JSX.Element => (
    <TextField
      key={name}
      model={model}
      field={name}
      {...optionWords(name, trans)}
    />
  );
  // What is wrong is seen.
  const isWrong = more.some(name => model.errorOf(name));
  return (
    <>
      {needed.map(field)}
      {more.length > 0 && (
        <details className="jp-mlx-Details" open={isWrong || undefined}>
          <summary>{trans.__('More options')}</summary>
          {more.map(field)}
        </details>
      )}
    </>
  );
}
