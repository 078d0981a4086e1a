/**
 * The plugin that deploys models and opens the pages of deployments.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Deployment } from '../../api/types';
import { CommandIDs, DOMAIN, IMlxClient, IMlxShell } from '../../tokens';
import { trackPage } from '../../ui/track';
import type { DeploymentPage } from '../deployment/page';
import { deploymentIcon } from '../deployment/icon';
import { IModelsModel } from '../tokens';

const FORM = 'jp-mlx-deploy';

const deploymentsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-deployments',
  description: 'Deploys models, and opens the pages of deployments.',
  autoStart: true,
  requires: [IMlxClient, IModelsModel, IMlxShell],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    models: IModelsModel,
    shell: IMlxShell,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new WidgetTracker<MainAreaWidget<DeploymentPage>>({
      namespace: 'jupyter-mlx-deployments'
    });
    const makePage = async (name: string): Promise<DeploymentPage> => {
      const [{ DeploymentPage }, { DeploymentModel }, { DeploymentActions }] =
        await Promise.all([
          import('../deployment/page'),
          import('../deployment/model'),
          import('../deployment/actions')
        ]);
      const model = new DeploymentModel({ name, client, models, trans });
      const actions = new DeploymentActions({ model, trans });
      return new DeploymentPage({ model, actions, commands, trans });
    };
    const done = (id: string, { name }: Deployment): void => {
      shell.close(id);
      void commands.execute(CommandIDs.openDeployment, { name });
    };
    commands.addCommand(CommandIDs.openDeployment, {
      label: trans.__('Open Deployment'),
      caption: trans.__('Open the page of the deployment'),
      icon: deploymentIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', description: 'The deployment’s name.' },
            tab: { type: 'string', description: 'A part of the page to show.' }
          }
        }
      },
      isEnabled: args => typeof args.name === 'string',
      execute: async args => {
        const name = String(args.name);
        const widget = await shell.open(`jp-mlx-deployment-${name}`, () =>
          makePage(name)
        );
        await trackPage(pages, widget, args.tab);
      }
    });
    commands.addCommand(CommandIDs.deployModel, {
      label: trans.__('Deploy a Model…'),
      caption: trans.__('Have a version of a model answer requests'),
      icon: deploymentIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            model: { type: 'string', description: 'A registered model.' },
            version: { type: 'number', description: 'A version of it.' },
            alias: {
              type: 'string',
              description: 'An alias, in place of a version.'
            }
          }
        }
      },
      execute: async args => {
        const model = typeof args.model === 'string' ? args.model : '';
        const which = whichOf(args);
        const id = `${FORM}-${encodeURIComponent(model)}-${which}`;
        await shell.open(id, async () => {
          const [{ DeployFormWidget }, { DeployFormModel }] = await Promise.all(
            [
              import('../deployment/form/view'),
              import('../deployment/form/model')
            ]
          );
          return new DeployFormWidget({
            model: new DeployFormModel({ client, models, trans, model, which }),
            trans,
            onDone: deployment => done(id, deployment)
          });
        });
      }
    });
    palette?.addItem({
      command: CommandIDs.deployModel,
      category: trans.__('MLX')
    });
    void restorer?.restore(pages, {
      command: CommandIDs.openDeployment,
      args: ({ content }) => ({
        name: content.model.name,
        tab: content.tab
      }),
      name: ({ content }) => content.model.name
    });
  }
};

export default [deploymentsPlugin];

/** What the form has for a version. */
function whichOf(args: ReadonlyPartialJSONObject): string {
  if (typeof args.version === 'number') {
    return `version:${args.version}`;
  }
  return typeof args.alias === 'string' ? `alias:${args.alias}` : '';
}
