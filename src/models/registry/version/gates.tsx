/**
 * The Gates tab: each gate that saw the version, with the figures of its checks.
 */
import * as React from 'react';

import type { GateResult } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatTime } from '../../../ui/format';
import { Empty } from '../../../ui/parts';
import { Checks, JobLink } from '../parts';
import { shortDigest } from '../words';
import type { ITabProps } from './parts';

/** The gates, newest first. */
export function GatesTab(props: ITabProps): JSX.Element {
  const { value, commands, trans } = props;
  if (value.gates.length === 0) {
    return (
      <Empty
        text={trans.__(
          'No gate has seen this version yet. One runs when it is to be promoted to an alias that a policy guards.'
        )}
        action={{
          label: trans.__('Promote…'),
          onClick: () => {
            void commands.execute(CommandIDs.promoteModel, {
              name: value.name,
              version: value.version
            });
          }
        }}
      />
    );
  }
  return (
    <>
      {value.gates.map(gate => (
        <Gate
          key={`${gate.policy}/${gate.number}/${gate.at}`}
          {...props}
          gate={gate}
        />
      ))}
    </>
  );
}

function Gate(props: ITabProps & { gate: GateResult }): JSX.Element {
  const { gate, trans } = props;
  return (
    <section className="jp-mlx-CrawlPage-part">
      <div className="jp-mlx-PolicyHead">
        <h3>{gate.policy}</h3>
        <span>
          {trans.__(
            'version %1 · %2',
            gate.number,
            formatTime(gate.at, trans, Date.now())
          )}
        </span>
        <code title={gate.digest}>{shortDigest(gate.digest)}</code>
        {gate.run_id && (
          <span>
            {trans.__('job')} <JobLink {...props} id={gate.run_id} />
          </span>
        )}
      </div>
      <Checks checks={gate.checks} trans={trans} />
    </section>
  );
}
