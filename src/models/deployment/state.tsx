/**
 * How a deployment, and each version that it serves, is doing.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Deployment, ServedVersion } from '../../api/types';
import {
  failedIcon,
  queuedIcon,
  runningStateIcon,
  stoppedIcon,
  succeededIcon
} from '../../icons';
import { stateLabel, versionLabel } from './words';

type AnyState = Deployment['state'] | ServedVersion['state'];

const ICONS: Record<AnyState, LabIcon> = {
  STARTING: runningStateIcon,
  READY: succeededIcon,
  DEGRADED: failedIcon,
  FAILED: failedIcon,
  CRASHED: failedIcon,
  STOPPED: stoppedIcon,
  UPDATING: runningStateIcon,
  REMOVING: stoppedIcon,
  STANDBY: queuedIcon
};

/** The state of a deployment as an icon that has its name. */
export function DeploymentState(props: {
  state: Deployment['state'];
  trans: TranslationBundle;
}): JSX.Element {
  const { state, trans } = props;
  return <Sign state={state} label={stateLabel(state, trans)} />;
}

/** The state of one version of it. */
export function VersionState(props: {
  state: ServedVersion['state'];
  trans: TranslationBundle;
}): JSX.Element {
  const { state, trans } = props;
  return <Sign state={state} label={versionLabel(state, trans)} />;
}

function Sign(props: { state: AnyState; label: string }): JSX.Element {
  const { state, label } = props;
  const Icon = ICONS[state].react;
  return (
    <span
      className="jp-mlx-State"
      data-deployment={state}
      role="img"
      aria-label={label}
      title={label}
    >
      <Icon tag="span" />
    </span>
  );
}
