/**
 * What can be done with runs and schedules. What destroys asks first and names its target.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { MlxError } from '../api/errors';
import type { Run, Schedule } from '../api/types';
import type { IJobsModel, IMlxClient } from '../tokens';
import { shortId } from '../ui/format';

/**
 * The actions.
 */
export class JobActions {
  constructor(options: JobActions.IOptions) {
    this._client = options.client;
    this._jobs = options.jobs;
    this._labels = options.trans;
  }

  async cancel(id: string): Promise<void> {
    const trans = this._labels;
    const run = await this._jobs.get(id);
    const sure = await this._confirm(
      trans.__('Cancel the run?'),
      trans.__(
        '“%1” (#%2, %3) is stopped with all its processes. What it has written so far is kept.',
        run.name,
        shortId(run.id),
        run.notebook.path
      ),
      trans.__('Cancel the run')
    );
    if (sure) {
      this._jobs.update(await this._client.cancelRun(id));
    }
  }

  /** Cancel many, asked once; all are named. */
  async cancelAll(runs: ReadonlyArray<Run>): Promise<void> {
    const trans = this._labels;
    const names = runs.map(run => `${run.name} (#${shortId(run.id)})`);
    const sure = await this._confirm(
      trans.__('Cancel all runs?'),
      trans.__('These are stopped: %1.', names.join(', ')),
      trans.__('Cancel all')
    );
    if (sure) {
      const answers = await Promise.all(
        runs.map(run => this._client.cancelRun(run.id))
      );
      answers.forEach(run => this._jobs.update(run));
    }
  }

  async retry(id: string): Promise<void> {
    this._jobs.update(await this._client.retryRun(id));
  }

  async remove(id: string): Promise<void> {
    const trans = this._labels;
    const run = await this._jobs.get(id);
    const sure = await this._confirm(
      trans.__('Remove the run?'),
      trans.__(
        '“%1” (#%2, %3) is removed with its attempts, record and outputs. This can’t be undone.',
        run.name,
        shortId(run.id),
        run.notebook.path
      ),
      trans.__('Remove the run')
    );
    if (sure) {
      await this._client.removeRun(id);
    }
  }

  async pause(id: string, paused: boolean): Promise<void> {
    this._jobs.updateSchedule(
      await this._client.updateSchedule(id, { paused })
    );
  }

  async removeSchedule(id: string): Promise<void> {
    const trans = this._labels;
    const schedule = this._schedule(id);
    const sure = await this._confirm(
      trans.__('Remove the schedule?'),
      trans.__(
        '“%1” (%2, %3) fires no more. Its runs stay.',
        schedule.name,
        schedule.notebook.path,
        schedule.words
      ),
      trans.__('Remove the schedule')
    );
    if (sure) {
      await this._client.removeSchedule(id);
    }
  }

  /** Do it, and tell of a failure with its remedy. */
  async attempt(action: Promise<void>): Promise<void> {
    try {
      await action;
    } catch (reason) {
      const error = MlxError.from(reason);
      Notification.error(
        error.remedy ? `${error.message}\n\n${error.remedy}` : error.message,
        { autoClose: 10000 }
      );
    }
  }

  private _schedule(id: string): Schedule {
    const schedule = this._jobs.schedules.find(one => one.id === id);
    if (!schedule) {
      throw new MlxError({
        code: 'schedule_unknown',
        message: this._labels.__('There is no schedule %1.', id)
      });
    }
    return schedule;
  }

  private async _confirm(
    title: string,
    body: string,
    label: string
  ): Promise<boolean> {
    const trans = this._labels;
    const result = await showDialog({
      title,
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep') }),
        Dialog.warnButton({ label })
      ],
      // The safe answer is the one that Enter gives.
      defaultButton: 0
    });
    return result.button.accept;
  }

  private _client: IMlxClient;
  private _jobs: IJobsModel;
  private _labels: TranslationBundle;
}

export namespace JobActions {
  export interface IOptions {
    client: IMlxClient;
    jobs: IJobsModel;
    trans: TranslationBundle;
  }
}
