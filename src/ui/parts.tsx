/**
 * Small parts that every view uses.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { MlxError } from '../api/errors';
import type { Run, RunState } from '../api/types';
import {
  failedIcon,
  queuedIcon,
  runningStateIcon,
  stoppedIcon,
  succeededIcon
} from '../icons';
import { stateLabel } from '../jobs/states';

const STATE_ICONS: Record<RunState, LabIcon> = {
  QUEUED: queuedIcon,
  STARTING: runningStateIcon,
  RUNNING: runningStateIcon,
  SUCCEEDED: succeededIcon,
  FAILED: failedIcon,
  TIMED_OUT: failedIcon,
  CANCELLED: stoppedIcon,
  LOST: failedIcon,
  SKIPPED: stoppedIcon
};

/** The state as an icon that has its name. */
export function StateIcon(props: {
  state: RunState;
  trans: TranslationBundle;
}): JSX.Element {
  const label = stateLabel(props.state, props.trans);
  const Icon = STATE_ICONS[props.state].react;
  return (
    <span
      className="jp-mlx-State"
      data-state={props.state}
      role="img"
      aria-label={label}
      title={label}
    >
      <Icon tag="span" />
    </span>
  );
}

/** How far a run is: cells that ended of all its cells. */
export function ProgressBar(props: {
  progress: Run['progress'];
  trans: TranslationBundle;
}): JSX.Element {
  const { cell, cells } = props.progress;
  return (
    <span
      className="jp-mlx-Progress"
      role="progressbar"
      aria-label={props.trans.__('Progress')}
      aria-valuemin={0}
      aria-valuemax={cells || 1}
      aria-valuenow={cell}
      aria-valuetext={props.trans.__('%1 of %2 cells', cell, cells)}
    >
      <span
        className="jp-mlx-Progress-done"
        style={{ width: `${cells ? (100 * cell) / cells : 0}%` }}
      />
    </span>
  );
}

/** A sentence with a sign: all is well, or something is not. */
export function Verdict(props: {
  good: boolean;
  text: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { good, text, trans } = props;
  const Sign = (good ? succeededIcon : failedIcon).react;
  return (
    <p className="jp-mlx-Verdict">
      <span
        className="jp-mlx-State"
        data-state={good ? 'SUCCEEDED' : 'FAILED'}
        role="img"
        aria-label={good ? trans.__('Good') : trans.__('Look at this')}
      >
        <Sign tag="span" />
      </span>
      <span>{text}</span>
    </p>
  );
}

/** An error with its remedy. */
export function ErrorBox(props: {
  error: Error | { code: string; message: string; remedy?: string };
  trans: TranslationBundle;
  /** What to try next, as a button. */
  action?: { label: string; onClick: () => void };
}): JSX.Element {
  const { error, action } = props;
  const remedy =
    error instanceof MlxError || !(error instanceof Error)
      ? (error.remedy ?? '')
      : '';
  const code =
    error instanceof MlxError || !(error instanceof Error) ? error.code : '';
  return (
    <div className="jp-mlx-Error" role="alert">
      <div className="jp-mlx-Error-message" title={code}>
        {error.message}
      </div>
      {remedy && <div className="jp-mlx-Error-remedy">{remedy}</div>}
      {action && (
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={action.onClick}
        >
          {action.label}
        </button>
      )}
    </div>
  );
}

/** What stands where there is nothing: why, and what to do next. */
export function Empty(props: {
  text: string;
  action?: { label: string; onClick: () => void };
}): JSX.Element {
  return (
    <div className="jp-mlx-Empty">
      <p>{props.text}</p>
      {props.action && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-mod-accept"
          onClick={props.action.onClick}
        >
          {props.action.label}
        </button>
      )}
    </div>
  );
}

/** What is being waited for; never a bare spinner. */
export function Loading(props: { text: string }): JSX.Element {
  return (
    <div className="jp-mlx-Loading" role="status">
      {props.text}
    </div>
  );
}

/** A button that is an icon, with a name. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: () => void;
  className?: string;
}): JSX.Element {
  const Icon = props.icon.react;
  return (
    <button
      type="button"
      className={`jp-mlx-IconButton ${props.className ?? ''}`}
      title={props.label}
      aria-label={props.label}
      onClick={event => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      <Icon tag="span" />
    </button>
  );
}
