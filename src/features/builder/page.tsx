/**
 * The page that puts a training set together: labels, features, then what it would be like.
 */
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { trainingSetIcon } from '../icons';
import { CommandIDs } from '../../tokens';
import { Field } from '../../ui/fields';
import { FormWidget, useDrawn } from '../../ui/form-widget';
import { useSignals } from '../../ui/hooks';
import { ErrorBox } from '../../ui/parts';
import { FeaturePicker } from '../picker/view';
import { LabelsField } from './labels';
import type { BuilderModel } from './model';
import { PreviewPart } from './preview';
import { pathsOf, relocated } from './snippet';

/** How many pages were made. */
let pages = 0;

/**
 * The page.
 */
export class BuilderPage extends FormWidget<BuilderPage.IOptions> {
  constructor(options: BuilderPage.IOptions) {
    super(options);
    this.model = options.model;
    this.addClass('jp-mlx-Builder');
    this.title.icon = trainingSetIcon;
    this.title.label = options.trans.__('Training set');
    this.title.caption = options.trans.__('Build a training set');
  }

  readonly model: BuilderModel;

  protected override get first(): string {
    return 'input[type="text"]';
  }

  protected override render(): JSX.Element {
    return <Builder {...this.props} id={this._key} onDrawn={this.onDrawn} />;
  }

  private _key = `jp-mlx-builder-${(pages += 1)}`;
}

export namespace BuilderPage {
  export interface IOptions {
    model: BuilderModel;
    commands: CommandRegistry;
    editors: IEditorServices | null;
    trans: TranslationBundle;
    /** Ask for a file; null where none was chosen. */
    chooseFile: (() => Promise<string | null>) | null;
    /** Write code into the current notebook, as it is to be in the notebook's folder. */
    insert: (code: (folder: string) => string) => Promise<void>;
  }
}

/** What the parts of the page share. */
export type IBuilderProps = BuilderPage.IOptions & {
  /** Starts the ids of the fields. */
  id: string;
};

function Builder(props: IBuilderProps & { onDrawn: () => void }): JSX.Element {
  const { model, trans, onDrawn } = props;
  useSignals(model.changed);
  useDrawn(true, onDrawn);
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
        <h2 className="jp-mlx-Form-title">
          {trans.__('Build a training set')}
        </h2>
        <p className="jp-mlx-Form-lead">
          {trans.__(
            'Features are looked up at the time of each label: as many rows as there are labels, with what was known then.'
          )}
        </p>
        {model.error && <ErrorBox error={model.error} trans={trans} />}
        <LabelsField {...props} />
        <TargetField {...props} />
        <FeaturesField {...props} />
        <Options {...props} />
        <Buttons {...props} />
      </div>
      <div className="jp-mlx-Builder-preview">
        <PreviewPart {...props} />
      </div>
    </form>
  );
}

function TargetField(props: IBuilderProps): JSX.Element | null {
  const { model, id, trans } = props;
  if (!model.labels.labels) {
    return null;
  }
  return (
    <Field
      id={`${id}-target`}
      label={trans.__('Target')}
      hint={trans.__(
        'What is to be predicted: features are held against it to find leaks.'
      )}
      error={model.errorOf('target')}
    >
      {aria => (
        <select
          {...aria}
          className="jp-mlx-Select"
          value={model.target}
          onChange={event => {
            model.target = event.target.value;
          }}
        >
          <option value="">{trans.__('none')}</option>
          {model.targets.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function FeaturesField(props: IBuilderProps): JSX.Element {
  const { model, id, trans } = props;
  const error = model.errorOf('features');
  const missing = model.missingKeys;
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('Features')}</legend>
      {error && (
        <ErrorBox
          error={
            typeof error === 'string' ? { code: '', message: error } : error
          }
          trans={trans}
        />
      )}
      {missing.length > 0 && (
        <div className="jp-mlx-Note" role="alert">
          {trans._n(
            'The labels have no column %2, by which these features are looked up. Name it so in a SELECT.',
            'The labels have no columns %2, by which these features are looked up. Name them so in a SELECT.',
            missing.length,
            missing.join(', ')
          )}
        </div>
      )}
      <FeaturePicker {...props} id={`${id}-picker`} model={model.picker} />
    </fieldset>
  );
}

function Options(props: IBuilderProps): JSX.Element {
  const { model, id, trans } = props;
  return (
    <>
      <Field
        id={`${id}-name`}
        label={trans.__('Name')}
        error={model.errorOf('name')}
      >
        {aria => (
          <input
            {...aria}
            className="jp-mlx-Input"
            type="text"
            placeholder={trans.__('none: it goes by its id')}
            value={model.name}
            onChange={event => {
              model.name = event.target.value;
            }}
          />
        )}
      </Field>
      <label className="jp-mlx-Choice">
        <input
          type="checkbox"
          checked={model.knownOnly}
          onChange={event => {
            model.knownOnly = event.target.checked;
          }}
        />
        {trans.__(
          'Only what was known then: leave out what was written down after the label’s time'
        )}
      </label>
    </>
  );
}

function Buttons(props: IBuilderProps): JSX.Element {
  const { model, commands, insert, trans } = props;
  const { busy, isReady } = model;
  const run = async (): Promise<void> => {
    const made = await model.submit();
    if (made) {
      await commands.execute(CommandIDs.openRun, { id: made.id });
    }
  };
  const write = async (): Promise<void> => {
    const code = await model.snippet();
    if (code !== null) {
      const paths = pathsOf(model.labels.kind, model.labels.reference);
      await insert(folder => relocated(code, paths, folder));
    }
  };
  return (
    <div className="jp-mlx-Form-foot">
      <button
        type="submit"
        className="jp-mlx-Button jp-mlx-mod-accept"
        disabled={!isReady}
        aria-disabled={busy !== null}
      >
        {busy === 'preview'
          ? trans.__('Is being looked at…')
          : trans.__('Preview')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={!isReady}
        aria-disabled={busy !== null}
        title={trans.__('Write code that makes it into a new cell')}
        onClick={() => void write()}
      >
        {trans.__('Insert in notebook')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={!isReady}
        aria-disabled={busy !== null}
        title={trans.__('Make it of all labels, with a record')}
        onClick={() => void run()}
      >
        {busy === 'submit'
          ? trans.__('Is being sent…')
          : trans.__('Run as job')}
      </button>
      {!isReady && (
        <span className="jp-mlx-Field-hint" role="status">
          {waitsFor(props)}
        </span>
      )}
    </div>
  );
}

/** What is missing before it can be looked at. */
function waitsFor(props: IBuilderProps): string {
  const { model, trans } = props;
  if (!model.labels.reference) {
    return trans.__('Choose labels first.');
  }
  if (model.labels.isPending) {
    return trans.__('The labels are being read…');
  }
  if (!model.labels.labels) {
    return trans.__('The labels cannot be read yet.');
  }
  if (model.hasTime === false) {
    return trans.__('The labels need a column of times.');
  }
  return model.picker.count === 0
    ? trans.__('Choose features.')
    : trans.__('The labels lack join keys.');
}
