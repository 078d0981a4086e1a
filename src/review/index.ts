/**
 * The plugin that compares runs.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  MainAreaWidget,
  showDialog,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';

import { compareIcon } from '../icons';
import { JobActions } from '../jobs/actions';
import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../tokens';
import type { CompareWidget } from './compare';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:compare',
  description: 'Compares two runs: parameters, metrics, notebooks, outputs.',
  autoStart: true,
  requires: [IMlxClient, IJobsModel, IMlxShell, IRenderMimeRegistry],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    jobs: IJobsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const language = translator ?? nullTranslator;
    const trans = language.load(DOMAIN);
    const actions = new JobActions({ client, jobs, trans });
    const tracker = new WidgetTracker<MainAreaWidget<CompareWidget>>({
      namespace: 'jupyter-mlx-compare'
    });
    const make = async (a: string, b: string): Promise<CompareWidget> => {
      const [{ CompareWidget }, { CompareModel }] = await Promise.all([
        import('./compare'),
        import('./model')
      ]);
      return new CompareWidget({
        model: new CompareModel({ a, b, client, jobs }),
        commands: app.commands,
        rendermime,
        trans,
        translator: language
      });
    };
    const open = async (a: string, b: string): Promise<void> => {
      const id = `jp-mlx-compare-${a}-${b}`;
      const widget = await shell.open(id, () => make(a, b));
      if (widget instanceof MainAreaWidget && !tracker.has(widget)) {
        await tracker.add(widget as MainAreaWidget<CompareWidget>);
      }
    };
    app.commands.addCommand(CommandIDs.compareRuns, {
      label: trans.__('Compare Runs…'),
      caption: trans.__('Compare a run with another one'),
      icon: compareIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            a: { type: 'string', description: 'The run to compare.' },
            b: {
              type: 'string',
              description: 'The run to compare with; asked for without it.'
            }
          }
        }
      },
      execute: args =>
        actions.attempt(
          chooseBoth(jobs, trans, args.a as string, args.b as string).then(
            both => (both ? open(both.a, both.b) : undefined)
          )
        )
    });
    palette?.addItem({
      command: CommandIDs.compareRuns,
      category: trans.__('MLX')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.compareRuns,
      args: ({ content: { model } }) => ({ a: model.aId, b: model.bId }),
      name: ({ content: { model } }) => `${model.aId}-${model.bId}`
    });
  }
};

/**
 * The two runs, the older one first; what is not given is asked for.
 */
async function chooseBoth(
  jobs: IJobsModel,
  trans: TranslationBundle,
  first?: string,
  second?: string
): Promise<{ a: string; b: string } | null> {
  const one = first ?? (await choose(jobs, trans));
  const other = second ?? (one ? await choose(jobs, trans, one) : null);
  if (!one || !other) {
    return null;
  }
  const [x, y] = await Promise.all([jobs.get(one), jobs.get(other)]);
  return x.created_at <= y.created_at
    ? { a: x.id, b: y.id }
    : { a: y.id, b: x.id };
}

async function choose(
  jobs: IJobsModel,
  trans: TranslationBundle,
  besides?: string
): Promise<string | null> {
  const { RunPicker } = await import('./picker');
  const run = besides ? await jobs.get(besides) : undefined;
  if (run) {
    // The list holds the newest runs of all notebooks; this one's may be older.
    await jobs.fetch({ notebook: run.notebook.path });
  }
  const proposed = run
    ? (jobs.previous(run) ??
      jobs.runs.find(
        other =>
          other.id !== run.id && other.notebook.path === run.notebook.path
      ))
    : undefined;
  const result = await showDialog({
    title: run
      ? trans.__('Compare %1 with…', run.name)
      : trans.__('Which run is to be compared?'),
    body: new RunPicker({ jobs, trans, besides: run, proposed }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({
        label: run ? trans.__('Compare') : trans.__('Go on')
      })
    ]
  });
  return result.button.accept ? result.value : null;
}

export default [plugin];
