/**
 * The plugins that give the others the server: its client and its events.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IMlxClient, IMlxEvents } from '../tokens';
import { MlxClient } from './client';
import { EventStream } from './events';

const clientPlugin: JupyterFrontEndPlugin<IMlxClient> = {
  id: 'jupyter-mlx:client',
  description: 'Provides the typed client of the MLX server extension.',
  autoStart: true,
  provides: IMlxClient,
  activate: (app: JupyterFrontEnd): IMlxClient =>
    new MlxClient({ serverSettings: app.serviceManager.serverSettings })
};

const eventsPlugin: JupyterFrontEndPlugin<IMlxEvents> = {
  id: 'jupyter-mlx:events',
  description: 'Provides the stream of events that the server pushes.',
  autoStart: true,
  provides: IMlxEvents,
  activate: (app: JupyterFrontEnd): IMlxEvents =>
    new EventStream({ serverSettings: app.serviceManager.serverSettings })
};

export default [clientPlugin, eventsPlugin];
