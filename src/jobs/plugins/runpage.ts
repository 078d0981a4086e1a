/**
 * The plugin that opens run pages and results.
 */
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';

import { mlxIcon } from '../../icons';
import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxEvents,
  IMlxShell
} from '../../tokens';
import { trackPage } from '../../ui/track';
import { JobActions } from '../actions';
import { resultPath, RunsDrive } from '../drive';
import type { RunPage } from '../run/page';

export const runPagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:run-page',
  description: 'Opens the page of a run.',
  autoStart: true,
  requires: [
    IMlxClient,
    IMlxEvents,
    IJobsModel,
    IMlxShell,
    IRenderMimeRegistry
  ],
  optional: [ITranslator, ILayoutRestorer, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents,
    jobs: IJobsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    languages: IEditorLanguageRegistry | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tracker = new WidgetTracker<MainAreaWidget<RunPage>>({
      namespace: 'jupyter-mlx-runs'
    });
    const make = async (id: string): Promise<RunPage> => {
      const [{ RunPage }, { RunModel }] = await Promise.all([
        import('../run/page'),
        import('../run/model')
      ]);
      const model = new RunModel({ id, client, jobs, events });
      return new RunPage({
        model,
        commands,
        rendermime,
        trans,
        highlight: (source, language, node) =>
          highlight(languages, source, language, node)
      });
    };
    commands.addCommand(CommandIDs.openRun, {
      label: trans.__('Open Run'),
      caption: trans.__('Open the page of the run'),
      icon: mlxIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string', description: 'The run’s id.' },
            cell: {
              type: 'integer',
              description: 'The number of the failed cell to show.'
            },
            tab: { type: 'string', description: 'A part of the page to show.' }
          }
        }
      },
      isEnabled: args => typeof args.id === 'string',
      execute: async args => {
        const id = String(args.id);
        const widget = await shell.open(documentId(id), () => make(id));
        const page = await trackPage(tracker, widget, args.tab);
        if (typeof args.cell === 'number') {
          page.showFailedCell(args.cell);
        }
      }
    });
    jobs.removed.connect((_, id) => shell.close(documentId(id)));
    void restorer?.restore(tracker, {
      command: CommandIDs.openRun,
      args: ({ content }) => ({ id: content.model.id, tab: content.tab }),
      name: ({ content }) => content.model.id
    });
  }
};

export const resultPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:results',
  description: 'Opens executed notebooks, read from their runs.',
  autoStart: true,
  requires: [IMlxClient, IJobsModel],
  optional: [ITranslator, IDocumentManager, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    jobs: IJobsModel,
    translator: ITranslator | null,
    docManager: IDocumentManager | null,
    labShell: ILabShell | null
  ): void => {
    const { commands, serviceManager } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new JobActions({ client, jobs, trans });
    serviceManager.contents.addDrive(new RunsDrive(client));
    commands.addCommand(CommandIDs.openResult, {
      label: trans.__('Open Result'),
      caption: trans.__('Open the executed notebook, with its outputs'),
      icon: notebookIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string', description: 'The run’s id.' },
            attempt: {
              type: 'integer',
              description: 'The attempt; the last one by default.'
            }
          }
        }
      },
      isEnabled: args => typeof args.id === 'string',
      execute: args =>
        actions.attempt(
          jobs.get(String(args.id)).then(run => {
            const attempt = Number(args.attempt) || undefined;
            if (labShell && docManager) {
              docManager.openOrReveal(
                resultPath(run, attempt),
                'Notebook',
                undefined,
                undefined,
                // A record is to be read: no kernel is started for it.
                { shouldStart: false, autoStartDefault: false }
              );
            } else {
              // Notebook 7 opens documents by the server's own paths only.
              window.open(
                client.outputUrl(run.id, 'notebook.html', { attempt }),
                '_blank',
                'noopener'
              );
            }
          })
        )
    });
    commands.addCommand(CommandIDs.openRunNotebook, {
      label: trans.__('Open Notebook'),
      caption: trans.__('Open the notebook that the run executes'),
      icon: notebookIcon,
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
            .then(run =>
              commands.execute('docmanager:open', { path: run.notebook.path })
            )
        )
    });
  }
};

/** Plain text at once, colours when the language has been loaded. */
async function highlight(
  languages: IEditorLanguageRegistry | null,
  source: string,
  language: string,
  node: HTMLElement
): Promise<void> {
  node.textContent = source;
  const found = languages?.findBest(language);
  if (languages && found) {
    const coloured = document.createElement('code');
    await languages.highlight(source, found, coloured);
    node.replaceChildren(...coloured.childNodes);
  }
}

function documentId(id: string): string {
  return `jp-mlx-run-${id}`;
}
