/**
 * The run page's head: the answer first, then what to do with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Attempt, Run } from '../../api/types';
import { CommandIDs } from '../../tokens';
import {
  formatBytes,
  formatChange,
  formatNumber,
  formatSeconds,
  secondsBetween,
  shortId
} from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import { headlineMetrics } from '../../ui/metrics';
import {
  ErrorBox,
  IconButton,
  Loading,
  ProgressBar,
  StateIcon
} from '../../ui/parts';
import { isLive, stateLabel } from '../states';
import type { RunModel } from './model';

/** How many figures stand in front. */
const FIGURES = 5;

export interface IHeadProps {
  model: RunModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
  onShowFailed: () => void;
}

/** The head of the page. */
export function RunHead(props: IHeadProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { run, error } = model;
  if (!run) {
    return error ? (
      <ErrorBox
        error={error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.load()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the run…')} />
    );
  }
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <StateIcon state={run.state} trans={trans} />
        <h2 className="jp-mlx-RunHead-name">{run.name}</h2>
        <code className="jp-mlx-RunHead-id" title={run.id}>
          #{shortId(run.id)}
        </code>
        <Facts {...props} run={run} />
        <Attempts model={model} trans={trans} />
        <Buttons {...props} run={run} />
      </div>
      {error && <ErrorBox error={error} trans={trans} />}
      {model.lost && (
        <div className="jp-mlx-Note" role="status">
          {isLive(run)
            ? trans.__(
                'The server can’t be reached. The run goes on without it; this page catches up when it is back.'
              )
            : trans.__(
                'The server can’t be reached. This page shows what it had told.'
              )}
        </div>
      )}
      <Waiting run={run} trans={trans} />
      <Failure {...props} run={run} attempt={model.attemptInfo} />
      <Figures
        run={run}
        before={model.previous}
        peak={peakMemory(model.record)}
        trans={trans}
      />
    </>
  );
}

function Facts(props: IHeadProps & { run: Run }): JSX.Element {
  const { model, run, trans } = props;
  // A queued run has no time and no GPU, whatever its last attempt had.
  const attempt = run.state === 'QUEUED' ? undefined : model.attemptInfo;
  const shown = attempt ?? run;
  const live = isLive(run);
  const now = useNow(live);
  const seconds =
    run.state === 'QUEUED'
      ? null
      : secondsBetween(shown.started_at, shown.ended_at, now);
  const facts = [
    stateLabel(run.state, trans),
    seconds !== null && formatSeconds(Math.round(seconds * 10) / 10, trans),
    attempt?.gpus.length && trans.__('GPU %1', attempt.gpus.join(', ')),
    run.cancel_requested && live && trans.__('is being stopped'),
    run.owner
  ].filter(Boolean);
  return (
    <span className="jp-mlx-RunHead-facts" data-state={run.state}>
      {facts.join(' · ')}
    </span>
  );
}

function Attempts(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, trans } = props;
  const attempts = model.run?.attempts ?? [];
  if (attempts.length < 2) {
    return null;
  }
  return (
    <select
      className="jp-mlx-Select"
      aria-label={trans.__('Attempt')}
      value={model.attempt}
      onChange={event => void model.select(Number(event.target.value))}
    >
      {attempts.map(attempt => (
        <option key={attempt.number} value={attempt.number}>
          {trans.__(
            'Attempt %1: %2',
            attempt.number,
            stateLabel(attempt.state, trans)
          )}
        </option>
      ))}
    </select>
  );
}

function Buttons(props: IHeadProps & { run: Run }): JSX.Element {
  const { run, commands, trans, model } = props;
  const live = isLive(run);
  const hasNotebook = run.outputs.some(one => one.name === 'notebook.ipynb');
  const trainingSet = trainingSetOf(model.record);
  const button = (
    label: string,
    command: string,
    args: Record<string, string | number>
  ) => (
    <button
      type="button"
      className="jp-mlx-Button"
      title={commands.caption(command, args)}
      onClick={() => void commands.execute(command, args)}
    >
      {label}
    </button>
  );
  return (
    <span className="jp-mlx-RunHead-buttons">
      {live && button(trans.__('Cancel'), CommandIDs.cancelRun, { id: run.id })}
      {!live && button(trans.__('Retry'), CommandIDs.retryRun, { id: run.id })}
      {button(trans.__('Clone'), CommandIDs.cloneRun, { id: run.id })}
      {!live &&
        button(trans.__('Compare…'), CommandIDs.compareRuns, { a: run.id })}
      {hasNotebook &&
        button(trans.__('Open result'), CommandIDs.openResult, {
          id: run.id,
          attempt: model.attempt
        })}
      {trainingSet !== null &&
        commands.hasCommand(CommandIDs.openTrainingSet) &&
        button(trans.__('Open training set'), CommandIDs.openTrainingSet, {
          id: trainingSet
        })}
      {button(trans.__('Open notebook'), CommandIDs.openRunNotebook, {
        id: run.id
      })}
      {!live && (
        <IconButton
          icon={deleteIcon}
          label={trans.__('Remove %1', run.name)}
          onClick={() => {
            void commands.execute(CommandIDs.removeRun, { id: run.id });
          }}
        />
      )}
    </span>
  );
}

function Waiting(props: {
  run: Run;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { run, trans } = props;
  const { cell, cells, eta_s } = run.progress;
  if (run.state === 'QUEUED' || run.state === 'SKIPPED') {
    return (
      <div className="jp-mlx-Note" role="status">
        {run.reason ?? trans.__('Waits for its turn.')}
      </div>
    );
  }
  if (!isLive(run)) {
    return null;
  }
  return (
    <div className="jp-mlx-RunHead-progress">
      <ProgressBar progress={run.progress} trans={trans} />
      <span>{trans.__('%1 of %2 cells', cell, cells)}</span>
      {eta_s !== undefined && (
        <span>
          {trans.__('%1 to go', formatSeconds(Math.round(eta_s), trans))}
        </span>
      )}
    </div>
  );
}

function Failure(
  props: IHeadProps & { run: Run; attempt: Attempt | undefined }
): JSX.Element | null {
  const { run, attempt, trans, onShowFailed } = props;
  const error = attempt?.error ?? run.error;
  if (!error || isLive(run)) {
    return null;
  }
  return (
    <ErrorBox
      error={error}
      trans={trans}
      action={
        error.cell === undefined
          ? undefined
          : {
              label: trans.__('Show cell %1', error.cell),
              onClick: onShowFailed
            }
      }
    />
  );
}

function Figures(props: {
  run: Run;
  before: Run | undefined;
  peak: number | null;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { run, before, peak, trans } = props;
  const metrics = headlineMetrics(run, before).slice(0, FIGURES);
  if (metrics.length === 0 && peak === null) {
    return null;
  }
  return (
    <dl
      className="jp-mlx-Figures"
      title={
        before &&
        trans.__('Differences against %1 #%2', before.name, shortId(before.id))
      }
    >
      {metrics.map(metric => (
        <div key={metric.name}>
          <dt>{metric.name}</dt>
          <dd>
            {formatNumber(metric.value)}
            {metric.other !== undefined && (
              <span className="jp-mlx-Figures-change">
                {formatChange(metric.other, metric.value)}
              </span>
            )}
          </dd>
        </div>
      ))}
      {peak !== null && (
        <div>
          <dt>{trans.__('peak memory')}</dt>
          <dd>{formatBytes(peak)}</dd>
        </div>
      )}
    </dl>
  );
}

/** The id of the training set that the notebook made or read, as the record has it. */
function trainingSetOf(record: Record<string, unknown>): string | null {
  const set = record.training_set;
  const id = set && typeof set === 'object' && 'id' in set ? set.id : null;
  return typeof id === 'string' ? id : null;
}

/** The largest memory of any cell, as the record has it. */
function peakMemory(record: Record<string, unknown>): number | null {
  const { cells } = record;
  if (!Array.isArray(cells)) {
    return null;
  }
  const peaks = cells
    .map((cell: { memory_bytes?: unknown }) => cell.memory_bytes)
    .filter((bytes): bytes is number => typeof bytes === 'number');
  return peaks.length ? Math.max(...peaks) : null;
}
