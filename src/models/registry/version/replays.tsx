/**
 * The Replays tab: whether the version can be made again, and what differs where it can not.
 */
import * as React from 'react';

import type { Replay, RunState } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatNumber, formatTime } from '../../../ui/format';
import { Empty, ErrorBox } from '../../../ui/parts';
import { JobLink, Outcome } from '../parts';
import { changeText, metricText, replayText } from '../words';
import type { ITabProps } from './parts';

const SIGNS: Record<Replay['state'], RunState> = {
  RUNNING: 'RUNNING',
  EQUAL: 'SUCCEEDED',
  WITHIN: 'SUCCEEDED',
  DIFFERENT: 'FAILED',
  FAILED: 'FAILED'
};

/** The replays, newest first. */
export function ReplaysTab(props: ITabProps): JSX.Element {
  const { model, value, commands, trans } = props;
  const { origin, replays } = value;
  const replay = (): void => {
    void commands.execute(CommandIDs.replayModel, {
      name: value.name,
      version: value.version
    });
  };
  if (replays.length === 0) {
    return origin.replayable ? (
      <Empty
        text={trans.__(
          'It was not made again yet. A job runs its notebook with the recorded parameters, data and environment, and says whether the same comes out.'
        )}
        action={
          model.working('replay')
            ? undefined
            : { label: trans.__('Replay…'), onClick: replay }
        }
      />
    ) : (
      <Empty
        text={trans.__(
          'It can not be made again from its record: %1',
          origin.missing.join(' ')
        )}
      />
    );
  }
  return (
    <>
      <div className="jp-mlx-TableTools">
        <button
          type="button"
          className="jp-mlx-Button"
          disabled={!origin.replayable || Boolean(model.working('replay'))}
          title={origin.missing.join(' ') || undefined}
          onClick={replay}
        >
          {trans.__('Replay…')}
        </button>
      </div>
      {replays.map((one, index) => (
        <ReplayPart key={one.id} {...props} one={one} isFirst={index === 0} />
      ))}
    </>
  );
}

type ReplayProps = ITabProps & { one: Replay; isFirst: boolean };

function ReplayPart(props: ReplayProps): JSX.Element {
  const { one, isFirst, trans } = props;
  return (
    <details className="jp-mlx-Details jp-mlx-Replay" open={isFirst}>
      <summary>
        <Outcome
          state={SIGNS[one.state]}
          text={replayText(one.state, trans)}
          trans={trans}
        />{' '}
        {formatTime(one.at, trans, Date.now())} · {trans.__('by %1', one.by)}
      </summary>
      <p>
        {one.message}{' '}
        {one.run_id && (
          <>
            {trans.__('Job')} <JobLink {...props} id={one.run_id} />
          </>
        )}
        {one.tolerance > 0 &&
          ` · ${trans.__('tolerance %1', formatNumber(one.tolerance))}`}
      </p>
      {one.error && <ErrorBox error={one.error} trans={trans} />}
      {one.cell && (
        <section className="jp-mlx-CrawlPage-part">
          <h3>
            {trans.__('Cell %1 is the first that differs', one.cell.number)}
          </h3>
          <p>{one.cell.why}</p>
          <pre
            className="jp-mlx-Source jp-mlx-mod-definition"
            tabIndex={0}
            aria-label={trans.__('The source of the cell')}
          >
            {one.cell.source}
          </pre>
        </section>
      )}
      <Figures {...props} />
      <Files {...props} />
    </details>
  );
}

function Figures(props: ReplayProps): JSX.Element | null {
  const { one, trans } = props;
  if (one.metrics.length === 0) {
    return null;
  }
  return (
    <table className="jp-mlx-Table jp-mlx-mod-narrow">
      <thead>
        <tr>
          <th scope="col">{trans.__('Metric')}</th>
          <th scope="col">{trans.__('Recorded')}</th>
          <th scope="col">{trans.__('Made again')}</th>
          <th scope="col">{trans.__('Difference')}</th>
        </tr>
      </thead>
      <tbody>
        {one.metrics.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-number="">{metricText(before)}</td>
            <td data-number="">{metricText(after)}</td>
            <td data-number="">{changeText(before, after) || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Files(props: ReplayProps): JSX.Element | null {
  const { one, trans } = props;
  if (one.files.length === 0) {
    return null;
  }
  const equal = one.files.filter(file => file.equal).length;
  return (
    <details className="jp-mlx-Details">
      <summary>
        {trans.__('%1 of %2 files are equal', equal, one.files.length)}
      </summary>
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <tbody>
          {one.files.map(file => (
            <tr key={file.path}>
              <th scope="row">
                <code>{file.path}</code>
              </th>
              <td>
                <Outcome
                  state={file.equal ? 'SUCCEEDED' : 'FAILED'}
                  text={file.equal ? trans.__('equal') : trans.__('different')}
                  trans={trans}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
