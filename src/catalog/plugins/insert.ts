/**
 * The plugin that writes code that reads a table into the current notebook.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Snippet } from '../../api/types';
import {
  CommandIDs,
  DOMAIN,
  ICatalogModel,
  IJobsModel,
  IMlxClient
} from '../../tokens';
import { insertCode } from '../../ui/insert';
import { CatalogActions } from '../actions';

/** Where the flavour is kept that was chosen last. */
const STATE_KEY = 'jupyter-mlx:snippet';

export const insertPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:catalog-insert',
  description: 'Writes code that reads a table into the current notebook.',
  autoStart: true,
  requires: [IMlxClient, ICatalogModel, IJobsModel],
  optional: [ITranslator, INotebookTracker, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    catalog: ICatalogModel,
    jobs: IJobsModel,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null,
    stateDB: IStateDB | null
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
    const insert = async (id: string, flavour?: string): Promise<void> => {
      const { items } = await client.catalog.snippets(id);
      const last = await stateDB?.fetch(STATE_KEY);
      const first = String(flavour ?? last ?? items[0]?.name ?? '');
      const name = flavour ?? (await choose(items, first, trans));
      const snippet = items.find(one => one.name === name);
      if (!snippet) {
        return;
      }
      await stateDB?.save(STATE_KEY, snippet.name);
      await insertCode(app, notebooks, snippet.code, trans);
    };
    const tableOf = (args: ReadonlyPartialJSONObject): string | undefined =>
      typeof args.id === 'string'
        ? args.id
        : app.contextMenuHitTest(node => Boolean(node.dataset.table))?.dataset
            .table;
    commands.addCommand(CommandIDs.insertTable, {
      label: trans.__('Insert in Notebook…'),
      caption: trans.__('Write code that reads the table into a new cell'),
      icon: addIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: { type: 'string', description: 'The table’s id.' },
            flavour: {
              type: 'string',
              description:
                'pandas, polars, arrow, duckdb, torch or spark; asked for without it.'
            }
          }
        }
      },
      isEnabled: args => tableOf(args) !== undefined,
      execute: args =>
        actions.attempt(
          insert(
            tableOf(args) ?? '',
            typeof args.flavour === 'string' ? args.flavour : undefined
          )
        )
    });
  }
};

/** Ask for a flavour; null where none is wanted. */
async function choose(
  snippets: Snippet[],
  first: string,
  trans: TranslationBundle
): Promise<string | null> {
  const { SnippetPicker } = await import('../snippets');
  const known = snippets.some(one => one.name === first);
  const result = await showDialog({
    title: trans.__('Insert in notebook'),
    body: new SnippetPicker({
      snippets,
      chosen: known ? first : (snippets[0]?.name ?? ''),
      trans
    }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Insert') })
    ],
    // Enter takes the flavour that was taken last.
    defaultButton: 1
  });
  return result.button.accept ? result.value : null;
}
