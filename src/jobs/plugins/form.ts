/**
 * The plugin that opens the form "Run as job".
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { duplicateIcon } from '@jupyterlab/ui-components';

import type { Run } from '../../api/types';
import { runJobIcon } from '../../icons';
import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import { JobActions } from '../actions';
import { DRIVE_NAME } from '../drive';
import { FormOpener } from '../form/open';

export const formPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:run-form',
  description: 'Runs a notebook as a job, by a form made from its parameters.',
  autoStart: true,
  requires: [IMlxClient, IJobsModel, IMlxShell],
  optional: [
    ITranslator,
    IDocumentManager,
    INotebookTracker,
    IDefaultFileBrowser,
    ICommandPalette,
    ILauncher
  ],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    jobs: IJobsModel,
    shell: IMlxShell,
    translator: ITranslator | null,
    docManager: IDocumentManager | null,
    notebooks: INotebookTracker | null,
    fileBrowser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const opener = new FormOpener({
      client,
      jobs,
      shell,
      trans,
      commands: app.commands,
      save: (path, ask) => saveNotebook(docManager, path, ask, trans)
    });
    const actions = new JobActions({ client, jobs, trans });
    addRunCommand(app, {
      trans,
      choose: () => chooseNotebook(docManager, notebooks, trans),
      selected: () => selectedNotebook(fileBrowser),
      run: path => actions.attempt(opener.open(path)),
      current: () => currentNotebook(app, notebooks)
    });
    app.commands.addCommand(CommandIDs.cloneRun, {
      label: trans.__('Clone Run…'),
      caption: trans.__(
        'Run the same version of the notebook with other parameters'
      ),
      icon: duplicateIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string', description: 'The run’s id.' } }
        }
      },
      isEnabled: args => typeof args.id === 'string',
      execute: args =>
        actions.attempt(
          jobs
            .get(String(args.id))
            .then((run: Run) => opener.open(run.notebook.path, run))
        )
    });
    palette?.addItem({
      command: CommandIDs.runNotebook,
      category: trans.__('MLX')
    });
    launcher?.add({
      command: CommandIDs.runNotebook,
      args: { choose: true },
      category: trans.__('MLX'),
      rank: 1
    });
  }
};

interface IRunCommandOptions {
  trans: TranslationBundle;
  /** Ask for a notebook. */
  choose: () => Promise<string | null>;
  /** The notebook that is selected in the file browser. */
  selected: () => string | null;
  /** The notebook that has the focus. */
  current: () => string | null;
  run: (path: string) => Promise<void>;
}

function addRunCommand(
  app: JupyterFrontEnd,
  options: IRunCommandOptions
): void {
  const { trans, choose, selected, current, run } = options;
  app.commands.addCommand(CommandIDs.runNotebook, {
    label: args =>
      args.toolbar
        ? ''
        : args.choose
          ? trans.__('Run a Notebook')
          : trans.__('Run as Job…'),
    caption: trans.__('Run a notebook as a versioned job, with parameters'),
    icon: runJobIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description:
              'The notebook, relative to the server’s root; by default the current one.'
          },
          selected: {
            type: 'boolean',
            description: 'Take what is selected in the file browser.'
          },
          choose: { type: 'boolean', description: 'Ask for the notebook.' },
          toolbar: {
            type: 'boolean',
            description: 'The command is a toolbar’s: it has no label.'
          }
        }
      }
    },
    execute: async args => {
      const path =
        typeof args.path === 'string'
          ? args.path
          : args.selected
            ? selected()
            : args.choose
              ? null
              : current();
      const chosen = path ?? (await choose());
      if (chosen) {
        await run(chosen);
      }
    }
  });
}

function currentNotebook(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null
): string | null {
  const widget = notebooks?.currentWidget;
  if (!widget || widget !== app.shell.currentWidget) {
    return null;
  }
  // The result of a run is no file of the user's: it cannot run again as one.
  const { path } = widget.context;
  return path.startsWith(`${DRIVE_NAME}:`) ? null : path;
}

function selectedNotebook(
  fileBrowser: IDefaultFileBrowser | null
): string | null {
  for (const item of fileBrowser?.selectedItems() ?? []) {
    if (item.type === 'notebook') {
      return item.path;
    }
  }
  return null;
}

async function chooseNotebook(
  docManager: IDocumentManager | null,
  notebooks: INotebookTracker | null,
  trans: TranslationBundle
): Promise<string | null> {
  if (!docManager) {
    return notebooks?.currentWidget?.context.path ?? null;
  }
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const result = await FileDialog.getOpenFiles({
    manager: docManager,
    title: trans.__('Which notebook is to run?'),
    filter: model => (model.type === 'notebook' ? {} : null)
  });
  const [file] = result.value ?? [];
  return result.button.accept && file?.type === 'notebook' ? file.path : null;
}

/**
 * A job runs what is on the disk: save the notebook where it is open and changed.
 * False where the user would rather not.
 */
async function saveNotebook(
  docManager: IDocumentManager | null,
  path: string,
  ask: boolean,
  trans: TranslationBundle
): Promise<boolean> {
  const widget = docManager?.findWidget(path, null);
  const context: DocumentRegistry.Context | undefined =
    widget && docManager?.contextForWidget(widget);
  if (!context?.model.dirty) {
    return true;
  }
  if (ask) {
    const result = await showDialog({
      title: trans.__('Save the notebook?'),
      body: trans.__(
        '“%1” has changes that are not saved. A job runs the saved notebook.',
        path
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Save and go on') })
      ]
    });
    if (!result.button.accept) {
      return false;
    }
  }
  await context.save();
  if (!ask) {
    Notification.info(trans.__('“%1” was saved before its run.', path), {
      autoClose: 3000
    });
  }
  return true;
}
