/**
 * The Freshness tab: how old what is served is, when it is renewed, and what was done.
 */
import * as React from 'react';

import type { Materialization } from '../../api/types';
import { ScheduleFields } from '../../jobs/form/schedule';
import { CommandIDs } from '../../tokens';
import {
  formatFiring,
  formatSeconds,
  formatTime,
  secondsBetween,
  shortId
} from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import { PagedPart } from '../../ui/part';
import { Empty, ErrorBox, Loading, StateIcon } from '../../ui/parts';
import { Freshness } from '../tree-view';
import type { ITabProps } from './parts';

/** The freshness with its history. */
export function FreshnessTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed, model.schedule.changed);
  const view = model.view.value;
  if (!view) {
    return <Loading text={trans.__('Reading the view…')} />;
  }
  if (!model.canMaterialize) {
    return (
      <Empty
        text={
          view.kind === 'on_demand'
            ? trans.__(
                'An on-demand view is computed when it is asked for: it is as fresh as the views that it is computed from.'
              )
            : trans.__(
                'This view is not served: its definition says `online=False`.'
              )
        }
      />
    );
  }
  return (
    <>
      <div className="jp-mlx-FreshnessLine">
        <Freshness view={view} isLong trans={trans} />
      </div>
      <Schedule {...props} />
      <History {...props} />
    </>
  );
}

function Schedule(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { schedule: form, project } = model;
  const { schedule } = project ?? {};
  const now = useNow(true, 30000);
  return (
    <section
      className="jp-mlx-CrawlPage-part"
      aria-label={trans.__('Schedule')}
    >
      <h3>{trans.__('When it is renewed')}</h3>
      {!form.isOpen && (
        <p className="jp-mlx-Sample-note">
          {schedule
            ? [
                schedule.words,
                schedule.next_fire &&
                  trans.__(
                    'next %1',
                    formatFiring(schedule.next_fire, trans, now)
                  ),
                project?.on_new_data &&
                  trans.__('and when a crawl finds new data')
              ]
                .filter(Boolean)
                .join(' · ')
            : trans.__(
                'By hand only. A schedule renews the whole project.'
              )}{' '}
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => void form.open(project?.on_new_data ?? false)}
          >
            {schedule
              ? trans.__('Change the schedule…')
              : trans.__('Set a schedule…')}
          </button>
        </p>
      )}
      {form.isOpen && <ScheduleForm {...props} />}
    </section>
  );
}

function ScheduleForm(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { schedule: form } = model;
  return (
    <form
      className="jp-mlx-Form-body jp-mlx-mod-inside"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void form.submit();
      }}
    >
      {form.error && <ErrorBox error={form.error} trans={trans} />}
      {form.config ? (
        <ScheduleFields model={form} trans={trans}>
          <div className="jp-mlx-Choices">
            <label>
              <input
                type="checkbox"
                checked={form.onlyNew}
                onChange={event => {
                  form.onlyNew = event.target.checked;
                }}
              />
              {trans.__('Pass over views whose source is as it was')}
            </label>
            <label>
              <input
                type="checkbox"
                checked={form.onNewData}
                onChange={event => {
                  form.onNewData = event.target.checked;
                }}
              />
              {trans.__('Also when a crawl finds new data in a source')}
            </label>
          </div>
        </ScheduleFields>
      ) : (
        !form.error && <Loading text={trans.__('Reading the configuration…')} />
      )}
      <div className="jp-mlx-Form-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={form.submitting || !form.config}
        >
          {trans.__('Set the schedule')}
        </button>
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={() => form.close()}
        >
          {trans.__('Leave it')}
        </button>
      </div>
    </form>
  );
}

function History(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <section
      className="jp-mlx-CrawlPage-part"
      aria-label={trans.__('Materializations')}
    >
      <h3>{trans.__('Materializations')}</h3>
      <PagedPart
        of={model.materializations}
        loading={trans.__('Reading what was done…')}
        empty={trans.__(
          'Nothing was brought to the online store yet: it answers null for every entity.'
        )}
        action={
          model.working('materialize')
            ? undefined
            : {
                label: trans.__('Materialize'),
                onClick: () => void model.start('materialize')
              }
        }
        trans={trans}
      >
        {items => (
          <table className="jp-mlx-Table">
            <thead>
              <tr>
                <th scope="col">{trans.__('State')}</th>
                <th scope="col">{trans.__('View')}</th>
                <th scope="col">{trans.__('From')}</th>
                <th scope="col">{trans.__('To')}</th>
                <th scope="col">{trans.__('Done')}</th>
                <th scope="col">{trans.__('Run')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(one => (
                <HistoryRow key={one.id} {...props} done={one} />
              ))}
            </tbody>
          </table>
        )}
      </PagedPart>
    </section>
  );
}

function HistoryRow(props: ITabProps & { done: Materialization }): JSX.Element {
  const { done, commands, trans } = props;
  const now = Date.now();
  const took = secondsBetween(done.started_at, done.ended_at, now);
  const { run_id } = done;
  return (
    <>
      <tr data-state={done.state}>
        <td>
          <StateIcon state={done.state} trans={trans} />{' '}
          {stateText(done.state, props)}
        </td>
        <td>{done.view}</td>
        <td>{formatTime(done.since, trans, now)}</td>
        <td>{formatTime(done.until, trans, now)}</td>
        <td>
          {formatTime(done.started_at, trans, now)}
          {done.ended_at && took !== null && ` · ${formatSeconds(took, trans)}`}
        </td>
        <td>
          {run_id ? (
            <button
              type="button"
              className="jp-mlx-Link"
              onClick={() => {
                void commands.execute(CommandIDs.openRun, { id: run_id });
              }}
            >
              #{shortId(run_id)}
            </button>
          ) : (
            trans.__('by hand')
          )}
        </td>
      </tr>
      {done.error && (
        <tr>
          <td colSpan={6}>
            <ErrorBox error={done.error} trans={trans} />
          </td>
        </tr>
      )}
    </>
  );
}

function stateText(state: Materialization['state'], props: ITabProps): string {
  const { trans } = props;
  switch (state) {
    case 'RUNNING':
      return trans.__('under way');
    case 'SUCCEEDED':
      return trans.__('done');
    case 'FAILED':
      return trans.__('failed');
    case 'SKIPPED':
      return trans.__('nothing new');
  }
}
