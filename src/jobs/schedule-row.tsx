/**
 * A schedule in the Jobs section.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, pauseIcon, runIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Schedule } from '../api/types';
import { scheduleIcon } from '../icons';
import { CommandIDs } from '../tokens';
import { formatFiring, formatTime } from '../ui/format';
import { IconButton } from '../ui/parts';

/** Name, next firing in words; opened: all next firings, the last run, the actions. */
export function ScheduleRow(props: {
  schedule: Schedule;
  commands: CommandRegistry;
  trans: TranslationBundle;
  now: number;
}): JSX.Element {
  const { schedule, commands, trans, now } = props;
  const [open, setOpen] = React.useState(false);
  const next = schedule.paused
    ? trans.__('paused')
    : schedule.next_fire
      ? formatFiring(schedule.next_fire, trans, now)
      : trans.__('never again');
  return (
    <li
      className="jp-mlx-Row jp-mlx-mod-schedule"
      data-schedule={schedule.id}
      title={`${schedule.name} · ${schedule.words} · ${schedule.timezone}`}
    >
      <button
        type="button"
        className="jp-mlx-Row-main"
        data-mlx-row=""
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className="jp-mlx-Row-line">
          <span
            className="jp-mlx-State"
            role="img"
            aria-label={trans.__('Schedule')}
          >
            <scheduleIcon.react tag="span" />
          </span>
          <span className="jp-mlx-Row-name">{schedule.name}</span>
          <span className="jp-mlx-Row-detail">{next}</span>
        </span>
      </button>
      <span className="jp-mlx-Row-actions">
        <IconButton
          icon={schedule.paused ? runIcon : pauseIcon}
          label={
            schedule.paused
              ? trans.__('Resume schedule %1', schedule.name)
              : trans.__('Pause schedule %1', schedule.name)
          }
          onClick={() => {
            void commands.execute(
              schedule.paused
                ? CommandIDs.resumeSchedule
                : CommandIDs.pauseSchedule,
              { id: schedule.id }
            );
          }}
        />
        <IconButton
          icon={closeIcon}
          label={trans.__('Remove schedule %1', schedule.name)}
          onClick={() => {
            void commands.execute(CommandIDs.removeSchedule, {
              id: schedule.id
            });
          }}
        />
      </span>
      {open && <ScheduleDetail {...{ schedule, commands, trans, now }} />}
    </li>
  );
}

function ScheduleDetail(props: {
  schedule: Schedule;
  commands: CommandRegistry;
  trans: TranslationBundle;
  now: number;
}): JSX.Element {
  const { schedule, commands, trans, now } = props;
  const last = schedule.last_run;
  return (
    <div className="jp-mlx-ScheduleDetail">
      <div>{schedule.words}</div>
      {!schedule.paused && schedule.next_fires.length > 0 && (
        <div>
          {trans.__('Next: ')}
          {schedule.next_fires
            .slice(0, 5)
            .map(time => formatTime(time, trans, now))
            .join(' · ')}
        </div>
      )}
      {last && (
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => {
            void commands.execute(CommandIDs.openRun, { id: last.id });
          }}
        >
          {trans.__('Open the last run')}
        </button>
      )}
    </div>
  );
}
