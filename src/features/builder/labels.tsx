/**
 * The field of the labels: where they are, and what columns they have.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Labels } from '../../api/types';
import { CodeField } from '../../ui/code';
import { Field } from '../../ui/fields';
import { formatNumber } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { IconButton } from '../../ui/parts';
import type { Kind } from './labels-model';
import type { IBuilderProps } from './page';

const KINDS: ReadonlyArray<Kind> = ['file', 'table', 'sql'];

/** The field. */
export function LabelsField(props: IBuilderProps): JSX.Element {
  const { model, trans, id } = props;
  const { labels } = model;
  useSignals(labels.changed);
  return (
    <fieldset className="jp-mlx-Fieldset">
      <legend>{trans.__('Labels')}</legend>
      <div className="jp-mlx-Choices" role="radiogroup">
        {KINDS.map(kind => (
          <label key={kind}>
            <input
              type="radio"
              name={`${id}-kind`}
              checked={labels.kind === kind}
              onChange={() => {
                labels.kind = kind;
              }}
            />
            {kindLabel(kind, trans)}
          </label>
        ))}
      </div>
      <Reference {...props} />
      {labels.isPending && (
        <p className="jp-mlx-Sample-note" role="status">
          {trans.__('Reading the columns…')}
        </p>
      )}
      {labels.labels && <Columns {...props} labels={labels.labels} />}
    </fieldset>
  );
}

function kindLabel(kind: Kind, trans: TranslationBundle): string {
  switch (kind) {
    case 'file':
      return trans.__('A file');
    case 'table':
      return trans.__('A table of the catalog');
    case 'sql':
      return trans.__('A SELECT');
  }
}

function Reference(props: IBuilderProps): JSX.Element {
  const { model, id, trans, editors, chooseFile } = props;
  const { labels } = model;
  const { kind } = labels;
  const error = model.errorOf('labels');
  const choose = async (): Promise<void> => {
    const path = await chooseFile?.();
    if (path) {
      labels.choose(path);
    }
  };
  return (
    <Field
      key={kind}
      id={`${id}-${kind}`}
      label={
        kind === 'file'
          ? trans.__('File')
          : kind === 'table'
            ? trans.__('Table')
            : trans.__('SELECT')
      }
      hint={hint(kind, trans)}
      error={error}
    >
      {aria =>
        kind === 'sql' ? (
          <CodeField
            id={aria.id}
            label={trans.__('SELECT that gives the labels')}
            value={labels.text}
            mimeType="text/x-sql"
            invalid={Boolean(error)}
            editors={editors}
            onChange={text => {
              labels.text = text;
            }}
          />
        ) : (
          <span className="jp-mlx-Builder-path">
            <input
              {...aria}
              className="jp-mlx-Input"
              type="text"
              list={`${id}-suggestions`}
              placeholder={
                kind === 'file'
                  ? trans.__('data/labels.parquet')
                  : trans.__('database.table')
              }
              value={labels.text}
              onChange={event => {
                labels.text = event.target.value;
              }}
            />
            <datalist id={`${id}-suggestions`}>
              {labels.suggestions.map(one => (
                <option key={one} value={one} />
              ))}
            </datalist>
            {kind === 'file' && chooseFile && (
              <IconButton
                icon={folderIcon}
                label={trans.__('Choose file…')}
                onClick={() => void choose()}
              />
            )}
          </span>
        )
      }
    </Field>
  );
}

function hint(kind: Kind, trans: TranslationBundle): string {
  switch (kind) {
    case 'file':
      return trans.__('CSV or Parquet, relative to the server’s root.');
    case 'table':
      return trans.__('As the catalog names it: database.table.');
    case 'sql':
      return trans.__(
        "DuckDB’s SQL over files and tables: SELECT * FROM 'data/labels.csv' WHERE year = 2013"
      );
  }
}

/** The columns by what they are for. */
function Columns(props: IBuilderProps & { labels: Labels }): JSX.Element {
  const { labels, trans } = props;
  const of = (role: Labels['columns'][number]['role']): string =>
    labels.columns
      .filter(one => one.role === role)
      .map(one => one.name)
      .join(', ');
  const facts: Array<[string, string]> = [
    [trans.__('Time'), of('time') || trans.__('none')],
    [trans.__('Keys'), of('key') || trans.__('none')],
    [trans.__('Others'), of('value') || trans.__('none')]
  ];
  return (
    <div className="jp-mlx-Preview" role="status">
      <strong>
        {trans._n(
          '%2 label',
          '%2 labels',
          labels.rows,
          formatNumber(labels.rows)
        )}
      </strong>
      <dl className="jp-mlx-Facts">
        {facts.map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
    </div>
  );
}
