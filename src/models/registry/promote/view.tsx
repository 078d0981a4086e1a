/**
 * The view of the form that promotes a version, and of what comes of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Policy } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { Field, TextField } from '../../../ui/fields';
import { FormFrame } from '../../../ui/form';
import { FormWidget, useDrawn } from '../../../ui/form-widget';
import { useSignals } from '../../../ui/hooks';
import { ErrorBox, Loading } from '../../../ui/parts';
import { isSureToMove, isSureToOverride } from '../actions';
import { promoteIcon } from '../icons';
import { PromotionResult } from '../promotion';
import { figureText, shortDigest, versionText } from '../words';
import { NO_VERSION } from './model';
import type { PromoteModel } from './model';

/**
 * The form as a widget.
 */
export class PromoteWidget extends FormWidget<PromoteWidget.IOptions> {
  constructor(options: PromoteWidget.IOptions) {
    super(options);
    const { trans, model } = options;
    this.title.icon = promoteIcon;
    this.title.label = trans.__('Promote');
    void model.load();
  }

  /** What is not filled in is what is asked for first. */
  protected override get first(): string {
    const { model } = this.props;
    return model.settings.name ? 'textarea' : 'input';
  }

  protected override render(): JSX.Element {
    return <Content {...this.props} onDrawn={this.onDrawn} />;
  }
}

export namespace PromoteWidget {
  export interface IOptions {
    model: PromoteModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Called when the form is no longer wanted. */
    onDone: () => void;
  }
}

type ContentProps = PromoteWidget.IOptions & { onDrawn: () => void };

function Content(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  useDrawn(model.isReady && !model.promotion, props.onDrawn);
  if (!model.isReady) {
    return <Loading text={trans.__('Reading the model…')} />;
  }
  return model.promotion ? <Result {...props} /> : <Form {...props} />;
}

function Form(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  const { guard } = model;
  return (
    <FormFrame
      className="jp-mlx-Promote"
      title={trans.__('Promote a version')}
      lead={trans.__(
        'An alias moves to another version: whatever loads the model by it gets that one. Where a policy guards the alias, its gate runs first, as a job.'
      )}
      error={model.submission.error}
      submit={submitLabel(model, trans)}
      isSubmitting={model.submission.isSending}
      beside={
        <button type="button" className="jp-mlx-Button" onClick={props.onDone}>
          {trans.__('Leave it')}
        </button>
      }
      onSubmit={() => submit(props)}
      trans={trans}
    >
      {model.loadError && (
        <ErrorBox
          error={model.loadError}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void model.load()
          }}
        />
      )}
      <Which {...props} />
      <TextField
        model={model}
        field="why"
        label={trans.__('Why')}
        lines={2}
        hint={trans.__('It is kept in the history of the alias.')}
      />
      {guard ? (
        <Guard policy={guard} trans={trans} />
      ) : (
        <Unguarded {...props} />
      )}
      {model.isGuarded && <Override {...props} />}
    </FormFrame>
  );
}

function submitLabel(model: PromoteModel, trans: TranslationBundle): string {
  if (model.override) {
    return trans.__('Override and promote…');
  }
  if (model.settings.version === NO_VERSION) {
    return trans.__('Take the alias away…');
  }
  return model.isGuarded ? trans.__('Check and promote') : trans.__('Promote…');
}

/** What moves at once, or whatever the gate says, is asked for once more. */
async function submit(props: ContentProps): Promise<void> {
  const { model, trans } = props;
  const { settings, from, to } = model;
  const move = {
    model: settings.name.trim(),
    alias: settings.alias.trim(),
    why: settings.why.trim()
  };
  const isSure = !model.isValid
    ? true
    : model.override
      ? await isSureToOverride(
          { ...move, version: versionText(to, trans) },
          trans
        )
      : model.isGuarded && to !== null
        ? true
        : await isSureToMove(
            {
              ...move,
              version: to === null ? null : versionText(to, trans),
              from: versionText(from, trans)
            },
            trans
          );
  if (isSure) {
    await model.submit();
  }
}

/** The model, its version, its alias. */
function Which(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  const aliases = [
    ...new Set([
      ...Object.keys(model.model?.aliases ?? {}),
      ...Object.keys(model.model?.guarded ?? {})
    ])
  ];
  return (
    <>
      <TextField
        model={model}
        field="name"
        label={trans.__('Model')}
        list={`${model.key}-names`}
      />
      <Options id={`${model.key}-names`} values={model.names} />
      <Field
        id={`${model.key}-version`}
        label={trans.__('Version')}
        error={model.errorOf('version')}
      >
        {aria => (
          <select
            {...aria}
            className="jp-mlx-Select"
            value={model.settings.version}
            onChange={event => model.set('version', event.target.value)}
          >
            {!model.settings.version && <option value="" />}
            {model.versions.map(one => (
              <option key={one.version} value={one.version}>
                {[`v${one.version}`, ...one.aliases].join(' · ')}
              </option>
            ))}
            {!model.versions.some(
              one => String(one.version) === model.settings.version
            ) &&
              /^\d+$/.test(model.settings.version) && (
                <option value={model.settings.version}>
                  {versionText(Number(model.settings.version), trans)}
                </option>
              )}
            <option value={NO_VERSION}>
              {trans.__('none: take the alias away')}
            </option>
          </select>
        )}
      </Field>
      <TextField
        model={model}
        field="alias"
        label={trans.__('Alias')}
        list={`${model.key}-aliases`}
        hint={
          model.from === null
            ? trans.__('No version has it now.')
            : trans.__('Version %1 has it now.', model.from)
        }
      />
      <Options id={`${model.key}-aliases`} values={aliases} />
    </>
  );
}

/** What a field offers. */
export function Options(props: {
  id: string;
  values: ReadonlyArray<string>;
}): JSX.Element {
  return (
    <datalist id={props.id}>
      {props.values.map(value => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

/** What a version has to pass. */
function Guard(props: {
  policy: Policy;
  trans: TranslationBundle;
}): JSX.Element {
  const { policy, trans } = props;
  return (
    <div className="jp-mlx-Preview" role="status">
      <strong title={policy.digest}>
        {trans.__(
          '%1, version %2 (%3), guards this alias:',
          policy.name,
          policy.number,
          shortDigest(policy.digest)
        )}
      </strong>
      <ul>
        {policy.checks.map(check => (
          <li key={check.name}>
            {check.name} <code>{check.kind}</code> {figureText(check.bound)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Unguarded(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="jp-mlx-Preview" role="status">
      {model.isGuarded
        ? trans.__('A policy guards this alias.')
        : trans.__('No policy guards this alias: it moves at once.')}
    </div>
  );
}

function Override(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  return (
    <details className="jp-mlx-Details" open={model.override || undefined}>
      <summary>{trans.__('Whatever the gate says')}</summary>
      <div className="jp-mlx-Choices">
        <label>
          <input
            type="checkbox"
            checked={model.override}
            onChange={event => {
              model.override = event.target.checked;
            }}
          />
          {trans.__(
            'Promote it even if the gate refuses: administrators only, with a reason'
          )}
        </label>
      </div>
    </details>
  );
}

/** What came of it, live. */
function Result(props: ContentProps): JSX.Element | null {
  const { model, commands, trans, onDone } = props;
  const { promotion } = model;
  if (!promotion) {
    return null;
  }
  const { version, alias } = promotion;
  const name = promotion.model;
  const ended = promotion.state !== 'CHECKING';
  return (
    <div className="jp-mlx-Form-body jp-mlx-Promote jp-mlx-mod-result">
      <h2 className="jp-mlx-Form-title">
        {trans.__('%1: %2 → %3', name, versionText(version, trans), alias)}
      </h2>
      {model.submission.error && (
        <ErrorBox error={model.submission.error} trans={trans} />
      )}
      <PromotionResult {...props} promotion={promotion} />
      <div className="jp-mlx-Form-foot">
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-mod-accept"
          onClick={() => {
            void commands.execute(CommandIDs.openModel, {
              name,
              tab:
                ended && promotion.state === 'PROMOTED'
                  ? 'history'
                  : 'promotions'
            });
            onDone();
          }}
        >
          {trans.__('Open the model')}
        </button>
        {ended && promotion.state !== 'PROMOTED' && (
          <button
            type="button"
            className="jp-mlx-Button"
            onClick={() => model.again()}
          >
            {trans.__('Back to the form')}
          </button>
        )}
      </div>
    </div>
  );
}
