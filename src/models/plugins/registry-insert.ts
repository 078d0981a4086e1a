/**
 * The plugin that writes code that loads a model into the current notebook.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { addIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, DOMAIN, IMlxClient } from '../../tokens';
import { insertCode } from '../../ui/insert';

export const insertPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-insert',
  description: 'Writes code that loads a model into the current notebook.',
  autoStart: true,
  requires: [IMlxClient],
  optional: [ITranslator, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const insert = async (args: ReadonlyPartialJSONObject): Promise<void> => {
      const name = String(args.name);
      const version = Number(args.version);
      const [{ modelSnippet }, { signature }] = await Promise.all([
        import('../registry/snippet'),
        client.models.version(name, version)
      ]);
      const which =
        typeof args.alias === 'string' ? { alias: args.alias } : { version };
      const code = modelSnippet({ name, which, signature });
      await insertCode(app, notebooks, code, trans);
    };
    app.commands.addCommand(CommandIDs.insertModel, {
      label: trans.__('Insert in Notebook'),
      caption: trans.__('Write code that loads the model into a new cell'),
      icon: addIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['name', 'version'],
          properties: {
            name: {
              type: 'string',
              description: 'The registered model’s name.'
            },
            version: {
              type: 'number',
              description: 'The version that is loaded, or that has the alias.'
            },
            alias: {
              type: 'string',
              description: 'Load whichever version has this alias.'
            }
          }
        }
      },
      isEnabled: args =>
        typeof args.name === 'string' && typeof args.version === 'number',
      execute: async args => {
        try {
          await insert(args);
        } catch (reason) {
          const { tell } = await import('../registry/actions');
          tell(reason);
        }
      }
    });
  }
};
