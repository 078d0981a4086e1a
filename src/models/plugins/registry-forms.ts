/**
 * The plugin that promotes, evaluates and replays versions of models.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import type { Run } from '../../api/types';
import {
  CommandIDs,
  DOMAIN,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import { chooseFile } from '../../ui/choose-file';
import { evaluateIcon, promoteIcon, replayIcon } from '../registry/icons';
import { IModelsModel } from '../tokens';

const VERSION: Readonly<Record<string, ReadonlyJSONObject>> = {
  name: { type: 'string', description: 'The registered model’s name.' },
  version: { type: 'number', description: 'One of its versions.' }
};

export const formsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-registry-forms',
  description: 'Promotes, evaluates and replays versions of models.',
  autoStart: true,
  requires: [IMlxClient, IModelsModel, IJobsModel, IMlxShell],
  optional: [ITranslator, ICommandPalette, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    models: IModelsModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    docManager: IDocumentManager | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const evaluated = (id: string, of: ITarget, run: Run): void => {
      shell.close(id);
      jobs.update(run);
      void commands.execute(CommandIDs.openModelVersion, {
        ...of,
        tab: 'evaluation',
        evaluate: run.id
      });
    };
    commands.addCommand(CommandIDs.promoteModel, {
      label: trans.__('Promote a Model…'),
      caption: trans.__('Move an alias to another version of a model'),
      icon: promoteIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            ...VERSION,
            alias: {
              type: 'string',
              description: 'The alias to be moved; champion by default.'
            }
          }
        }
      },
      execute: async args => {
        const target = targetOf(args);
        const alias = typeof args.alias === 'string' ? args.alias : undefined;
        const id = documentId('jp-mlx-promote', target, alias);
        await shell.open(id, async () => {
          const [{ PromoteWidget }, { PromoteModel }] = await Promise.all([
            import('../registry/promote/view'),
            import('../registry/promote/model')
          ]);
          const options = { client, models, jobs, trans };
          return new PromoteWidget({
            model: new PromoteModel({ ...options, ...target, alias }),
            commands,
            trans,
            onDone: () => shell.close(id)
          });
        });
      }
    });
    commands.addCommand(CommandIDs.evaluateModel, {
      label: trans.__('Evaluate a Model…'),
      caption: trans.__('Measure a version of a model on data, by a job'),
      icon: evaluateIcon,
      describedBy: { args: { type: 'object', properties: VERSION } },
      execute: async args => {
        const target = targetOf(args);
        const id = documentId('jp-mlx-evaluate', target);
        await shell.open(id, async () => {
          const [{ EvaluateWidget }, { EvaluateModel }] = await Promise.all([
            import('../registry/evaluate/view'),
            import('../registry/evaluate/model')
          ]);
          return new EvaluateWidget({
            model: new EvaluateModel({ client, models, trans, ...target }),
            trans,
            chooseFile:
              docManager &&
              (() =>
                chooseFile(docManager, {
                  title: trans.__('Which file is it measured on?'),
                  isOffered: name => /\.(csv|parquet)$/i.test(name)
                })),
            onDone: (of, run) => evaluated(id, of, run)
          });
        });
      }
    });
    commands.addCommand(CommandIDs.replayModel, {
      label: trans.__('Replay a Version…'),
      caption: trans.__(
        'Make a version again from its record, by a job, and compare'
      ),
      icon: replayIcon,
      describedBy: {
        args: {
          type: 'object',
          required: ['name', 'version'],
          properties: VERSION
        }
      },
      isEnabled: args => targetOf(args).version !== undefined,
      execute: async args => {
        const { name = '', version = 0 } = targetOf(args);
        const { askReplay, tell } = await import('../registry/actions');
        const request = await askReplay({ model: name, version }, trans);
        if (!request) {
          return;
        }
        try {
          const run = await client.models.replay(request);
          jobs.update(run);
          await commands.execute(CommandIDs.openModelVersion, {
            name,
            version,
            tab: 'replays',
            replay: run.id
          });
        } catch (reason) {
          tell(reason);
        }
      }
    });
    for (const command of [CommandIDs.promoteModel, CommandIDs.evaluateModel]) {
      palette?.addItem({ command, category: trans.__('MLX') });
    }
  }
};

/** A version of a model, as commands name it. */
interface ITarget extends ReadonlyJSONObject {
  name: string;
  version: number;
}

function targetOf(args: ReadonlyPartialJSONObject): {
  name?: string;
  version?: number;
} {
  return {
    ...(typeof args.name === 'string' ? { name: args.name } : {}),
    ...(typeof args.version === 'number' ? { version: args.version } : {})
  };
}

/** One form of its kind for each target. */
function documentId(
  kind: string,
  target: { name?: string; version?: number },
  alias = ''
): string {
  const { name = '', version = '' } = target;
  return [kind, encodeURIComponent(name), version, encodeURIComponent(alias)]
    .join('-')
    .replace(/-+$/, '');
}
