/**
 * The plugin that keeps models, experiments and deployments current.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IMlxClient, IMlxEvents } from '../../tokens';
import { ModelsModel } from '../model';
import { IModelsModel } from '../tokens';

export const modelPlugin: JupyterFrontEndPlugin<IModelsModel> = {
  id: 'jupyter-mlx:models',
  description:
    'Provides registered models, experiments and deployments, kept current by events.',
  autoStart: true,
  provides: IModelsModel,
  requires: [IMlxClient, IMlxEvents],
  activate: (
    _: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents
  ): IModelsModel => new ModelsModel({ client, events })
};
