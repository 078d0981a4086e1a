/**
 * The tree of models with their versions, experiments and deployments.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { formatNumber, formatTime } from '../ui/format';
import { TagChips } from '../ui/tags';
import { TreeView } from '../ui/tree-view';
import { deploymentIcon } from './deployment/icon';
import { DeploymentState } from './deployment/state';
import { routesText, stateLabel } from './deployment/words';
import { experimentIcon, modelIcon } from './icons';
import type { ModelsSection } from './list';
import type { Group, Row } from './tree';
import { aliasTexts } from './words';

const ICONS: Partial<Record<Row['kind'], LabIcon>> = {
  model: modelIcon,
  experiment: experimentIcon,
  deployment: deploymentIcon
};

/** The tree of the section. */
export function ModelsTree(props: { section: ModelsSection }): JSX.Element {
  const { section } = props;
  return (
    <TreeView<Row>
      label={section.trans.__('Models')}
      rows={section.rows}
      icon={row => ICONS[row.kind]}
      title={row => titleOf(row, section.trans)}
      data={row => ({
        'data-model': row.kind === 'model' ? row.model.name : undefined,
        'data-experiment':
          row.kind === 'experiment' ? row.experiment.id : undefined,
        'data-deployment':
          row.kind === 'deployment' ? row.deployment.name : undefined
      })}
      text={row => <RowText row={row} trans={section.trans} />}
      setOpen={(row, open) => section.setOpen(row, open)}
      activate={row => section.activate(row)}
    />
  );
}

function groupLabel(group: Group, trans: TranslationBundle): string {
  switch (group) {
    case 'models':
      return trans.__('Registered models');
    case 'experiments':
      return trans.__('Experiments');
    case 'deployments':
      return trans.__('Deployments');
  }
}

function titleOf(row: Row, trans: TranslationBundle): string {
  const parts = (...texts: Array<string | false | null>): string =>
    texts.filter(Boolean).join(' · ');
  const at = (time: string | null): string =>
    time ? trans.__('changed %1', formatTime(time, trans, Date.now())) : '';
  switch (row.kind) {
    case 'model':
      return parts(
        row.model.name,
        trans._n('%1 version', '%1 versions', row.model.versions),
        aliasTexts(row.model).join(', '),
        at(row.model.updated_at)
      );
    case 'version':
      return parts(
        `${row.version.name} v${row.version.version}`,
        row.version.aliases.join(', '),
        row.version.state !== 'READY' && row.version.state
      );
    case 'experiment':
      return parts(
        row.experiment.name,
        row.experiment.runs !== null &&
          trans._n('%1 run', '%1 runs', row.experiment.runs),
        at(row.experiment.updated_at)
      );
    case 'deployment':
      return parts(
        row.deployment.name,
        row.deployment.model,
        stateLabel(row.deployment.state, trans),
        row.deployment.message
      );
    default:
      return '';
  }
}

function RowText(props: { row: Row; trans: TranslationBundle }): JSX.Element {
  const { row, trans } = props;
  switch (row.kind) {
    case 'group':
      return (
        <>
          <Name text={groupLabel(row.group, trans)} />
          <span className="jp-mlx-TreeRow-count">{row.count}</span>
        </>
      );
    case 'model':
      return (
        <>
          <Name text={row.model.name} />
          <TagChips tags={aliasTexts(row.model)} most={2} />
        </>
      );
    case 'version':
      return (
        <>
          <Name text={`v${row.version.version}`} />
          <TagChips tags={row.version.aliases} most={2} />
          <span className="jp-mlx-TreeRow-detail">
            {row.version.state !== 'READY'
              ? row.version.state
              : row.version.created_at &&
                formatTime(row.version.created_at, trans, Date.now())}
          </span>
        </>
      );
    case 'more':
      return <span>{trans.__('Older versions are on its page')}</span>;
    case 'experiment':
      return (
        <>
          <Name text={row.experiment.name} />
          <span className="jp-mlx-TreeRow-count">
            {row.experiment.runs !== null && formatNumber(row.experiment.runs)}
          </span>
        </>
      );
    case 'deployment':
      return (
        <>
          <DeploymentState state={row.deployment.state} trans={trans} />
          <Name text={row.deployment.name} />
          <span className="jp-mlx-TreeRow-detail">
            {routesText(row.deployment.routes, trans)}
          </span>
        </>
      );
    case 'loading':
      return <span>{trans.__('Asking MLflow for the versions…')}</span>;
    case 'error':
      return (
        <span className="jp-mlx-Row-bad">
          {trans.__('%1 Try again.', row.error.message)}
        </span>
      );
  }
}

function Name(props: { text: string }): JSX.Element {
  return <span className="jp-mlx-TreeRow-name">{props.text}</span>;
}
