/**
 * The Jobs section of the side panel.
 */
import { ReactWidget, stopIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Run } from '../api/types';
import { CommandIDs } from '../tokens';
import {
  formatChange,
  formatNumber,
  formatSeconds,
  formatTime
} from '../ui/format';
import { useNow, useSignals } from '../ui/hooks';
import { headlineMetrics, shortMetricName } from '../ui/metrics';
import {
  Empty,
  ErrorBox,
  IconButton,
  Loading,
  ProgressBar,
  StateIcon
} from '../ui/parts';
import type { JobsSection } from './list';
import { ScheduleRow } from './schedule-row';
import { groupLabel, isBad, isLive, STATE_GROUPS } from './states';
import type { StateGroup } from './states';

/** How many runs are shown at first, so that the schedules below stay in sight. */
const STEP = 15;

/** How many more are shown at a time. */
const MORE = 50;

/** The view of the section. */
export class JobsSectionView extends ReactWidget {
  constructor(section: JobsSection) {
    super();
    this._section = section;
    this.addClass('jp-mlx-Jobs');
  }

  protected override render(): JSX.Element {
    return <JobsList section={this._section} />;
  }

  private _section: JobsSection;
}

function JobsList(props: { section: JobsSection }): JSX.Element {
  const { section } = props;
  const { jobs, trans, commands } = section;
  useSignals(section.changed);
  const runs = section.visibleRuns;
  const schedules = section.visibleSchedules;
  const [shown, setShown] = React.useState(STEP);
  const now = useNow(runs.some(isLive) || schedules.length > 0, 5000);
  if (jobs.status === 'failed' && jobs.error) {
    return (
      <ErrorBox
        error={jobs.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void jobs.load()
        }}
      />
    );
  }
  if (jobs.status !== 'ready' && jobs.runs.length === 0) {
    return <Loading text={trans.__('Reading the list of jobs…')} />;
  }
  if (jobs.runs.length === 0 && jobs.schedules.length === 0) {
    return (
      <Empty
        text={trans.__(
          'No notebook has run as a job yet. A job runs a notebook at its version, with its own parameters, and keeps the whole record.'
        )}
        action={{
          label: trans.__('Run a notebook…'),
          onClick: () => void commands.execute(CommandIDs.runNotebook)
        }}
      />
    );
  }
  return (
    <>
      <Toolbar section={section} />
      {jobs.lost && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'The server can’t be reached. Jobs go on without it; this list catches up when it is back.'
          )}
        </div>
      )}
      {section.searchError && (
        <ErrorBox error={section.searchError} trans={trans} />
      )}
      {runs.length + schedules.length === 0 && (
        <Empty text={trans.__('Nothing matches.')} />
      )}
      <ul className="jp-mlx-List" aria-label={trans.__('Jobs')}>
        {runs.slice(0, shown).map(run => (
          <RunRow
            key={run.id}
            run={run}
            before={jobs.previous(run)}
            commands={commands}
            trans={trans}
            now={now}
          />
        ))}
        {schedules.map(schedule => (
          <ScheduleRow
            key={schedule.id}
            schedule={schedule}
            commands={commands}
            trans={trans}
            now={now}
          />
        ))}
      </ul>
      {(runs.length > shown || jobs.hasMore) && (
        <More
          section={section}
          isHere={runs.length > shown}
          onMore={() => setShown(shown + MORE)}
        />
      )}
    </>
  );
}

function Toolbar(props: { section: JobsSection }): JSX.Element {
  const { section } = props;
  return (
    <div className="jp-mlx-Filter">
      <select
        className="jp-mlx-Select"
        aria-label={section.trans.__('Show jobs by state')}
        value={section.group}
        onChange={event => {
          section.group = event.target.value as StateGroup;
        }}
      >
        {STATE_GROUPS.map(group => (
          <option key={group} value={group}>
            {groupLabel(group, section.trans)}
          </option>
        ))}
      </select>
    </div>
  );
}

function More(props: {
  section: JobsSection;
  /** Whether the next runs are in the list already. */
  isHere: boolean;
  onMore: () => void;
}): JSX.Element {
  const { section, isHere, onMore } = props;
  const { jobs, trans } = section;
  const [error, setError] = React.useState<Error | null>(null);
  return (
    <>
      {error && <ErrorBox error={error} trans={trans} />}
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-More"
        onClick={() => {
          onMore();
          if (!isHere) {
            jobs.loadMore().then(() => setError(null), setError);
          }
        }}
      >
        {trans.__('Show older jobs')}
      </button>
    </>
  );
}

interface IRowProps {
  run: Run;
  before: Run | undefined;
  commands: CommandRegistry;
  trans: TranslationBundle;
  now: number;
}

const RunRow = React.memo((props: IRowProps): JSX.Element => {
  const { run, trans, commands } = props;
  const live = isLive(run);
  const open = () => {
    void commands.execute(CommandIDs.openRun, {
      id: run.id,
      ...(isBad(run) && run.error?.cell ? { cell: run.error.cell } : {})
    });
  };
  return (
    <li
      className="jp-mlx-Row"
      data-run={run.id}
      data-state={run.state}
      title={`${run.name} · ${run.notebook.path}`}
    >
      <button
        type="button"
        className="jp-mlx-Row-main"
        data-mlx-row=""
        onClick={open}
      >
        <span className="jp-mlx-Row-line">
          <StateIcon state={run.state} trans={trans} />
          <span className="jp-mlx-Row-name">{run.name}</span>
          {live ? <LiveDetail {...props} /> : <EndDetail {...props} />}
        </span>
        {reason(run, trans)}
      </button>
      {live && (
        <span className="jp-mlx-Row-actions">
          <IconButton
            icon={stopIcon}
            label={trans.__('Cancel %1', run.name)}
            onClick={() => {
              void commands.execute(CommandIDs.cancelRun, { id: run.id });
            }}
          />
        </span>
      )}
    </li>
  );
});

/** What a run waits for, or why it did not run, on a line of its own. */
function reason(run: Run, trans: TranslationBundle): JSX.Element | null {
  const text =
    run.cancel_requested && isLive(run)
      ? trans.__('Is being stopped.')
      : run.state === 'QUEUED'
        ? (run.reason ?? trans.__('Waits for its turn.'))
        : run.state === 'SKIPPED'
          ? run.reason
          : undefined;
  return text ? <span className="jp-mlx-Row-reason">{text}</span> : null;
}

function LiveDetail(props: IRowProps): JSX.Element {
  const { run, trans } = props;
  const { cell, cells, eta_s } = run.progress;
  if (run.state === 'QUEUED') {
    return <></>;
  }
  return (
    <>
      <span className="jp-mlx-Row-detail">
        {run.state === 'STARTING'
          ? trans.__('starts')
          : trans.__('cell %1/%2', Math.min(cell + 1, cells), cells)}
      </span>
      <ProgressBar progress={run.progress} trans={trans} />
      {eta_s !== undefined && (
        <span className="jp-mlx-Row-detail" title={trans.__('Time to go')}>
          {formatSeconds(Math.round(eta_s), trans)}
        </span>
      )}
    </>
  );
}

function EndDetail(props: IRowProps): JSX.Element {
  const { run, before, trans, now } = props;
  const time = formatTime(run.ended_at ?? run.created_at, trans, now);
  const [metric] = headlineMetrics(run, before);
  return (
    <>
      <span className="jp-mlx-Row-detail">{time}</span>
      {isBad(run) && run.error?.cell !== undefined && (
        <span className="jp-mlx-Row-bad">
          {trans.__('cell %1', run.error.cell)}
        </span>
      )}
      {run.state === 'SUCCEEDED' && metric && (
        <span
          className="jp-mlx-Row-metric"
          title={
            metric.other === undefined
              ? `${metric.name} ${metric.value}`
              : trans.__(
                  '%1 %2: %3 against the run before',
                  metric.name,
                  metric.value,
                  formatChange(metric.other, metric.value)
                )
          }
        >
          <span className="jp-mlx-Row-label">
            {shortMetricName(metric.name)}
          </span>
          <span className="jp-mlx-Row-value">
            {formatNumber(metric.value)} {arrow(metric)}
          </span>
        </span>
      )}
    </>
  );
}

function arrow(metric: { value: number; other?: number }): string {
  if (metric.other === undefined || metric.other === metric.value) {
    return '';
  }
  return metric.value > metric.other ? '↑' : '↓';
}
