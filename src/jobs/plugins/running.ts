/**
 * The plugin that lists our runs among the running sessions.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRunningSessionManagers } from '@jupyterlab/running';
import type { IRunningSessions } from '@jupyterlab/running';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';

import { runJobIcon } from '../../icons';
import { CommandIDs, DOMAIN, IJobsModel, IMlxClient } from '../../tokens';
import { JobActions } from '../actions';
import { isLive } from '../states';

export const runningPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:running',
  description: 'Lists runs among the running kernels and terminals.',
  autoStart: true,
  requires: [IMlxClient, IJobsModel],
  optional: [IRunningSessionManagers, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    jobs: IJobsModel,
    managers: IRunningSessionManagers | null,
    translator: ITranslator | null
  ): void => {
    if (!managers) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new JobActions({ client, jobs, trans });
    const live = () => jobs.runs.filter(isLive);
    const runningChanged = new Signal<object, void>(managers);
    jobs.changed.connect(() => runningChanged.emit());
    const item = (id: string): IRunningSessions.IRunningItem => {
      const run = () => jobs.find(id);
      return {
        icon: () => runJobIcon,
        label: () => run()?.name ?? id,
        labelTitle: () => run()?.notebook.path ?? '',
        detail: () => {
          const progress = run()?.progress;
          return progress ? `${progress.cell}/${progress.cells}` : '';
        },
        open: () => void app.commands.execute(CommandIDs.openRun, { id }),
        shutdown: () => void actions.attempt(actions.cancel(id))
      };
    };
    // The list stays for as long as the page does.
    void managers.add({
      name: trans.__('MLX Jobs'),
      running: () => live().map(run => item(run.id)),
      shutdownAll: () => void actions.attempt(actions.cancelAll(live())),
      // Events keep the list current: there is nothing to ask for.
      refreshRunning: () => undefined,
      runningChanged,
      shutdownLabel: trans.__('Cancel'),
      shutdownItemIcon: stopIcon,
      shutdownAllLabel: trans.__('Cancel All'),
      shutdownAllConfirmationText: trans.__(
        'Are you sure that all running jobs should be cancelled?'
      )
    });
  }
};
