/**
 * The plugin with the commands on sources.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { closeIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { databaseIcon } from '../../icons';
import {
  CommandIDs,
  DOMAIN,
  ICatalogModel,
  IJobsModel,
  IMlxClient
} from '../../tokens';
import { CatalogActions } from '../actions';

/** The argument of a command on a source; in a context menu the row says which. */
const SOURCE_ARGS = {
  type: 'object',
  properties: { id: { type: 'string', description: 'The source’s id.' } }
};

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:catalog-commands',
  description: 'Adds the commands on sources of the catalog.',
  autoStart: true,
  requires: [IMlxClient, ICatalogModel, IJobsModel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    catalog: ICatalogModel,
    jobs: IJobsModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new CatalogActions({
      client,
      catalog,
      jobs,
      commands,
      trans
    });
    const sourceOf = (args: ReadonlyPartialJSONObject): string | undefined =>
      typeof args.id === 'string'
        ? args.id
        : app.contextMenuHitTest(node => Boolean(node.dataset.source))?.dataset
            .source;
    const targets = [
      {
        id: CommandIDs.crawlSource,
        label: trans.__('Crawl Again'),
        caption: trans.__('Read what is new or changed in the source'),
        icon: refreshIcon,
        execute: (id: string) => actions.crawl(id)
      },
      {
        id: CommandIDs.removeSource,
        label: trans.__('Remove Source…'),
        caption: trans.__('Forget the source and its tables; the data stays'),
        icon: closeIcon,
        execute: (id: string) => actions.removeSource(id)
      }
    ];
    for (const command of targets) {
      commands.addCommand(command.id, {
        label: command.label,
        caption: command.caption,
        icon: command.icon,
        describedBy: { args: SOURCE_ARGS },
        isEnabled: args => sourceOf(args) !== undefined,
        execute: args => actions.attempt(command.execute(sourceOf(args) ?? ''))
      });
    }
    commands.addCommand(CommandIDs.showCatalog, {
      label: trans.__('Show Catalog'),
      caption: trans.__('Show the side panel with the data catalog'),
      icon: databaseIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById('jp-mlx-panel');
      }
    });
    palette?.addItem({
      command: CommandIDs.showCatalog,
      category: trans.__('MLX')
    });
  }
};
