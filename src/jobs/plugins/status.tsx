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
      // Where nothing runs there is nothing to say.
      isActive: () => jobs.runs.some(isLive) || gpusInUse(jobs) > 0,
      activeStateChanged: jobs.changed
    });
  }
};

function gpusInUse(jobs: IJobsModel): number {
  return jobs.gpus?.items.filter(gpu => gpu.lease).length ?? 0;
}

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
  const used = gpusInUse(jobs);
  const running = live.length - queued;
  const parts = [
    running > 0 && trans._n('%1 job running', '%1 jobs running', running),
    queued > 0 && trans.__('%1 queued', queued),
    used > 0 && trans.__('GPU %1/%2', used, gpus.length)
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
