/**
 * The view of the form that adds a source.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { sourceIcon } from '../../icons';
import { ScheduleFields } from '../../jobs/form/schedule';
import { ChoiceField, Field, TextField } from '../../ui/fields';
import { FormFrame, FormReady } from '../../ui/form';
import { FormWidget } from '../../ui/form-widget';
import { useSignals } from '../../ui/hooks';
import type { SourceFormModel } from './model';
import { kindText, moreExample } from './request';

/**
 * The form as a widget.
 */
export class SourceFormWidget extends FormWidget<SourceFormWidget.IOptions> {
  constructor(options: SourceFormWidget.IOptions) {
    super(options);
    const { trans, model } = options;
    this.title.icon = sourceIcon;
    this.title.label = trans.__('Add to the catalog');
    void model.load();
  }

  /** Where the place is given Enter is enough. */
  protected override get first(): string {
    return this.props.model.settings.location ? '[type="submit"]' : 'input';
  }

  protected override render(): JSX.Element {
    return <SourceForm {...this.props} onDrawn={this.onDrawn} />;
  }
}

export namespace SourceFormWidget {
  export interface IOptions {
    model: SourceFormModel;
    trans: TranslationBundle;
    /** Called with what a submission made. */
    onDone: (result: SourceFormModel.IResult) => void;
  }
}

function SourceForm(
  props: SourceFormWidget.IOptions & { onDrawn: () => void }
): JSX.Element {
  const { model, onDrawn, trans } = props;
  useSignals(model.changed);
  return (
    <FormReady
      isReady={model.config !== null}
      loading={trans.__('Reading the configuration…')}
      error={model.loadError}
      onRetry={() => void model.load()}
      onDrawn={onDrawn}
      trans={trans}
    >
      {() => <Fields {...props} />}
    </FormReady>
  );
}

function Fields(props: SourceFormWidget.IOptions): JSX.Element {
  const { model, trans, onDone } = props;
  const submit = async (): Promise<void> => {
    const result = await model.submit();
    if (result) {
      onDone(result);
    }
  };
  return (
    <FormFrame
      title={trans.__('Add to the catalog')}
      lead={trans.__(
        'A crawl writes down the tables, columns and types that it finds. The data stays in its place.'
      )}
      error={model.submission.error}
      submit={model.crawlNow ? trans.__('Add and crawl') : trans.__('Add')}
      isSubmitting={model.submission.isSending}
      isWrong={!model.isValid && model.settings.location !== ''}
      onSubmit={submit}
      trans={trans}
    >
      <TextField
        model={model}
        field="location"
        label={trans.__('Where')}
        placeholder={trans.__('data/flights')}
        hint={
          model.kind
            ? kindText(model.kind, trans)
            : trans.__(
                'A folder, file or glob relative to the server’s root, s3://bucket/prefix, postgresql://…, mysql://…, sqlite:///…, dynamodb://, mongodb://…, redis://…'
              )
        }
      />
      <TextField
        model={model}
        field="name"
        label={trans.__('Name')}
        placeholder={trans.__('made from the place')}
      />
      {model.kind && model.kind !== 'files' && (
        <SecretField model={model} trans={trans} />
      )}
      <When model={model} trans={trans} />
      <More model={model} trans={trans} />
    </FormFrame>
  );
}

interface IPartProps {
  model: SourceFormModel;
  trans: TranslationBundle;
}

function SecretField(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  const names = model.config!.secrets;
  return (
    <Field
      id={`${model.key}-secret`}
      label={trans.__('Secret')}
      error={model.errorOf('secret')}
      hint={trans.__(
        'A password, or KEY:SECRET for an object store. A password in the address is kept as a secret, too.'
      )}
    >
      {aria => (
        <select
          {...aria}
          className="jp-mlx-Select"
          value={model.settings.secret}
          onChange={event => model.set('secret', event.target.value)}
        >
          <option value="">{trans.__('none')}</option>
          {names.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function When(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('When it is crawled')}</legend>
      <div className="jp-mlx-Choices">
        <label>
          <input
            type="checkbox"
            checked={model.crawlNow}
            onChange={event => {
              model.crawlNow = event.target.checked;
            }}
          />
          {trans.__('Now')}
        </label>
        <label>
          <input
            type="checkbox"
            checked={model.scheduled}
            onChange={event => {
              model.scheduled = event.target.checked;
            }}
          />
          {trans.__('On a schedule')}
        </label>
      </div>
      {model.scheduled && <ScheduleFields model={model} trans={trans} />}
    </fieldset>
  );
}

function More(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  return (
    <details className="jp-mlx-Details">
      <summary>
        {trans.__('More: database, what is left out, what changes do')}
      </summary>
      <TextField
        model={model}
        field="database"
        label={trans.__('Database')}
        placeholder={trans.__('by the source’s own rule')}
        hint={trans.__('Of the catalog, that the tables go to.')}
      />
      <TextField
        model={model}
        field="exclude"
        label={trans.__('Leave out')}
        lines={2}
        placeholder={trans.__('**/_tmp/**')}
        hint={trans.__('One pattern a line')}
      />
      <TextField
        model={model}
        field="prefix"
        label={trans.__('Table prefix')}
        placeholder={trans.__('none')}
      />
      <ChoiceField
        model={model}
        field="update"
        label={trans.__('Schema changes')}
        options={[
          ['', trans.__('Apply them (default)')],
          ['merge', trans.__('Only add new columns')],
          ['log', trans.__('Only report them')]
        ]}
      />
      <ChoiceField
        model={model}
        field="delete"
        label={trans.__('Tables that are gone')}
        options={[
          ['', trans.__('Mark them (default)')],
          ['delete', trans.__('Forget them')],
          ['log', trans.__('Only report them')]
        ]}
      />
      <TextField
        model={model}
        field="more"
        label={trans.__('Further options')}
        lines={2}
        placeholder={moreExample(model.kind)}
        hint={trans.__('Of this kind of source, as JSON.')}
      />
    </details>
  );
}
