/**
 * The plugin that keeps the feature store current.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IJobsModel, IMlxClient, IMlxEvents } from '../../tokens';
import { FeaturesModel } from '../model';
import { IFeaturesModel } from '../tokens';

export const modelPlugin: JupyterFrontEndPlugin<IFeaturesModel> = {
  id: 'jupyter-mlx:features',
  description: 'Provides the feature store, kept current by events.',
  autoStart: true,
  provides: IFeaturesModel,
  requires: [IMlxClient, IMlxEvents, IJobsModel],
  activate: (
    _: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents,
    jobs: IJobsModel
  ): IFeaturesModel => {
    const features = new FeaturesModel({ client, events });
    // The stream starts with the list of jobs: what is read after that misses no event.
    const begin = (): void => {
      if (jobs.status === 'ready' || jobs.status === 'failed') {
        jobs.changed.disconnect(begin);
        void features.load();
      }
    };
    jobs.changed.connect(begin);
    begin();
    return features;
  }
};
