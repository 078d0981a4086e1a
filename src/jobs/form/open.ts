/**
 * Opening the form, and what follows its submission.
 */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { MlxError } from '../../api/errors';
import type { Run } from '../../api/types';
import { CommandIDs } from '../../tokens';
import type { IJobsModel, IMlxClient, IMlxShell } from '../../tokens';
import { formatFiring } from '../../ui/format';
import type { FormModel } from './model';

/**
 * Opens forms, one a notebook and one a run that is cloned.
 */
export class FormOpener {
  constructor(options: FormOpener.IOptions) {
    this._options = options;
  }

  /** Open the form of a notebook, or one that clones a run of it. */
  async open(path: string, clone?: Run): Promise<void> {
    const { client, trans, shell, save } = this._options;
    if (!clone && !(await save(path, true))) {
      return;
    }
    const id = clone
      ? `jp-mlx-clone-${clone.id}`
      : `jp-mlx-form-${encodeURIComponent(path)}`;
    await shell.open(id, async () => {
      const [{ RunFormWidget }, { FormModel }] = await Promise.all([
        import('./view'),
        import('./model')
      ]);
      const model = new FormModel({ client, path, trans, clone });
      return new RunFormWidget({
        model,
        trans,
        beforeSubmit: () => this._saveAgain(path, clone),
        onDone: result => this._finish(id, result)
      });
    });
  }

  /** The notebook may have changed since the form was opened. */
  private async _saveAgain(path: string, clone?: Run): Promise<void> {
    const { save, trans } = this._options;
    if (!clone && !(await save(path, false))) {
      throw new MlxError({
        code: 'not_saved',
        message: trans.__('The notebook has changes that are not saved.')
      });
    }
  }

  private _finish(id: string, result: FormModel.IResult): void {
    const { jobs, shell, commands, trans } = this._options;
    shell.close(id);
    if (result.run) {
      jobs.update(result.run);
      void commands.execute(CommandIDs.openRun, { id: result.run.id });
    }
    if (result.schedule) {
      const { schedule } = result;
      jobs.updateSchedule(schedule);
      Notification.success(
        schedule.next_fire
          ? trans.__(
              '“%1” is scheduled: %2, next %3.',
              schedule.name,
              schedule.words,
              formatFiring(schedule.next_fire, trans, Date.now())
            )
          : trans.__('“%1” is scheduled, but never fires.', schedule.name),
        { autoClose: 6000 }
      );
      void commands.execute(CommandIDs.showJobs);
    }
  }

  private _options: FormOpener.IOptions;
}

export namespace FormOpener {
  export interface IOptions {
    client: IMlxClient;
    jobs: IJobsModel;
    shell: IMlxShell;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Save the notebook if it is open and changed; false where the user declines. */
    save: (path: string, ask: boolean) => Promise<boolean>;
  }
}
