/**
 * The version page's head: the answer first, then what to do with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { MetricValue, ModelVersion } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatTime } from '../../../ui/format';
import { useSignals } from '../../../ui/hooks';
import { WorkNote } from '../../../ui/part';
import { ErrorBox, Loading, Verdict } from '../../../ui/parts';
import { TagChips } from '../../../ui/tags';
import { modelVersionIcon } from '../icons';
import { Deployments } from '../model/head';
import { Aliases, Link } from '../parts';
import {
  boundsText,
  changeText,
  failing,
  headlineNames,
  metricText,
  tagTexts,
  versionText
} from '../words';
import type { ITabProps, IVersionProps } from './parts';

/** How many metrics stand in front. */
const HEADLINE = 4;

/** The head of the page. */
export function VersionHead(props: IVersionProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const value = model.version.value;
  if (!value) {
    return model.version.error ? (
      <ErrorBox
        error={model.version.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.version.reload()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the version…')} />
    );
  }
  const error = model.error ?? model.version.error;
  return (
    <>
      <Title {...props} value={value} />
      <div className="jp-mlx-TableHead-facts">
        {facts(value, trans)}
        <Deployments {...props} names={value.deployments} />
      </div>
      <Headline {...props} value={value} />
      <GateLine {...props} value={value} />
      {value.problems.map(problem => (
        <div key={problem} className="jp-mlx-Note" role="status">
          {problem}
        </div>
      ))}
      {error && <ErrorBox error={error} trans={trans} />}
      <WorkNote
        {...props}
        run={model.working('evaluate')}
        failed={model.failed('evaluate')}
        text={trans.__('The version is being evaluated…')}
      />
      <WorkNote
        {...props}
        run={model.working('replay')}
        failed={model.failed('replay')}
        text={trans.__('The version is being made again…')}
      />
    </>
  );
}

function Title(props: ITabProps): JSX.Element {
  const { value, commands, trans } = props;
  return (
    <div className="jp-mlx-RunHead-line">
      <modelVersionIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
      <h2 className="jp-mlx-RunHead-name">
        <Link
          text={value.name}
          title={trans.__('Open the model')}
          onClick={() => {
            void commands.execute(CommandIDs.openModel, { name: value.name });
          }}
        />{' '}
        {versionText(value.version, trans)}
      </h2>
      <Aliases aliases={value.aliases} />
      {value.state !== 'READY' && (
        <span className="jp-mlx-Mark">{value.state}</span>
      )}
      <TagChips most={4} tags={tagTexts(value.tags)} />
      <Buttons {...props} />
    </div>
  );
}

function facts(value: ModelVersion, trans: TranslationBundle): string {
  const { created_at, created_by } = value;
  return [
    created_at &&
      trans.__('created %1', formatTime(created_at, trans, Date.now())),
    created_by && trans.__('by %1', created_by),
    value.flavors.join(', '),
    value.origin.notebook && trans.__('from %1', value.origin.notebook)
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The figures with their intervals, each against the champion's. */
function Headline(props: ITabProps): JSX.Element | null {
  const { model, value, trans } = props;
  const names = headlineNames([value.metrics], HEADLINE);
  const { other, newest } = model;
  if (names.length === 0) {
    return null;
  }
  return (
    <dl
      className="jp-mlx-Figures"
      aria-label={
        other === null
          ? trans.__('Metrics')
          : trans.__('Metrics, against version %1, the champion', other.version)
      }
    >
      {names.map(name => (
        <Figure
          key={name}
          name={name}
          value={value.metrics[name]}
          other={other?.metrics[name]}
          champion={other?.version ?? null}
          bounds={
            newest?.intervals[name] ? boundsText(newest.intervals[name]) : ''
          }
          trans={trans}
        />
      ))}
    </dl>
  );
}

function Figure(props: {
  name: string;
  value: MetricValue;
  other: MetricValue | undefined;
  champion: number | null;
  bounds: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { name, value, other, champion, bounds, trans } = props;
  const change = changeText(other, value);
  return (
    <div>
      <dt title={name}>{name}</dt>
      <dd>
        {metricText(value)}
        {change && (
          <span
            className="jp-mlx-Figures-change"
            title={trans.__('against v%1, the champion', champion ?? '')}
          >
            {change}
          </span>
        )}
      </dd>
      {bounds && <dd className="jp-mlx-Figures-bounds">{bounds}</dd>}
    </div>
  );
}

/** How its last gate ended, with the first check that failed. */
function GateLine(props: ITabProps): JSX.Element {
  const { value, trans } = props;
  const [gate] = value.gates;
  if (!gate) {
    return (
      <p className="jp-mlx-Sample-note">
        {trans.__('No gate has seen it yet.')}
      </p>
    );
  }
  const bad = failing(gate.checks);
  return (
    <Verdict
      good={gate.passed}
      text={
        gate.passed
          ? trans.__('The gate %1 passed it.', gate.policy)
          : trans.__(
              'The gate %1 refused it: %2',
              gate.policy,
              bad.map(one => one.message).join(' ')
            )
      }
      trans={trans}
    />
  );
}

function Buttons(props: ITabProps): JSX.Element {
  const { model, value, commands, trans } = props;
  const { name, version } = value;
  const button = (
    command: string,
    label: string,
    title: string,
    isFirst = false,
    disabled = false
  ): JSX.Element => (
    <button
      type="button"
      className={`jp-mlx-Button${isFirst ? ' jp-mlx-mod-accept' : ''}`}
      title={title}
      disabled={disabled}
      onClick={() => {
        void commands.execute(command, { name, model: name, version });
      }}
    >
      {label}
    </button>
  );
  return (
    <span className="jp-mlx-RunHead-buttons">
      {button(
        CommandIDs.promoteModel,
        trans.__('Promote…'),
        trans.__('Move an alias to this version'),
        true
      )}
      {button(
        CommandIDs.evaluateModel,
        trans.__('Evaluate…'),
        trans.__('Measure it on data, as a job'),
        false,
        Boolean(model.working('evaluate'))
      )}
      {button(
        CommandIDs.deployModel,
        trans.__('Deploy…'),
        trans.__('Serve this version')
      )}
      {button(
        CommandIDs.replayModel,
        trans.__('Replay…'),
        trans.__('Make it again from its record, and compare'),
        false,
        Boolean(model.working('replay'))
      )}
      {button(
        CommandIDs.insertModel,
        trans.__('Insert in notebook'),
        trans.__('Write code that loads this version into a notebook')
      )}
    </span>
  );
}
