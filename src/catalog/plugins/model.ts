/**
 * The plugin that keeps the catalog current.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import {
  ICatalogModel,
  IJobsModel,
  IMlxClient,
  IMlxEvents
} from '../../tokens';
import { CatalogModel } from '../model';

export const modelPlugin: JupyterFrontEndPlugin<ICatalogModel> = {
  id: 'jupyter-mlx:catalog',
  description: 'Provides the data catalog, kept current by events.',
  autoStart: true,
  provides: ICatalogModel,
  requires: [IMlxClient, IMlxEvents, IJobsModel],
  activate: (
    _: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents,
    jobs: IJobsModel
  ): ICatalogModel => {
    const catalog = new CatalogModel({ client, events });
    // The stream starts with the list of jobs: what is read after that misses no event.
    const begin = (): void => {
      if (jobs.status === 'ready' || jobs.status === 'failed') {
        jobs.changed.disconnect(begin);
        void catalog.load();
      }
    };
    jobs.changed.connect(begin);
    begin();
    return catalog;
  }
};
