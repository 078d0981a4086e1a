/**
 * The plugin that keeps the list of runs current.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IJobsModel, IMlxClient, IMlxEvents } from '../../tokens';
import { JobsModel } from '../model';

export const modelPlugin: JupyterFrontEndPlugin<IJobsModel> = {
  id: 'jupyter-mlx:jobs',
  description: 'Provides the runs and schedules, kept current by events.',
  autoStart: true,
  provides: IJobsModel,
  requires: [IMlxClient, IMlxEvents],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    events: IMlxEvents
  ): IJobsModel => {
    const jobs = new JobsModel({ client, events });
    // The page comes first; the list is read when it stands.
    void app.restored.then(() => jobs.load());
    return jobs;
  }
};
