/**
 * The plugin with the commands on the feature store as a whole.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, DOMAIN, IJobsModel, IMlxClient } from '../../tokens';
import { FeatureActions } from '../actions';
import { featureIcon } from '../icons';
import { repositoryOf } from '../names';
import { IFeaturesModel } from '../tokens';

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:features-commands',
  description: 'Adds the commands that apply and materialize features.',
  autoStart: true,
  requires: [IMlxClient, IFeaturesModel, IJobsModel],
  optional: [
    ITranslator,
    ICommandPalette,
    IDefaultFileBrowser,
    IDocumentManager
  ],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    features: IFeaturesModel,
    jobs: IJobsModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    fileBrowser: IDefaultFileBrowser | null,
    docManager: IDocumentManager | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new FeatureActions({
      client,
      features,
      jobs,
      commands,
      trans
    });
    const selected = (): string | null => {
      const [item] = fileBrowser?.selectedItems() ?? [];
      return item ? repositoryOf(item) : null;
    };
    commands.addCommand(CommandIDs.applyFeatures, {
      label: args =>
        args.selected
          ? trans.__('Apply as Features…')
          : trans.__('Apply a Repository…'),
      caption: trans.__(
        'Put the definitions of a Feast repository in force, by a job'
      ),
      icon: featureIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            repository: {
              type: 'string',
              description:
                'The folder with feature_store.yaml, relative to the server’s root.'
            },
            selected: {
              type: 'boolean',
              description: 'Take what is selected in the file browser.'
            }
          }
        }
      },
      isVisible: args => !args.selected || selected() !== null,
      execute: async args => {
        const repository =
          typeof args.repository === 'string'
            ? args.repository
            : args.selected
              ? selected()
              : await chooseFolder(docManager, trans);
        if (repository !== null) {
          await actions.attempt(actions.apply(repository));
        }
      }
    });
    commands.addCommand(CommandIDs.materializeFeatures, {
      label: trans.__('Materialize…'),
      caption: trans.__('Bring the online store up to date, by a job'),
      icon: refreshIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            project: { type: 'string', description: 'The project’s name.' },
            view: {
              type: 'string',
              description: 'The only view to bring: `project/name`.'
            }
          }
        }
      },
      execute: args => actions.attempt(actions.materialize(requestOf(args)))
    });
    commands.addCommand(CommandIDs.showFeatures, {
      label: trans.__('Show Features'),
      caption: trans.__('Show the side panel with the feature store'),
      icon: featureIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById('jp-mlx-panel');
      }
    });
    for (const command of [
      CommandIDs.showFeatures,
      CommandIDs.applyFeatures,
      CommandIDs.materializeFeatures
    ]) {
      palette?.addItem({ command, category: trans.__('MLX') });
    }
  }
};

function requestOf(args: ReadonlyPartialJSONObject): {
  project?: string;
  views?: string[];
} {
  return {
    ...(typeof args.project === 'string' ? { project: args.project } : {}),
    ...(typeof args.view === 'string' ? { views: [args.view] } : {})
  };
}

/** Ask for a folder; null where none is wanted. */
async function chooseFolder(
  docManager: IDocumentManager | null,
  trans: TranslationBundle
): Promise<string | null> {
  if (!docManager) {
    const { InputDialog } = await import('@jupyterlab/apputils');
    const { value } = await InputDialog.getText({
      title: trans.__('Which folder has feature_store.yaml?')
    });
    return value;
  }
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const { value, button } = await FileDialog.getExistingDirectory({
    manager: docManager,
    title: trans.__('Which folder has feature_store.yaml?')
  });
  const [folder] = value ?? [];
  return button.accept && folder ? folder.path : null;
}
