/**
 * The plugin that opens the form "Add to the catalog".
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { sourceIcon } from '../../icons';
import {
  CommandIDs,
  DOMAIN,
  ICatalogModel,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import type { SourceFormModel } from '../form/model';
import { isData } from '../names';

const DOCUMENT = 'jp-mlx-add-source';

export const formPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:catalog-form',
  description: 'Adds folders, files, buckets and databases to the catalog.',
  autoStart: true,
  requires: [IMlxClient, ICatalogModel, IJobsModel, IMlxShell],
  optional: [ITranslator, IDefaultFileBrowser, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    catalog: ICatalogModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    translator: ITranslator | null,
    fileBrowser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const done = (id: string, result: SourceFormModel.IResult): void => {
      shell.close(id);
      void catalog.load();
      if (result.run) {
        jobs.update(result.run);
        void commands.execute(CommandIDs.openCrawl, { id: result.run.id });
      } else {
        Notification.success(
          trans.__('“%1” is in the catalog.', result.source.name),
          { autoClose: 5000 }
        );
        void commands.execute(CommandIDs.showCatalog);
      }
    };
    const open = async (location: string): Promise<void> => {
      const id = `${DOCUMENT}-${encodeURIComponent(location)}`;
      await shell.open(id, async () => {
        const [{ SourceFormWidget }, { SourceFormModel }] = await Promise.all([
          import('../form/view'),
          import('../form/model')
        ]);
        return new SourceFormWidget({
          model: new SourceFormModel({ client, catalog, trans, location }),
          trans,
          onDone: result => done(id, result)
        });
      });
    };
    const selected = (): string | null => {
      const [item] = fileBrowser?.selectedItems() ?? [];
      return item && (item.type === 'directory' || isData(item.name))
        ? item.path
        : null;
    };
    commands.addCommand(CommandIDs.addSource, {
      label: args =>
        args.selected
          ? trans.__('Add to Catalog…')
          : trans.__('Add Source to Catalog…'),
      caption: trans.__(
        'Crawl a folder, a bucket or a database and keep its tables in the catalog'
      ),
      icon: sourceIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            location: {
              type: 'string',
              description: 'A path relative to the server’s root, or a URL.'
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
        await open(
          typeof args.location === 'string'
            ? args.location
            : args.selected
              ? (selected() ?? '')
              : ''
        );
      }
    });
    palette?.addItem({
      command: CommandIDs.addSource,
      category: trans.__('MLX')
    });
  }
};
