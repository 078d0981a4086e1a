/**
 * The form's schedule: when, in which time zone, and what that means in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Config, SchedulePreview } from '../../api/types';
import { TextField } from '../../ui/fields';
import type { ITextForm } from '../../ui/fields';
import { formatTime } from '../../ui/format';

/** A form that has a schedule. */
export interface IScheduleForm extends ITextForm<'cron' | 'timezone'> {
  readonly config: Config | null;
  readonly preview: SchedulePreview | null;
}

/** The fields of a schedule, with its next firings. */
export function ScheduleFields(props: {
  model: IScheduleForm;
  trans: TranslationBundle;
  /** Further fields, before the preview. */
  children?: React.ReactNode;
}): JSX.Element {
  const { model, trans } = props;
  const examples: Array<[string, string]> = [
    ['0 * * * *', trans.__('Every hour')],
    ['0 6 * * *', trans.__('Every day at 6')],
    ['0 6 * * 1-5', trans.__('Weekdays at 6')],
    ['0 6 * * 1', trans.__('Mondays at 6')],
    ['0 6 1 * *', trans.__('The first of the month')]
  ];
  return (
    <>
      <div
        className="jp-mlx-Chips"
        role="group"
        aria-label={trans.__('Common schedules')}
      >
        {examples.map(([cron, label]) => (
          <button
            key={cron}
            type="button"
            className="jp-mlx-Chip"
            aria-pressed={model.settings.cron === cron}
            onClick={() => model.set('cron', cron)}
          >
            {label}
          </button>
        ))}
      </div>
      <TextField
        model={model}
        field="cron"
        label={trans.__('Cron')}
        hint={trans.__('Minute, hour, day of the month, month, weekday')}
      />
      <TextField
        model={model}
        field="timezone"
        label={trans.__('Time zone')}
        list={`${model.key}-timezones`}
      />
      <datalist id={`${model.key}-timezones`}>
        {model.config!.timezones.map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {props.children}
      <Preview model={model} trans={trans} />
    </>
  );
}

function Preview(props: {
  model: IScheduleForm;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, trans } = props;
  const { preview } = model;
  if (!preview) {
    return null;
  }
  const now = Date.now();
  return (
    <div className="jp-mlx-Preview" role="status">
      <strong>{preview.words}</strong>
      <ol>
        {preview.next_fires.map(time => (
          <li key={time}>{formatTime(time, trans, now)}</li>
        ))}
      </ol>
      <div className="jp-mlx-Field-hint">{trans.__('In your local time.')}</div>
    </div>
  );
}
