/**
 * What can be done with a deployment. What changes who is answered by what asks first.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Deployment } from '../../api/types';
import { revisionBefore } from './model';
import type { DeploymentModel } from './model';
import { routesText } from './words';

/**
 * The actions of the page. A refusal is shown on the page.
 */
export class DeploymentActions {
  constructor(options: DeploymentActions.IOptions) {
    this._options = options;
  }

  /** Serve what a revision served; the one before where none is named. */
  async rollback(deployment: Deployment, to?: number): Promise<void> {
    const { model, trans } = this._options;
    const revision = revisionBefore(deployment, to);
    if (!revision) {
      return;
    }
    const result = await showDialog({
      title: trans.__('Roll back “%1”?', deployment.name),
      body: trans.__(
        'It serves what revision %1 served: %2. Now it serves %3. The roll-back is a new revision, so that it can be rolled back too.',
        revision.number,
        routesText(revision.routes, trans),
        routesText(deployment.routes, trans)
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({
          label: trans.__('Serve %1', routesText(revision.routes, trans))
        })
      ]
    });
    if (result.button.accept) {
      await model.attempt(model.rollback(revision.number));
    }
  }

  async stop({ name, address }: Deployment): Promise<void> {
    const { model, trans } = this._options;
    const sure = await this._confirm(
      trans.__('Stop “%1”?', name),
      address
        ? trans.__(
            'Nothing answers at %1 until it is started again. Its revisions and its address are kept.',
            address
          )
        : trans.__('It serves nothing until it is started again.'),
      trans.__('Stop')
    );
    if (sure) {
      await model.attempt(model.change({ running: false }));
    }
  }

  async start(): Promise<void> {
    const { model } = this._options;
    await model.attempt(model.change({ running: true }));
  }

  async remove({ name, target: place, model: of }: Deployment): Promise<void> {
    const { model, trans } = this._options;
    const sure = await this._confirm(
      trans.__('Remove “%1”?', name),
      place === 'sagemaker'
        ? trans.__(
            'The endpoint is deleted at SageMaker, with its configurations and its models there. The versions of %1 stay in the registry.',
            of
          )
        : trans.__(
            'It is stopped and taken away with its request log, address and token. The versions of %1 stay in the registry.',
            of
          ),
      trans.__('Remove')
    );
    if (sure) {
      await model.attempt(model.remove());
    }
  }

  private async _confirm(
    title: string,
    body: string,
    label: string
  ): Promise<boolean> {
    const { trans } = this._options;
    const result = await showDialog({
      title,
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label })
      ],
      defaultButton: 0
    });
    return result.button.accept;
  }

  private _options: DeploymentActions.IOptions;
}

export namespace DeploymentActions {
  export interface IOptions {
    model: DeploymentModel;
    trans: TranslationBundle;
  }
}
