/**
 * The picker of features: a service, or a tree with check boxes.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { columnIcon } from '../../icons';
import { featureViewIcon } from '../icons';
import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { TreeView } from '../../ui/tree-view';
import { kindMark } from '../words';
import type { PickerModel, PickRow } from './model';

interface IPickerProps {
  model: PickerModel;
  /** Starts the ids of the fields. */
  id: string;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The picker. */
export function FeaturePicker(props: IPickerProps): JSX.Element {
  const { model, commands, trans } = props;
  useSignals(model.changed);
  if (model.error) {
    return (
      <ErrorBox
        error={model.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.features.load()
        }}
      />
    );
  }
  if (model.features.status === 'ready' && model.projects.length === 0) {
    return (
      <Empty
        text={trans.__('No features are defined yet.')}
        action={{
          label: trans.__('Apply a repository…'),
          onClick: () => void commands.execute(CommandIDs.applyFeatures)
        }}
      />
    );
  }
  if (!model.views) {
    return <Loading text={trans.__('Reading the views…')} />;
  }
  return (
    <>
      <Tools {...props} />
      <div className="jp-mlx-Picker-tree">
        {model.rows.length === 0 ? (
          <Empty text={trans.__('No view or feature matches.')} />
        ) : (
          <TreeView<PickRow>
            label={trans.__('Features')}
            rows={model.rows}
            icon={row => (row.kind === 'view' ? featureViewIcon : columnIcon)}
            title={row => titleOf(row)}
            checked={row => model.checked(row)}
            data={row => ({ 'data-pick': row.key })}
            text={row => <RowText row={row} trans={trans} />}
            setOpen={(row, open) => model.setOpen(row, open)}
            activate={row => model.toggle(row)}
          />
        )}
      </div>
    </>
  );
}

function Tools(props: IPickerProps): JSX.Element {
  const { model, id, trans } = props;
  return (
    <div className="jp-mlx-TableTools">
      {model.projects.length > 1 && (
        <label>
          {trans.__('Project')}
          <select
            className="jp-mlx-Select"
            value={model.project?.name}
            onChange={event => model.chooseProject(event.target.value)}
          >
            {model.projects.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {model.services.length > 0 && (
        <label>
          {trans.__('Service')}
          <select
            className="jp-mlx-Select"
            value={model.service}
            onChange={event => model.chooseService(event.target.value)}
          >
            <option value="">{trans.__('none: as checked below')}</option>
            {model.services.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <input
        id={`${id}-search`}
        type="search"
        className="jp-mlx-Input"
        aria-label={trans.__('Search features')}
        placeholder={trans.__('Search features…')}
        value={model.query}
        onChange={event => {
          model.query = event.target.value;
        }}
      />
      <span className="jp-mlx-Picker-count" role="status">
        {trans._n('%1 feature chosen', '%1 features chosen', model.count)}
      </span>
    </div>
  );
}

function titleOf(row: PickRow): string {
  const texts =
    row.kind === 'view'
      ? [row.view.name, row.view.description]
      : [
          `${row.view.name}:${row.name}`,
          row.view.features.find(one => one.name === row.name)?.description
        ];
  return texts.filter(Boolean).join(' · ');
}

function RowText(props: {
  row: PickRow;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, trans } = props;
  if (row.kind === 'view') {
    const mark = kindMark(row.view, trans);
    return (
      <>
        <span className="jp-mlx-TreeRow-name">{row.view.name}</span>
        {mark && <span className="jp-mlx-Mark">{mark}</span>}
        <span className="jp-mlx-TreeRow-detail">
          {row.view.join_keys.join(', ')}
        </span>
      </>
    );
  }
  return (
    <>
      <span className="jp-mlx-TreeRow-name">{row.name}</span>
      <span className="jp-mlx-TreeRow-detail">
        {row.view.features.find(one => one.name === row.name)?.type}
      </span>
    </>
  );
}
