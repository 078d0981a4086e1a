/**
 * The plugin that opens the training-set builder and the online look-up.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { searchIcon } from '@jupyterlab/ui-components';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import { chooseFile } from '../../ui/choose-file';
import { insertCode } from '../../ui/insert';
import { contentOf, track } from '../../ui/track';
import type { IBuilderState } from '../builder/model';
import type { BuilderPage } from '../builder/page';
import { trainingSetIcon } from '../icons';
import type { ILookUpState } from '../lookup/model';
import type { LookUpPage } from '../lookup/page';
import { isLabels } from '../names';
import type { IPicked } from '../picker/model';
import { IFeaturesModel } from '../tokens';

/** What both commands are given: features to begin with, or what an earlier page kept. */
const ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    project: { type: 'string', description: 'The project of the features.' },
    features: {
      type: 'array',
      items: { type: 'string' },
      description: 'Services, views, or `view:feature`.'
    },
    state: { type: 'object', description: 'What an earlier page kept.' }
  }
};

export const formsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:features-forms',
  description: 'Builds training sets, and looks entities up.',
  autoStart: true,
  requires: [IMlxClient, IFeaturesModel, IJobsModel, IMlxShell],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    INotebookTracker,
    IDocumentManager,
    IEditorServices
  ],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    features: IFeaturesModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    notebooks: INotebookTracker | null,
    docManager: IDocumentManager | null,
    editors: IEditorServices | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { contents } = app.serviceManager;
    const builders = new WidgetTracker<MainAreaWidget<BuilderPage>>({
      namespace: 'jupyter-mlx-builder'
    });
    const lookUps = new WidgetTracker<MainAreaWidget<LookUpPage>>({
      namespace: 'jupyter-mlx-look-up'
    });
    const makeBuilder = async (state?: IBuilderState): Promise<BuilderPage> => {
      const [{ BuilderPage }, { BuilderModel }] = await Promise.all([
        import('../builder/page'),
        import('../builder/model')
      ]);
      const model = new BuilderModel({
        client,
        features,
        jobs,
        files: folder => labelFiles(contents, folder),
        state
      });
      return new BuilderPage({
        model,
        commands,
        editors,
        trans,
        chooseFile: docManager && (() => chooseLabels(docManager, trans)),
        insert: code => insertCode(app, notebooks, code, trans)
      });
    };
    const makeLookUp = async (state?: ILookUpState): Promise<LookUpPage> => {
      const [{ LookUpPage }, { LookUpModel }] = await Promise.all([
        import('../lookup/page'),
        import('../lookup/model')
      ]);
      const model = new LookUpModel({ client, features, state });
      return new LookUpPage({ model, commands, trans });
    };
    commands.addCommand(CommandIDs.buildTrainingSet, {
      label: trans.__('Build a Training Set…'),
      caption: trans.__('Look features up at the times of labels'),
      icon: trainingSetIcon,
      describedBy: { args: ARGS },
      execute: async args => {
        const widget = await shell.open('jp-mlx-builder', () =>
          makeBuilder(args.state as unknown as IBuilderState | undefined)
        );
        await begin(builders, widget, args);
      }
    });
    commands.addCommand(CommandIDs.lookUpFeatures, {
      label: trans.__('Look Up an Entity…'),
      caption: trans.__('See what is served for one entity'),
      icon: searchIcon,
      describedBy: { args: ARGS },
      execute: async args => {
        const widget = await shell.open('jp-mlx-look-up', () =>
          makeLookUp(args.state as unknown as ILookUpState | undefined)
        );
        await begin(lookUps, widget, args);
      }
    });
    for (const command of [
      CommandIDs.buildTrainingSet,
      CommandIDs.lookUpFeatures
    ]) {
      palette?.addItem({ command, category: trans.__('MLX') });
    }
    restore(restorer, builders, CommandIDs.buildTrainingSet);
    restore(restorer, lookUps, CommandIDs.lookUpFeatures);
  }
};

/** A page whose state is kept over a reload. */
type IKept = Widget & {
  readonly model: {
    readonly state: object;
    readonly picker: { take: (picked: IPicked) => void };
    readonly changed: {
      connect: (slot: () => void, thisArg?: unknown) => boolean;
    };
  };
};

/** Have the page kept, and take the features that it was opened for. */
async function begin<T extends IKept>(
  tracker: WidgetTracker<MainAreaWidget<T>>,
  widget: Widget,
  args: ReadonlyPartialJSONObject
): Promise<void> {
  const { model } = contentOf<T>(widget);
  const isNew = !tracker.has(widget as MainAreaWidget<T>);
  await track(tracker, widget);
  if (isNew && tracker.has(widget as MainAreaWidget<T>)) {
    let kept = '';
    model.changed.connect(() => {
      const state = JSON.stringify(model.state);
      if (state !== kept) {
        kept = state;
        void tracker.save(widget as MainAreaWidget<T>);
      }
    });
  }
  if (Array.isArray(args.features)) {
    model.picker.take({
      project: typeof args.project === 'string' ? args.project : '',
      names: args.features.map(String)
    });
  }
}

function restore<T extends IKept>(
  restorer: ILayoutRestorer | null,
  tracker: WidgetTracker<MainAreaWidget<T>>,
  command: string
): void {
  void restorer?.restore(tracker, {
    command,
    args: ({ content }) => ({
      state: content.model.state as unknown as ReadonlyJSONObject
    }),
    // There is one of its kind.
    name: () => 'page'
  });
}

/** The files with labels, and the folders, in a folder of the server. */
async function labelFiles(
  contents: Contents.IManager,
  folder: string
): Promise<string[]> {
  const { content } = await contents.get(folder.replace(/\/$/, ''));
  return (content as Contents.IModel[])
    .filter(item => item.type === 'directory' || isLabels(item.name))
    .map(item => (item.type === 'directory' ? `${item.path}/` : item.path));
}

/** Ask for a file with labels; null where none is wanted. */
function chooseLabels(
  manager: IDocumentManager,
  trans: TranslationBundle
): Promise<string | null> {
  return chooseFile(manager, {
    title: trans.__('Which file has the labels?'),
    isOffered: isLabels
  });
}
