/**
 * The plugin that opens the pages of feature views and training sets.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import { track, trackPage } from '../../ui/track';
import { featureViewIcon, trainingSetIcon } from '../icons';
import type { TrainingSetPage } from '../set/page';
import { IFeaturesModel } from '../tokens';
import type { FeatureViewPage } from '../view/page';

export const pagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:features-pages',
  description: 'Opens the pages of feature views and training sets.',
  autoStart: true,
  requires: [
    IMlxClient,
    IFeaturesModel,
    IJobsModel,
    IMlxShell,
    IRenderMimeRegistry
  ],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    features: IFeaturesModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const views = new WidgetTracker<MainAreaWidget<FeatureViewPage>>({
      namespace: 'jupyter-mlx-feature-views'
    });
    const sets = new WidgetTracker<MainAreaWidget<TrainingSetPage>>({
      namespace: 'jupyter-mlx-training-sets'
    });
    commands.addCommand(CommandIDs.openFeatureView, {
      label: trans.__('Open Feature View'),
      caption: trans.__('Open the page of the feature view'),
      icon: featureViewIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['id'],
          properties: {
            id: {
              type: 'string',
              description: 'The view’s id, its name, or `project~name`.'
            },
            feature: { type: 'string', description: 'A feature to show.' },
            tab: { type: 'string', description: 'A part of the page to show.' }
          }
        }
      },
      isEnabled: args => typeof args.id === 'string',
      execute: async args => {
        const id = String(args.id);
        const widget = await shell.open(`jp-mlx-view-${id}`, async () => {
          const [{ FeatureViewPage }, { ViewModel }] = await Promise.all([
            import('../view/page'),
            import('../view/model')
          ]);
          const model = new ViewModel({ id, client, features, jobs });
          return new FeatureViewPage({ model, commands, rendermime, trans });
        });
        const page = await trackPage(views, widget, args.tab);
        if (typeof args.feature === 'string') {
          page.showFeature(args.feature);
        }
      }
    });
    commands.addCommand(CommandIDs.openTrainingSet, {
      label: trans.__('Open Training Set'),
      caption: trans.__('Open the page of the training set'),
      icon: trainingSetIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['id'],
          properties: {
            id: {
              type: 'string',
              description: 'The training set’s id, or its name.'
            }
          }
        }
      },
      isEnabled: args => typeof args.id === 'string',
      execute: async args => {
        const id = String(args.id);
        const widget = await shell.open(`jp-mlx-set-${id}`, async () => {
          const [{ TrainingSetPage }, { TrainingSetModel }] = await Promise.all(
            [import('../set/page'), import('../set/model')]
          );
          const model = new TrainingSetModel({ id, client });
          return new TrainingSetPage({ model, commands, trans });
        });
        await track(sets, widget);
      }
    });
    void restorer?.restore(views, {
      command: CommandIDs.openFeatureView,
      args: ({ content }) => ({ id: content.model.id, tab: content.tab }),
      name: ({ content }) => content.model.id
    });
    void restorer?.restore(sets, {
      command: CommandIDs.openTrainingSet,
      args: ({ content }) => ({ id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }
};
