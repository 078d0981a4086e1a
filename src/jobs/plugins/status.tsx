/**
 * The plugin with the status bar's item: running jobs and GPUs in use.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { CommandIDs, DOMAIN, IJobsModel } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { isLive } from '../states';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:status',
  description: 'Shows running jobs and GPUs in use in the status bar.',
  autoStart: true,
  requires: [IJobsModel],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobsModel,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (!statusBar) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const item = ReactWidget.create(
      <JobsStatus
        jobs={jobs}
        trans={trans}
        onClick={() => void app.commands.execute(CommandIDs.showJobs)}
      />
    );
    // The item stays for as long as the page does.
    void statusBar.registerStatusItem('jupyter-mlx:status', {
      item,
      align: 'left',
      rank: 90,
      isActive: () => jobs.status === 'ready',
      activeStateChanged: jobs.changed
    });
  }
};

function JobsStatus(props: {
  jobs: IJobsModel;
  trans: TranslationBundle;
  onClick: () => void;
}): JSX.Element {
  const { jobs, trans, onClick } = props;
  useSignals(jobs.changed);
  const live = jobs.runs.filter(isLive);
  const queued = live.filter(run => run.state === 'QUEUED').length;
  const gpus = jobs.gpus?.items ?? [];
  const parts = [
    trans._n('%1 job', '%1 jobs', live.length - queued),
    queued > 0 && trans.__('%1 queued', queued),
    gpus.length > 0 &&
      trans.__('GPU %1/%2', gpus.filter(gpu => gpu.lease).length, gpus.length)
  ].filter(Boolean);
  return (
    <button
      type="button"
      className="jp-mlx-StatusItem"
      title={trans.__('Running MLX jobs and GPUs in use')}
      onClick={onClick}
    >
      {parts.join(' · ')}
    </button>
  );
}
