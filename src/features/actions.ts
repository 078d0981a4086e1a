/**
 * What can be done with a feature store as a whole. What executes files asks first and names them.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { MlxError } from '../api/errors';
import type { MaterializeRequest, Run } from '../api/types';
import type { IJobsModel, IMlxClient } from '../tokens';
import { CommandIDs } from '../tokens';
import type { IFeaturesModel } from './tokens';

/** Marks the button that only asks what would change. */
const PLAN = 'plan';

/**
 * The actions.
 */
export class FeatureActions {
  constructor(options: FeatureActions.IOptions) {
    this._options = options;
  }

  /** Apply a repository, or say what that would change; its run is shown. */
  async apply(repository: string): Promise<void> {
    const { client, trans } = this._options;
    const { button } = await showDialog({
      title: trans.__('Apply the repository?'),
      body: trans.__(
        'The Python files of “%1” are executed in a job. Its definitions take the place of those that its project had; what changed is kept as versions.',
        repository || '/'
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.createButton({
          label: trans.__('Say what would change'),
          actions: [PLAN]
        }),
        Dialog.okButton({ label: trans.__('Apply') })
      ],
      defaultButton: 2
    });
    if (button.accept || button.actions.includes(PLAN)) {
      const run = await client.features.apply({
        repository: repository || '.',
        dry_run: button.actions.includes(PLAN)
      });
      await this._show(run);
    }
  }

  /** Ask what is to be materialized, and do it in a job. */
  async materialize(request: MaterializeRequest): Promise<void> {
    const { client, features, trans } = this._options;
    const { MaterializeForm } = await import('./materialize');
    const { button, value } = await showDialog({
      title: trans.__('Bring the online store up to date'),
      body: new MaterializeForm({ features, trans, request }),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Materialize') })
      ],
      defaultButton: 1
    });
    if (button.accept && value) {
      await this._show(await client.features.materialize(value));
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

  private async _show(run: Run): Promise<void> {
    this._options.jobs.update(run);
    await this._options.commands.execute(CommandIDs.openRun, { id: run.id });
  }

  private _options: FeatureActions.IOptions;
}

export namespace FeatureActions {
  export interface IOptions {
    client: IMlxClient;
    features: IFeaturesModel;
    jobs: IJobsModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}
