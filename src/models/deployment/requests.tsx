/**
 * The Requests tab: what was asked and answered, as far as it is logged.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ScoredCall } from '../../api/types';
import {
  formatNumber,
  formatTime,
  formatValue,
  percent
} from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { PagedPart } from '../../ui/part';
import { Empty } from '../../ui/parts';
import type { ITabProps } from './parts';

/** The log, newest first. */
export function RequestsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const deployment = model.deployment.value;
  if (deployment && deployment.target !== 'local') {
    return (
      <Empty
        text={trans.__(
          'Requests are logged where this machine serves. Elsewhere the place that serves has them.'
        )}
      />
    );
  }
  const { log_share: share, mask = [] } = model.deployment.value?.options ?? {};
  return (
    <PagedPart
      of={model.requests}
      loading={trans.__('Reading the logged requests…')}
      empty={
        share === 0
          ? trans.__(
              'Requests to this deployment are not logged: its log share is 0.'
            )
          : trans.__(
              'No request is logged yet. Score a row in “Try it”, or call the deployment as “How to call” shows.'
            )
      }
      trans={trans}
    >
      {items => (
        <>
          <p className="jp-mlx-Sample-note">
            {[
              share !== undefined &&
                trans.__('%1 of the requests are logged', percent(share)),
              mask.length > 0 && trans.__('masked: %1', mask.join(', '))
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <Calls items={items} trans={trans} />
        </>
      )}
    </PagedPart>
  );
}

function Calls(props: {
  items: ReadonlyArray<ScoredCall>;
  trans: TranslationBundle;
}): JSX.Element {
  const { items, trans } = props;
  const isShadowed = items.some(call => call.shadow.length > 0);
  return (
    <table className="jp-mlx-Table jp-mlx-Calls">
      <thead>
        <tr>
          <th scope="col">{trans.__('Time')}</th>
          <th scope="col">{trans.__('Version')}</th>
          <th scope="col">{trans.__('Status')}</th>
          <th scope="col">{trans.__('ms')}</th>
          <th scope="col">{trans.__('Rows')}</th>
          <th scope="col">{trans.__('Inputs')}</th>
          <th scope="col">{trans.__('Predictions')}</th>
          {isShadowed && <th scope="col">{trans.__('Shadows said')}</th>}
        </tr>
      </thead>
      <tbody>
        {items.map(call => (
          <tr key={call.id} data-status={call.status}>
            <td title={call.at}>{formatTime(call.at, trans, Date.now())}</td>
            <td>{trans.__('v%1', call.version)}</td>
            <td>{call.status}</td>
            <td>{formatNumber(Number(call.milliseconds.toFixed(1)))}</td>
            <td>{call.rows}</td>
            <td>
              <Values values={call.inputs} />
            </td>
            <td>
              <Values values={call.predictions} />
            </td>
            {isShadowed && (
              <td>
                {call.shadow.map(answer => (
                  <div key={answer.version}>
                    {trans.__('v%1', answer.version)}{' '}
                    {answer.status === 200 ? (
                      <Values values={answer.predictions} />
                    ) : (
                      answer.status
                    )}
                  </div>
                ))}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The first of the values; all of them where that is opened. */
function Values(props: { values: ReadonlyArray<unknown> }): JSX.Element | null {
  const { values } = props;
  if (values.length === 0) {
    return null;
  }
  const [first, ...rest] = values;
  const line = formatValue(first);
  return rest.length === 0 && line.length < 60 ? (
    <code>{line}</code>
  ) : (
    <details className="jp-mlx-Calls-values">
      <summary>
        <code>{line}</code>
      </summary>
      <pre>
        {values.map(value => JSON.stringify(value, null, 1)).join('\n')}
      </pre>
    </details>
  );
}
