/**
 * The plugin that opens the pages of registered models and their versions.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxEvents,
  IMlxShell
} from '../../tokens';
import { trackPage } from '../../ui/track';
import { modelIcon } from '../icons';
import { modelVersionIcon } from '../registry/icons';
import type { RegisteredModelPage } from '../registry/model/page';
import type { VersionPage } from '../registry/version/page';
import { IModelsModel } from '../tokens';

const NAME: ReadonlyJSONObject = {
  type: 'string',
  description: 'The registered model’s name.'
};

const TAB: ReadonlyJSONObject = {
  type: 'string',
  description: 'A part of the page to show.'
};

export const pagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-registry-pages',
  description: 'Opens the pages of registered models and their versions.',
  autoStart: true,
  requires: [
    IMlxClient,
    IMlxEvents,
    IModelsModel,
    IJobsModel,
    IMlxShell,
    IRenderMimeRegistry
  ],
  optional: [ITranslator, ILayoutRestorer, IEditorServices],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents,
    models: IModelsModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    editors: IEditorServices | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new WidgetTracker<MainAreaWidget<RegisteredModelPage>>({
      namespace: 'jupyter-mlx-models'
    });
    const versions = new WidgetTracker<MainAreaWidget<VersionPage>>({
      namespace: 'jupyter-mlx-model-versions'
    });
    const makeModel = async (name: string): Promise<RegisteredModelPage> => {
      const [{ RegisteredModelPage }, { RegisteredModelModel }] =
        await Promise.all([
          import('../registry/model/page'),
          import('../registry/model/model')
        ]);
      const model = new RegisteredModelModel({ name, client, models, events });
      return new RegisteredModelPage({ model, commands, editors, trans });
    };
    const makeVersion = async (
      name: string,
      version: number
    ): Promise<VersionPage> => {
      const [{ VersionPage }, { VersionModel }] = await Promise.all([
        import('../registry/version/page'),
        import('../registry/version/model')
      ]);
      const model = new VersionModel({
        name,
        version,
        client,
        models,
        jobs,
        events
      });
      return new VersionPage({ model, commands, rendermime, editors, trans });
    };
    commands.addCommand(CommandIDs.openModel, {
      label: trans.__('Open Model'),
      caption: trans.__('Open the page of the registered model'),
      icon: modelIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['name'],
          properties: { name: NAME, tab: TAB }
        }
      },
      isEnabled: args => typeof args.name === 'string',
      execute: async args => {
        const name = String(args.name);
        const id = `jp-mlx-model-${encodeURIComponent(name)}`;
        const widget = await shell.open(id, () => makeModel(name));
        await trackPage(pages, widget, args.tab);
      }
    });
    commands.addCommand(CommandIDs.openModelVersion, {
      label: trans.__('Open Model Version'),
      caption: trans.__('Open the page of the version'),
      icon: modelVersionIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['name', 'version'],
          properties: {
            name: NAME,
            version: { type: 'number', description: 'Its number.' },
            tab: TAB,
            evaluate: {
              type: 'string',
              description: 'A job that evaluates it, to be followed.'
            },
            replay: {
              type: 'string',
              description: 'A job that makes it again, to be followed.'
            }
          }
        }
      },
      isEnabled: args =>
        typeof args.name === 'string' && typeof args.version === 'number',
      execute: async args => {
        const name = String(args.name);
        const version = Number(args.version);
        const id = `jp-mlx-model-${encodeURIComponent(name)}-v${version}`;
        const widget = await shell.open(id, () => makeVersion(name, version));
        const page = await trackPage(versions, widget, args.tab);
        for (const work of ['evaluate', 'replay'] as const) {
          if (typeof args[work] === 'string') {
            page.model.follow(work, args[work]);
          }
        }
      }
    });
    void restorer?.restore(pages, {
      command: CommandIDs.openModel,
      args: ({ content }) => ({
        name: content.model.name,
        tab: content.tab
      }),
      name: ({ content }) => content.model.name
    });
    void restorer?.restore(versions, {
      command: CommandIDs.openModelVersion,
      args: ({ content }) => ({
        name: content.model.name,
        version: content.model.number,
        tab: content.tab
      }),
      name: ({ content }) => `${content.model.name}/${content.model.number}`
    });
  }
};
