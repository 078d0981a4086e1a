/**
 * The deployment page's head: how it is and where, what is served, then what to do with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Deployment, ServedVersion } from '../../api/types';
import { CommandIDs } from '../../tokens';
import {
  formatFiring,
  formatNumber,
  formatTime,
  percent
} from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import { ErrorBox, IconButton, Loading } from '../../ui/parts';
import { deploymentIcon } from './icon';
import { revisionBefore } from './model';
import { Copy } from './parts';
import type { ITabProps } from './parts';
import { DeploymentState, VersionState } from './state';
import { stateLabel, targetLabel, versionLabel } from './words';

type Props = ITabProps & { deployment: Deployment };

/** The head of the page. */
export function DeploymentHead(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const deployment = model.deployment.value;
  if (model.isRemoved) {
    return (
      <div className="jp-mlx-Note" role="status">
        {trans.__('The deployment “%1” was taken away.', model.name)}
      </div>
    );
  }
  if (!deployment) {
    return model.deployment.error ? (
      <ErrorBox
        error={model.deployment.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.deployment.reload()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the deployment…')} />
    );
  }
  const error = model.error ?? model.deployment.error;
  return (
    <>
      <Title {...props} deployment={deployment} />
      <Address {...props} deployment={deployment} />
      {deployment.message && (
        <div
          className="jp-mlx-Note"
          role="status"
          data-deployment={deployment.state}
        >
          {deployment.message}
        </div>
      )}
      {error && <ErrorBox error={error} trans={trans} />}
      <ul
        className="jp-mlx-Served-list"
        aria-label={trans.__('Versions that are served')}
      >
        {deployment.versions.map(version => (
          <VersionBar key={version.version} version={version} {...props} />
        ))}
      </ul>
    </>
  );
}

function Title(props: Props): JSX.Element {
  const { deployment, commands, trans } = props;
  const { name, model, state } = deployment;
  return (
    <div className="jp-mlx-RunHead-line">
      <deploymentIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
      <h2 className="jp-mlx-RunHead-name">{name}</h2>
      <span className="jp-mlx-Deployment-state" role="status">
        <DeploymentState state={state} trans={trans} />
        <strong>
          {deployment.target === 'container' && state === 'READY'
            ? trans.__('Ready to be built')
            : stateLabel(state, trans)}
        </strong>
      </span>
      <span className="jp-mlx-RunHead-facts">
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => {
            void commands.execute(CommandIDs.openModel, { name: model });
          }}
        >
          {model}
        </button>
        {` · ${[
          targetLabel(deployment.target, trans),
          trans.__('revision %1', deployment.revision),
          trans.__('owner: %1', deployment.owner),
          trans.__(
            'changed %1',
            formatTime(deployment.updated_at, trans, Date.now())
          )
        ].join(' · ')}`}
      </span>
      <Buttons {...props} />
    </div>
  );
}

function Address(props: Props): JSX.Element | null {
  const { deployment, trans } = props;
  const { address } = deployment;
  return address === null ? null : (
    <div className="jp-mlx-Deployment-address">
      <code>{address}</code>
      <Copy text={address} label={trans.__('Copy the address')} trans={trans} />
    </div>
  );
}

function Buttons(props: Props): JSX.Element {
  const { deployment, actions, model, trans } = props;
  const before = revisionBefore(deployment);
  const isStopped = deployment.state === 'STOPPED';
  return (
    <span className="jp-mlx-RunHead-buttons">
      {before && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-mod-accept"
          title={trans.__('Serve what revision %1 served', before.number)}
          onClick={() => void actions.rollback(deployment)}
        >
          {trans.__('Roll back…')}
        </button>
      )}
      <button
        type="button"
        className="jp-mlx-Button"
        onClick={() =>
          void (isStopped ? actions.start() : actions.stop(deployment))
        }
      >
        {isStopped ? trans.__('Start') : trans.__('Stop…')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        onClick={() => void actions.remove(deployment)}
      >
        {trans.__('Remove…')}
      </button>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Read the counters again')}
        onClick={() => void model.refresh()}
      />
    </span>
  );
}

function VersionBar(
  props: ITabProps & { version: ServedVersion }
): JSX.Element {
  const { version: served, model, commands, trans } = props;
  const { version, share, shadow, state } = served;
  const deployment = model.deployment.value;
  return (
    <li className="jp-mlx-ServedVersion" data-version={version}>
      <span className="jp-mlx-ServedVersion-name">
        <VersionState state={state} trans={trans} />
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => {
            void commands.execute(CommandIDs.openModelVersion, {
              name: deployment?.model ?? '',
              version
            });
          }}
        >
          {trans.__('Version %1', version)}
        </button>
        <span>{versionLabel(state, trans)}</span>
      </span>
      <span className="jp-mlx-ServedVersion-share">
        <span className="jp-mlx-ServedVersion-bar" aria-hidden="true">
          <span
            data-shadow={shadow ? '' : undefined}
            style={{ width: `${shadow ? 100 : share * 100}%` }}
          />
        </span>
        <span>{shareText(served, deployment, trans)}</span>
      </span>
      <span className="jp-mlx-ServedVersion-figures">
        {figures(served, trans).map(([name, value]) => (
          <span key={name}>
            {name} <strong>{value}</strong>
          </span>
        ))}
      </span>
      <Trouble served={served} trans={trans} />
    </li>
  );
}

/** What a version answers now and, while a change waits for something, what it will. */
function shareText(
  { version, share, shadow }: ServedVersion,
  deployment: Deployment | null,
  trans: TranslationBundle
): string {
  const text = (one: { share: number; shadow?: boolean }): string =>
    one.shadow ? trans.__('shadow') : percent(one.share);
  const now = text({ share, shadow });
  const route = deployment?.routes.find(one => one.version === version);
  const then = text(route ?? { share: 0 });
  return now === then ? now : `${now} → ${then}`;
}

function figures(
  served: ServedVersion,
  trans: TranslationBundle
): Array<[string, string]> {
  const ms = (value: number | null): string =>
    value === null ? '–' : trans.__('%1 ms', formatNumber(round(value)));
  return [
    [trans.__('requests'), formatNumber(served.requests)],
    [trans.__('errors'), formatNumber(served.errors)],
    [trans.__('p50'), ms(served.p50_ms)],
    [trans.__('p95'), ms(served.p95_ms)],
    [trans.__('restarts'), formatNumber(served.restarts)]
  ];
}

/** Why a version does not serve, and when it is tried again. */
function Trouble(props: {
  served: ServedVersion;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { served, trans } = props;
  const now = useNow(served.next_try_at !== null);
  if (!served.message && served.next_try_at === null) {
    return null;
  }
  return (
    <div className="jp-mlx-ServedVersion-trouble">
      {served.message && <pre>{served.message}</pre>}
      {served.next_try_at !== null && (
        <span>
          {trans.__(
            'It is started again %1.',
            formatFiring(served.next_try_at, trans, now)
          )}
        </span>
      )}
    </div>
  );
}

function round(value: number): number {
  return Number(value.toFixed(value < 10 ? 1 : 0));
}
