/**
 * JupyterLab loads this module: it only collects plugins.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import api from './api';
import catalog from './catalog';
import features from './features';
import jobs from './jobs';
import models from './models';
import panel from './panel';
import review from './review';
import shell from './shell';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  ...api,
  ...shell,
  ...panel,
  ...jobs,
  ...catalog,
  ...features,
  ...models,
  ...review
];

export default plugins;
