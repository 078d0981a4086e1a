/**
 * The tree of the feature store: project, entities, views with features, services.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { FeatureFreshness, FeatureView } from '../api/types';
import {
  columnIcon,
  failedIcon,
  queuedIcon,
  stoppedIcon,
  succeededIcon
} from '../icons';
import { entityIcon, featureIcon, featureViewIcon, serviceIcon } from './icons';
import { CommandIDs } from '../tokens';
import { useNow } from '../ui/hooks';
import { TreeView } from '../ui/tree-view';
import type { FeaturesSection } from './list';
import type { Group, Row } from './tree';
import { freshnessAt, freshnessLabel, kindMark, versioned } from './words';

/** Milliseconds after which what is fresh may be so no more. */
const MINUTE = 60000;

const ICONS: Partial<Record<Row['kind'], LabIcon>> = {
  project: featureIcon,
  entity: entityIcon,
  view: featureViewIcon,
  feature: columnIcon,
  service: serviceIcon
};

/** The tree of the section. */
export function FeaturesTree(props: { section: FeaturesSection }): JSX.Element {
  const { section } = props;
  return (
    <TreeView<Row>
      label={section.trans.__('Features')}
      rows={section.rows}
      icon={row => ICONS[row.kind]}
      title={row => titleOf(row, section.trans)}
      data={row => ({
        'data-view': row.kind === 'view' ? row.view.id : undefined,
        'data-service': row.kind === 'service' ? row.service.name : undefined,
        'data-project': projectOf(row)
      })}
      text={row => <RowText row={row} section={section} />}
      setOpen={(row, open) => section.setOpen(row, open)}
      activate={row => activate(row, section)}
    />
  );
}

function projectOf(row: Row): string | undefined {
  return row.kind === 'project'
    ? row.project.name
    : row.kind === 'view'
      ? row.view.project
      : undefined;
}

/** What a click and Enter do: views, features and services open, the rest folds. */
function activate(row: Row, section: FeaturesSection): void {
  switch (row.kind) {
    case 'project':
    case 'group':
      section.setOpen(row, !row.open);
      break;
    case 'view':
      section.openView(row.view.id);
      break;
    case 'feature':
      section.openView(row.view.id, row.feature.name);
      break;
    case 'service':
      void section.commands.execute(CommandIDs.buildTrainingSet, {
        project: row.project.name,
        features: [row.service.name]
      });
      break;
    case 'error':
      void section.features.loadViews(row.project);
      break;
  }
}

function titleOf(row: Row, trans: TranslationBundle): string {
  const parts = (...texts: string[]): string =>
    texts.filter(Boolean).join(' · ');
  switch (row.kind) {
    case 'project':
      return parts(row.project.name, row.project.repository);
    case 'entity':
      return parts(
        row.entity.join_key,
        row.entity.type,
        row.entity.description
      );
    case 'view':
      return parts(
        versioned(row.view),
        freshnessAt(row.view, Date.now(), trans).words,
        row.view.description
      );
    case 'feature':
      return parts(row.feature.name, row.feature.type, row.feature.description);
    case 'service':
      return parts(
        trans.__('Build a training set of %1', row.service.name),
        row.service.description
      );
    default:
      return '';
  }
}

function groupLabel(group: Group, trans: TranslationBundle): string {
  switch (group) {
    case 'entities':
      return trans.__('Entities');
    case 'views':
      return trans.__('Views');
    case 'services':
      return trans.__('Services');
  }
}

function RowText(props: { row: Row; section: FeaturesSection }): JSX.Element {
  const { row, section } = props;
  const { trans } = section;
  switch (row.kind) {
    case 'project':
      return (
        <>
          <Name text={row.project.name} />
          <span className="jp-mlx-TreeRow-detail">
            {row.project.schedule?.words}
          </span>
        </>
      );
    case 'group':
      return (
        <>
          <Name text={groupLabel(row.group, trans)} />
          <span className="jp-mlx-TreeRow-count">{row.count}</span>
        </>
      );
    case 'entity':
      return (
        <>
          <Name text={row.entity.name} />
          <span className="jp-mlx-TreeRow-detail">{row.entity.type}</span>
        </>
      );
    case 'view': {
      const { view } = row;
      return (
        <>
          <Name text={view.name} />
          <span className="jp-mlx-Mark">{`v${view.version}`}</span>
          {view.kind === 'on_demand' ? (
            <span className="jp-mlx-TreeRow-detail">
              {kindMark(view, trans)}
            </span>
          ) : (
            <Freshness view={view} trans={trans} />
          )}
        </>
      );
    }
    case 'feature':
      return (
        <>
          <Name text={row.feature.name} />
          <span className="jp-mlx-TreeRow-detail">{row.feature.type}</span>
        </>
      );
    case 'service':
      return (
        <>
          <Name text={row.service.name} />
          <span className="jp-mlx-TreeRow-count">
            {row.service.features.length}
          </span>
        </>
      );
    case 'loading':
      return <span>{trans.__('Reading the views…')}</span>;
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

const SIGNS: Record<FeatureFreshness['state'], LabIcon> = {
  fresh: succeededIcon,
  late: queuedIcon,
  expired: failedIcon,
  never: stoppedIcon,
  offline: stoppedIcon
};

/** How fresh what is served is, as a sign and a word; in a sentence too where there is room. */
export function Freshness(props: {
  view: FeatureView;
  isLong?: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { view, isLong, trans } = props;
  const now = useNow(true, MINUTE);
  const { state, words } = freshnessAt(view, now, trans);
  const Sign = SIGNS[state].react;
  return (
    <>
      <span className="jp-mlx-Freshness" data-freshness={state} title={words}>
        <span className="jp-mlx-State" aria-hidden="true">
          <Sign tag="span" />
        </span>
        <span className="jp-mlx-Freshness-label">
          {freshnessLabel(state, trans)}
        </span>
      </span>
      {isLong && <span>{words}</span>}
    </>
  );
}
