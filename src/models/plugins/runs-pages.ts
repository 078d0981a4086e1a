/**
 * The plugin that opens the pages of experiments, runs and comparisons.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { compareIcon } from '../../icons';
import { CommandIDs, DOMAIN, IMlxClient, IMlxShell } from '../../tokens';
import { trackPage } from '../../ui/track';
import type { CompareRunsPage } from '../compare/page';
import type { IExperimentState } from '../experiment/model';
import type { ExperimentPage } from '../experiment/page';
import { experimentIcon, modelIcon, modelRunIcon } from '../icons';
import type { ModelRunPage } from '../run/page';
import { IModelsModel } from '../tokens';

/** What the pages are made of. */
interface IParts {
  app: JupyterFrontEnd;
  client: IMlxClient;
  models: IModelsModel;
  shell: IMlxShell;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
  restorer: ILayoutRestorer | null;
}

export const runsPagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-runs',
  description: 'Opens the pages of experiments, runs and comparisons of runs.',
  autoStart: true,
  requires: [IMlxClient, IModelsModel, IMlxShell, IRenderMimeRegistry],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    models: IModelsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const parts = { app, client, models, shell, rendermime, trans, restorer };
    addExperiments(parts);
    addRuns(parts);
    addComparisons(parts);
    app.commands.addCommand(CommandIDs.showModels, {
      label: trans.__('Show Models'),
      caption: trans.__('Show the side panel with models and experiments'),
      icon: modelIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById('jp-mlx-panel');
      }
    });
    palette?.addItem({
      command: CommandIDs.showModels,
      category: trans.__('MLX')
    });
  }
};

function addExperiments(parts: IParts): void {
  const { app, client, models, shell, rendermime, trans, restorer } = parts;
  const tracker = new WidgetTracker<MainAreaWidget<ExperimentPage>>({
    namespace: 'jupyter-mlx-experiments'
  });
  app.commands.addCommand(CommandIDs.openExperiment, {
    label: trans.__('Open Experiment'),
    caption: trans.__('Open the runs of the experiment'),
    icon: experimentIcon,
    describedBy: {
      args: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', description: 'The experiment’s id.' },
          state: {
            type: 'object',
            description: 'The filter, the order, the columns to begin with.'
          },
          tab: { type: 'string', description: 'A part of the page to show.' }
        }
      }
    },
    isEnabled: args => typeof args.id === 'string',
    execute: async args => {
      const id = String(args.id);
      const state = (args.state ?? {}) as unknown as IExperimentState;
      const widget = await shell.open(`jp-mlx-experiment-${id}`, async () => {
        const [{ ExperimentPage }, { ExperimentModel }, { ChartModels }] =
          await Promise.all([
            import('../experiment/page'),
            import('../experiment/model'),
            import('../charts/tabs')
          ]);
        const model = new ExperimentModel({ id, client, models, state });
        const charts = new ChartModels({
          client: client.models,
          source: model
        });
        const { commands } = app;
        return new ExperimentPage({
          model,
          charts,
          commands,
          rendermime,
          trans
        });
      });
      await trackPage(tracker, widget, args.tab, page => [
        page.model.stateChanged
      ]);
    }
  });
  void restorer?.restore(tracker, {
    command: CommandIDs.openExperiment,
    args: ({ content: { model, tab } }) => ({
      id: model.id,
      state: model.state as unknown as ReadonlyPartialJSONObject,
      tab
    }),
    name: ({ content }) => content.model.id
  });
}

function addRuns(parts: IParts): void {
  const { app, client, models, shell, rendermime, trans, restorer } = parts;
  const tracker = new WidgetTracker<MainAreaWidget<ModelRunPage>>({
    namespace: 'jupyter-mlx-model-runs'
  });
  app.commands.addCommand(CommandIDs.openModelRun, {
    label: trans.__('Open Run of an Experiment'),
    caption: trans.__('Open the page of a run that MLflow tracks'),
    icon: modelRunIcon,
    describedBy: {
      args: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', description: 'The id that MLflow gave it.' },
          tab: { type: 'string', description: 'A part of the page to show.' }
        }
      }
    },
    isEnabled: args => typeof args.id === 'string',
    execute: async args => {
      const id = String(args.id);
      const widget = await shell.open(`jp-mlx-model-run-${id}`, async () => {
        const [{ ModelRunPage }, { RunModel }, { CurvesModel }] =
          await Promise.all([
            import('../run/page'),
            import('../run/model'),
            import('../charts/curves-model')
          ]);
        const model = new RunModel({ id, client: client.models, models });
        const curves = new CurvesModel({
          client: client.models,
          source: model
        });
        const { commands } = app;
        return new ModelRunPage({ model, curves, commands, rendermime, trans });
      });
      await trackPage(tracker, widget, args.tab);
    }
  });
  void restorer?.restore(tracker, {
    command: CommandIDs.openModelRun,
    args: ({ content }) => ({ id: content.model.id, tab: content.tab }),
    name: ({ content }) => content.model.id
  });
}

function addComparisons(parts: IParts): void {
  const { app, client, shell, rendermime, trans, restorer } = parts;
  const tracker = new WidgetTracker<MainAreaWidget<CompareRunsPage>>({
    namespace: 'jupyter-mlx-model-comparisons'
  });
  app.commands.addCommand(CommandIDs.compareModelRuns, {
    label: trans.__('Compare Runs of Experiments'),
    caption: trans.__('See what differs between runs that MLflow tracks'),
    icon: compareIcon,
    describedBy: {
      args: {
        type: 'object',
        required: ['runs'],
        properties: {
          runs: {
            type: 'array',
            items: { type: 'string' },
            minItems: 2,
            maxItems: 200,
            description: 'The ids that MLflow gave them.'
          },
          tab: { type: 'string', description: 'A part of the page to show.' }
        }
      }
    },
    isEnabled: args => Array.isArray(args.runs) && args.runs.length > 1,
    execute: async args => {
      const ids = args.runs as string[];
      const widget = await shell.open(comparisonId(ids), async () => {
        const [{ CompareRunsPage }, { CompareModel }, { ChartModels }] =
          await Promise.all([
            import('../compare/page'),
            import('../compare/model'),
            import('../charts/tabs')
          ]);
        const model = new CompareModel({ ids, client: client.models });
        const charts = new ChartModels({
          client: client.models,
          source: model,
          most: ids.length
        });
        const { commands } = app;
        return new CompareRunsPage({
          model,
          charts,
          commands,
          rendermime,
          trans
        });
      });
      await trackPage(tracker, widget, args.tab);
    }
  });
  void restorer?.restore(tracker, {
    command: CommandIDs.compareModelRuns,
    args: ({ content }) => ({
      runs: [...content.model.ids],
      tab: content.tab
    }),
    name: ({ content }) => comparisonId(content.model.ids)
  });
}

/** The same runs in the same order are the same document. */
function comparisonId(ids: ReadonlyArray<string>): string {
  return `jp-mlx-compare-runs-${ids.join('-')}`;
}
