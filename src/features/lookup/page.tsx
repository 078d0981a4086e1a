/**
 * The page that shows what is served for one entity.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { searchIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { show } from '../../ui/bars';
import { Field } from '../../ui/fields';
import { FormWidget, useDrawn } from '../../ui/form-widget';
import { formatNumber } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { FeaturePicker } from '../picker/view';
import type { LookUpModel } from './model';

/** How many pages were made. */
let pages = 0;

/**
 * The page.
 */
export class LookUpPage extends FormWidget<LookUpPage.IOptions> {
  constructor(options: LookUpPage.IOptions) {
    super(options);
    this.model = options.model;
    this.addClass('jp-mlx-LookUp');
    this.title.icon = searchIcon;
    this.title.label = options.trans.__('Look up');
    this.title.caption = options.trans.__('What is served for one entity');
  }

  readonly model: LookUpModel;

  protected override get first(): string {
    return 'input[type="text"], input';
  }

  protected override render(): JSX.Element {
    return <LookUp {...this.props} id={this._key} onDrawn={this.onDrawn} />;
  }

  private _key = `jp-mlx-look-up-${(pages += 1)}`;
}

export namespace LookUpPage {
  export interface IOptions {
    model: LookUpModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}

type Props = LookUpPage.IOptions & { id: string };

function LookUp(props: Props & { onDrawn: () => void }): JSX.Element {
  const { model, id, trans, onDrawn } = props;
  useSignals(model.changed);
  useDrawn(model.inputs.length > 0, onDrawn);
  return (
    <form
      className="jp-mlx-Builder-body"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void model.look();
      }}
    >
      <div className="jp-mlx-Builder-form">
        <h2 className="jp-mlx-Form-title">{trans.__('Look up an entity')}</h2>
        <p className="jp-mlx-Form-lead">
          {trans.__(
            'What a model that asks the online store now gets for one entity.'
          )}
        </p>
        <fieldset className="jp-mlx-Fieldset">
          <legend>{trans.__('Features')}</legend>
          <FeaturePicker {...props} id={`${id}-picker`} model={model.picker} />
        </fieldset>
        <Inputs {...props} />
        <div className="jp-mlx-Form-foot">
          <button
            type="submit"
            className="jp-mlx-Button jp-mlx-mod-accept"
            disabled={!model.isReady}
            aria-disabled={model.isPending}
          >
            {trans.__('Look up')}
          </button>
          {!model.isReady && (
            <span className="jp-mlx-Field-hint" role="status">
              {model.picker.count === 0
                ? trans.__('Choose features.')
                : trans.__('Give each key a value.')}
            </span>
          )}
        </div>
      </div>
      <div className="jp-mlx-Builder-preview">
        <Answer {...props} />
      </div>
    </form>
  );
}

function Inputs(props: Props): JSX.Element | null {
  const { model, trans } = props;
  if (model.picker.count === 0) {
    return null;
  }
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('Entity')}</legend>
      {model.inputs.map(name => (
        <Input key={name} {...props} name={name} />
      ))}
    </fieldset>
  );
}

function Input(props: Props & { name: string }): JSX.Element {
  const { model, id, name, trans } = props;
  const about = model.about(name);
  const wrong = model.errorOf(name);
  return (
    <Field
      id={`${id}-${name}`}
      label={name}
      hint={
        about && [about.type, about.description].filter(Boolean).join(' · ')
      }
      error={
        wrong === 'whole'
          ? trans.__('A whole number.')
          : wrong === 'number'
            ? trans.__('A number.')
            : ''
      }
    >
      {aria => (
        <span className="jp-mlx-Builder-path">
          <input
            {...aria}
            className="jp-mlx-Input"
            type="text"
            value={model.valueOf(name)}
            onChange={event => model.set(name, event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

function Answer(props: Props): JSX.Element {
  const { model, trans } = props;
  const { served, error, milliseconds } = model;
  if (error) {
    return <ErrorBox error={error} trans={trans} />;
  }
  if (model.isPending) {
    return <Loading text={trans.__('The online store is asked…')} />;
  }
  if (!served) {
    return (
      <Empty
        text={trans.__(
          'Choose features, give the entity’s keys, and see its values with the time that the reading took.'
        )}
      />
    );
  }
  return (
    <>
      <p className="jp-mlx-Sample-note" role="status">
        {trans.__('Read in %1 ms', formatNumber(milliseconds))}
      </p>
      {model.isUnknown && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'Nothing is stored for this entity. Its values come with a materialization after they are in the source.'
          )}
        </div>
      )}
      <table className="jp-mlx-Table jp-mlx-Served">
        <thead>
          <tr>
            <th scope="col">{trans.__('Feature')}</th>
            <th scope="col">{trans.__('Value')}</th>
          </tr>
        </thead>
        <tbody>
          {served.map(({ name, value }) => (
            <tr key={name} data-served={name}>
              <th scope="row">{name}</th>
              <td data-null={value === null ? '' : undefined}>
                <code>{value === null ? trans.__('null') : show(value)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
