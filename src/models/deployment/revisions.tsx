/**
 * The Revisions tab: what was served when, by whose decision, and the way back.
 */
import * as React from 'react';

import { formatTime } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import type { ITabProps } from './parts';
import { routesText } from './words';

/** The revisions, newest first. */
export function RevisionsTab(props: ITabProps): JSX.Element | null {
  const { model, actions, trans } = props;
  useSignals(model.changed);
  const deployment = model.deployment.value;
  if (!deployment || model.isRemoved) {
    return null;
  }
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Revision')}</th>
          <th scope="col">{trans.__('Serves')}</th>
          <th scope="col">{trans.__('Who')}</th>
          <th scope="col">{trans.__('When')}</th>
          <th scope="col">{trans.__('Why')}</th>
          <th scope="col">{trans.__('Go back')}</th>
        </tr>
      </thead>
      <tbody>
        {deployment.revisions.map(revision => (
          <tr key={revision.number} data-revision={revision.number}>
            <th scope="row">{revision.number}</th>
            <td>{routesText(revision.routes, trans)}</td>
            <td>{revision.by}</td>
            <td title={revision.at}>
              {formatTime(revision.at, trans, Date.now())}
            </td>
            <td>{revision.why}</td>
            <td>
              {revision.number === deployment.revision ? (
                <strong>{trans.__('in force')}</strong>
              ) : (
                <button
                  type="button"
                  className="jp-mlx-Button"
                  aria-label={trans.__(
                    'Roll back to revision %1',
                    revision.number
                  )}
                  onClick={() =>
                    void actions.rollback(deployment, revision.number)
                  }
                >
                  {trans.__('Roll back to it…')}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
