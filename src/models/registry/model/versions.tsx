/**
 * The Versions tab: each version with its aliases, its figures against the champion's, its gate.
 */
import * as React from 'react';

import type { ModelVersionSummary } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatTime } from '../../../ui/format';
import { useSignals } from '../../../ui/hooks';
import { PagedPart } from '../../../ui/part';
import { TagChips } from '../../../ui/tags';
import { Aliases, Link, MetricCell, Outcome, VersionLink } from '../parts';
import { gateText, headlineNames, tagTexts } from '../words';
import type { ITabProps } from './parts';

/** How many metrics have a column. */
const COLUMNS = 3;

/** The versions, newest first. */
export function VersionsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  return (
    <PagedPart
      of={model.versions}
      loading={trans.__('Reading the versions…')}
      empty={trans.__(
        'No version is registered yet. In a notebook: `mlflow.sklearn.log_model(model, registered_model_name="%1")`.',
        model.name
      )}
      trans={trans}
    >
      {items => <Versions {...props} items={items} />}
    </PagedPart>
  );
}

type VersionsProps = ITabProps & {
  items: ReadonlyArray<ModelVersionSummary>;
};

function Versions(props: VersionsProps): JSX.Element {
  const { items, trans } = props;
  // What the champion measured is what others are held against.
  const champion = props.model.champion.version?.metrics ?? {};
  const names = [
    ...new Set([
      ...headlineNames([champion], COLUMNS),
      ...headlineNames(
        items.map(one => one.metrics),
        COLUMNS
      )
    ])
  ].slice(0, COLUMNS);
  return (
    <table className="jp-mlx-Table jp-mlx-VersionTable">
      <thead>
        <tr>
          <th scope="col">{trans.__('Version')}</th>
          <th scope="col">{trans.__('Aliases')}</th>
          {names.map(name => (
            <th key={name} scope="col" title={name}>
              {name}
            </th>
          ))}
          <th scope="col">{trans.__('Gate')}</th>
          <th scope="col">{trans.__('Evaluated')}</th>
          <th scope="col">{trans.__('Created')}</th>
          <th scope="col">{trans.__('Actions')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(one => (
          <Version key={one.version} {...props} one={one} names={names} />
        ))}
      </tbody>
    </table>
  );
}

type VersionProps = ITabProps & {
  one: ModelVersionSummary;
  names: ReadonlyArray<string>;
};

function Version(props: VersionProps): JSX.Element {
  const { model, one, names, trans } = props;
  const { created_at, created_by } = one;
  const { number, version } = model.champion;
  return (
    <tr data-version={one.version}>
      <th scope="row">
        <VersionLink {...props} name={one.name} version={one.version} />
        {one.state !== 'READY' && (
          <span className="jp-mlx-Mark">{one.state}</span>
        )}
      </th>
      <td>
        <Aliases aliases={one.aliases} />{' '}
        <TagChips most={3} tags={tagTexts(one.tags)} />
      </td>
      {names.map(name => (
        <MetricCell
          key={name}
          name={name}
          metrics={one.metrics}
          champion={one.version === number ? null : (version?.metrics ?? null)}
        />
      ))}
      <td>
        {one.gate === null ? (
          '–'
        ) : (
          <Outcome
            state={one.gate === 'passed' ? 'SUCCEEDED' : 'FAILED'}
            text={gateText(one.gate, trans)}
            trans={trans}
          />
        )}
      </td>
      <td>{one.evaluated ? trans.__('yes') : trans.__('not yet')}</td>
      <td>
        {created_at && formatTime(created_at, trans, Date.now())}
        {created_by && ` · ${created_by}`}
      </td>
      <td>
        <Actions {...props} />
      </td>
    </tr>
  );
}

function Actions(props: VersionProps): JSX.Element {
  const { model, one, commands, trans } = props;
  const target = { name: one.name, version: one.version };
  const championRun = model.champion.version?.run_id ?? null;
  const isComparable =
    championRun !== null && one.run_id !== null && championRun !== one.run_id;
  return (
    <span className="jp-mlx-Actions">
      <Link
        text={trans.__('Promote…')}
        title={trans.__('Move an alias to version %1', one.version)}
        onClick={() => void commands.execute(CommandIDs.promoteModel, target)}
      />
      <Link
        text={trans.__('Evaluate…')}
        title={trans.__('Measure version %1 on data', one.version)}
        onClick={() => void commands.execute(CommandIDs.evaluateModel, target)}
      />
      <Link
        text={trans.__('Deploy…')}
        title={trans.__('Serve version %1', one.version)}
        onClick={() =>
          void commands.execute(CommandIDs.deployModel, {
            model: one.name,
            version: one.version
          })
        }
      />
      {isComparable && (
        <Link
          text={trans.__('Compare')}
          title={trans.__(
            'Compare the run of version %1 with the champion’s',
            one.version
          )}
          onClick={() => {
            void commands.execute(CommandIDs.compareModelRuns, {
              runs: [championRun, one.run_id]
            });
          }}
        />
      )}
    </span>
  );
}
