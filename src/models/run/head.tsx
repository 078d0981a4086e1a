/**
 * The run page's head: the answer first, then where it came from and what became of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { ModelRunDetail } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { formatTime } from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import { rankedNames } from '../../ui/metrics';
import { ErrorBox, IconButton, Loading, StateIcon } from '../../ui/parts';
import { metricText } from '../registry/words';
import { durationText, RUN_SIGNS, runLabel, runStateLabel } from '../words';
import type { RunModel } from './model';

/** How many figures stand in front. */
const HEADLINES = 6;

interface IHeadProps {
  model: RunModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The head of the page. */
export function RunHead(props: IHeadProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { value, error } = model.detail;
  return (
    <>
      {error && (
        <ErrorBox
          error={error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void model.reload()
          }}
        />
      )}
      {value ? (
        <Known {...props} value={value} />
      ) : (
        !error && (
          <Loading
            text={trans.__(
              'Asking MLflow… the first answer takes some seconds.'
            )}
          />
        )
      )}
    </>
  );
}

function Known(props: IHeadProps & { value: ModelRunDetail }): JSX.Element {
  const { model, value, commands, trans } = props;
  const { run, experiment } = value;
  const now = useNow(run.state === 'RUNNING');
  const open = (command: string, args: Record<string, string | number>) =>
    void commands.execute(command, args);
  const facts = [
    runStateLabel(run.state, trans),
    run.started_at && formatTime(run.started_at, trans, now),
    durationText(run, trans, now),
    run.user,
    run.source
  ].filter(Boolean);
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <StateIcon state={RUN_SIGNS[run.state]} trans={trans} />
        <h2 className="jp-mlx-RunHead-name" title={run.id}>
          {runLabel(run)}
        </h2>
        <button
          type="button"
          className="jp-mlx-Link"
          title={trans.__('Open the experiment')}
          onClick={() => open(CommandIDs.openExperiment, { id: experiment.id })}
        >
          {experiment.name}
        </button>
        {run.models.map(({ name, version }) => (
          <button
            key={`${name}/${version}`}
            type="button"
            className="jp-mlx-Link"
            title={trans.__('Open the version that was registered from it')}
            onClick={() => open(CommandIDs.openModelVersion, { name, version })}
          >
            {`${name} v${version}`}
          </button>
        ))}
        <span className="jp-mlx-RunHead-buttons">
          {run.job_id !== null && (
            <button
              type="button"
              className="jp-mlx-Button jp-mlx-mod-accept"
              title={trans.__(
                'The job that made it: cells, outputs, log, record'
              )}
              onClick={() => open(CommandIDs.openRun, { id: run.job_id! })}
            >
              {trans.__('Executed notebook')}
            </button>
          )}
          <IconButton
            icon={refreshIcon}
            label={trans.__('Ask MLflow again')}
            onClick={() => void model.reload()}
          />
        </span>
      </div>
      <div className="jp-mlx-TableHead-facts">{facts.join(' · ')}</div>
      <Headlines value={value} />
    </>
  );
}

function Headlines(props: { value: ModelRunDetail }): JSX.Element | null {
  const { metrics } = props.value;
  const values = new Map(metrics.map(one => [one.name, one.value]));
  const names = rankedNames([...values.keys()]).slice(0, HEADLINES);
  if (names.length === 0) {
    return null;
  }
  return (
    <dl className="jp-mlx-Figures">
      {names.map(name => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={String(values.get(name))}>
            {metricText(values.get(name))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
