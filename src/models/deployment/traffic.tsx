/**
 * The Traffic tab: which version answers how many of the requests.
 */
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Deployment } from '../../api/types';
import { useSignals } from '../../ui/hooks';
import { ErrorBox, IconButton } from '../../ui/parts';
import type { ITabProps } from './parts';
import { WHOLE } from './shares';
import type { IShare } from './shares';
import { routesText } from './words';

/** How many versions one deployment serves at most. */
const MOST = 5;

/** The shares, to be edited. */
export function TrafficTab(props: ITabProps): JSX.Element | null {
  const { model, trans } = props;
  const { traffic } = model;
  useSignals(model.changed, traffic.changed);
  const deployment = model.deployment.value;
  if (!deployment || model.isRemoved) {
    return null;
  }
  return (
    <form
      className="jp-mlx-Traffic"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void traffic.apply();
      }}
    >
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <thead>
          <tr>
            <th scope="col">{trans.__('Version')}</th>
            <th scope="col">{trans.__('Share of the requests')}</th>
            <th scope="col">{trans.__('Shadow')}</th>
            <th scope="col">{trans.__('Serve no more')}</th>
          </tr>
        </thead>
        <tbody>
          {traffic.shares.map(share => (
            <ShareRow key={share.version} {...props} share={share} />
          ))}
        </tbody>
      </table>
      <p className="jp-mlx-Field-hint">
        {trans.__(
          'The shares always sum to 100 %: what one gets, the others give in proportion. A shadow is sent a copy of each request, and answers nobody.'
        )}
      </p>
      {traffic.shares.length < MOST && (
        <AddVersion {...props} deployment={deployment} />
      )}
      <Overtaken {...props} deployment={deployment} />
      {traffic.error && <ErrorBox error={traffic.error} trans={trans} />}
      <Apply {...props} deployment={deployment} />
    </form>
  );
}

function ShareRow(props: ITabProps & { share: IShare }): JSX.Element {
  const { model, trans, share } = props;
  const { traffic } = model;
  const { version, tenths, shadow } = share;
  const isLast = traffic.shares.every(
    one => one.shadow || one.version === version
  );
  const set = (percent: string): void => {
    if (percent.trim() !== '' && Number.isFinite(Number(percent))) {
      traffic.setShare(version, Number(percent) * (WHOLE / 100));
    }
  };
  const common = {
    min: 0,
    max: 100,
    disabled: shadow || isLast,
    value: tenths / (WHOLE / 100),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      set(event.target.value)
  };
  return (
    <tr data-version={version}>
      <th scope="row">{trans.__('Version %1', version)}</th>
      <td className="jp-mlx-Traffic-share">
        <input
          {...common}
          type="range"
          step={1}
          aria-label={trans.__('Share of version %1, by a slider', version)}
        />
        <input
          {...common}
          type="number"
          step={0.1}
          className="jp-mlx-Input"
          aria-label={trans.__('Share of version %1, in percent', version)}
        />
        <span>%</span>
      </td>
      <td>
        <input
          type="checkbox"
          checked={shadow}
          disabled={!shadow && isLast}
          aria-label={trans.__('Version %1 is a shadow', version)}
          onChange={event => traffic.setShadow(version, event.target.checked)}
        />
      </td>
      <td>
        {(shadow || !isLast) && (
          <IconButton
            icon={closeIcon}
            label={trans.__('Serve version %1 no more', version)}
            onClick={() => traffic.remove(version)}
          />
        )}
      </td>
    </tr>
  );
}

/** Another version of the model, as a canary or a shadow. */
function AddVersion(
  props: ITabProps & { deployment: Deployment }
): JSX.Element {
  const { model, trans, deployment } = props;
  const { models, traffic } = model;
  useSignals(models.changed);
  const name = deployment.model;
  React.useEffect(() => {
    void models.loadVersions(name);
  }, [models, name]);
  const known = models.versionsOf(name);
  const served = new Set(traffic.shares.map(one => one.version));
  const free = (known?.items ?? []).filter(one => !served.has(one.version));
  const [chosen, setChosen] = React.useState<number | null>(null);
  const version = free.find(one => one.version === chosen) ?? free[0];
  if (!version) {
    return (
      <p className="jp-mlx-Field-hint" role="status">
        {known?.error
          ? trans.__('The versions could not be read: %1', known.error.message)
          : known && !known.loading
            ? trans.__('There is no other version of %1 to serve.', name)
            : trans.__('The versions of %1 are asked for…', name)}
      </p>
    );
  }
  return (
    <div className="jp-mlx-TableTools">
      <label>
        {trans.__('Serve too')}
        <select
          className="jp-mlx-Select"
          value={version.version}
          onChange={event => setChosen(Number(event.target.value))}
        >
          {free.map(one => (
            <option key={one.version} value={one.version}>
              {[trans.__('version %1', one.version), ...one.aliases].join(
                ' · '
              )}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="jp-mlx-Button"
        title={trans.__('It answers 10 % of the requests')}
        onClick={() => traffic.add(version.version, false)}
      >
        {trans.__('As a canary')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        title={trans.__('It is sent copies, and answers nobody')}
        onClick={() => traffic.add(version.version, true)}
      >
        {trans.__('As a shadow')}
      </button>
    </div>
  );
}

/** Another has made a revision since the edit began. */
function Overtaken(
  props: ITabProps & { deployment: Deployment }
): JSX.Element | null {
  const { model, trans, deployment } = props;
  const { traffic } = model;
  if (traffic.overtakenBy === null) {
    return null;
  }
  const revision = deployment.revisions.find(
    one => one.number === traffic.overtakenBy
  );
  return (
    <div className="jp-mlx-Note" role="alert">
      <p>
        {trans.__(
          'While you edited revision %1, %2 made revision %3, which serves %4.',
          traffic.revision,
          revision?.by ?? trans.__('somebody'),
          traffic.overtakenBy,
          routesText(deployment.routes, trans)
        )}
      </p>
      <button
        type="button"
        className="jp-mlx-Button"
        onClick={() => traffic.reset()}
      >
        {trans.__('Show that one')}
      </button>{' '}
      <button
        type="button"
        className="jp-mlx-Button"
        onClick={() => traffic.rebase()}
      >
        {trans.__('Keep my edit, to apply it over that one')}
      </button>
    </div>
  );
}

function Apply(props: ITabProps & { deployment: Deployment }): JSX.Element {
  const { model, trans } = props;
  const { traffic } = model;
  return (
    <>
      <label className="jp-mlx-Traffic-why">
        {trans.__('Why')}
        <input
          className="jp-mlx-Input"
          type="text"
          maxLength={2000}
          placeholder={trans.__('kept with the revision')}
          value={traffic.why}
          onChange={event => {
            traffic.why = event.target.value;
          }}
        />
      </label>
      <div className="jp-mlx-Form-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={!traffic.isEdited || traffic.overtakenBy !== null}
          aria-disabled={traffic.isPending}
        >
          {traffic.isPending ? trans.__('Is being sent…') : trans.__('Apply')}
        </button>
        {traffic.isEdited && (
          <button
            type="button"
            className="jp-mlx-Button"
            onClick={() => traffic.reset()}
          >
            {trans.__('Leave it as it is')}
          </button>
        )}
        <span className="jp-mlx-Field-hint" role="status">
          {traffic.isEdited
            ? trans.__('It becomes revision %1.', traffic.revision + 1)
            : trans.__('This is revision %1.', traffic.revision)}
        </span>
      </div>
    </>
  );
}
