/**
 * The Log tab: what the router and each version printed.
 */
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useSignals } from '../../ui/hooks';
import { Part } from '../../ui/part';
import { Empty, IconButton } from '../../ui/parts';
import { plainText } from '../../ui/format';
import type { ITabProps } from './parts';
import { targetLabel } from './words';

/** The end of the log of the process that is chosen. */
export function LogTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const deployment = model.deployment.value;
  if (deployment && deployment.target !== 'local') {
    return (
      <Empty
        text={trans.__(
          'The logs are kept by the place that serves: %1.',
          targetLabel(deployment.target, trans)
        )}
      />
    );
  }
  const versions = deployment?.versions ?? [];
  return (
    <>
      <div className="jp-mlx-TableTools">
        <label>
          {trans.__('Log of')}
          <select
            className="jp-mlx-Select"
            value={model.process ?? ''}
            onChange={event => {
              model.process = event.target.value
                ? Number(event.target.value)
                : undefined;
            }}
          >
            <option value="">{trans.__('the router')}</option>
            {versions.map(({ version }) => (
              <option key={version} value={version}>
                {trans.__('version %1', version)}
              </option>
            ))}
          </select>
        </label>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Read the log again')}
          onClick={() => void model.log.reload()}
        />
      </div>
      <Part of={model.log} loading={trans.__('Reading the log…')} trans={trans}>
        {text => (
          <pre
            className="jp-mlx-Log"
            role="log"
            tabIndex={0}
            aria-label={trans.__('Log')}
            ref={box => {
              // What was printed last is what is looked for.
              box?.scrollTo(0, box.scrollHeight);
            }}
          >
            {text ? plainText(text) : trans.__('Nothing was printed.')}
          </pre>
        )}
      </Part>
    </>
  );
}
