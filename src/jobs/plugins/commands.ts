/**
 * The plugin with the commands on runs and schedules.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  closeIcon,
  pauseIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import { mlxIcon } from '../../icons';
import { CommandIDs, DOMAIN, IJobsModel, IMlxClient } from '../../tokens';
import { JobActions } from '../actions';

/** The argument of a command that is about one run or schedule. */
const ID_ARGS: ReadonlyJSONObject = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', description: 'The id.' } }
};

interface ITargetCommand {
  id: string;
  label: string;
  caption: string;
  icon: LabIcon;
  execute: (id: string) => Promise<void>;
}

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:commands',
  description: 'Adds the commands on runs and schedules.',
  autoStart: true,
  requires: [IMlxClient, IJobsModel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    jobs: IJobsModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new JobActions({ client, jobs, trans });
    for (const command of targetCommands(actions, trans)) {
      app.commands.addCommand(command.id, {
        label: command.label,
        caption: command.caption,
        icon: command.icon,
        describedBy: { args: ID_ARGS },
        // Without a target there is nothing to do: palette and menus leave it out.
        isEnabled: args => typeof args.id === 'string',
        execute: args => actions.attempt(command.execute(String(args.id)))
      });
    }
    app.commands.addCommand(CommandIDs.showJobs, {
      label: trans.__('Show Jobs'),
      caption: trans.__('Show the side panel with the runs and schedules'),
      icon: mlxIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById('jp-mlx-panel');
      }
    });
    palette?.addItem({
      command: CommandIDs.showJobs,
      category: trans.__('MLX')
    });
  }
};

function targetCommands(
  actions: JobActions,
  trans: TranslationBundle
): ITargetCommand[] {
  return [
    {
      id: CommandIDs.cancelRun,
      label: trans.__('Cancel Run…'),
      caption: trans.__('Stop the run with all its processes'),
      icon: stopIcon,
      execute: id => actions.cancel(id)
    },
    {
      id: CommandIDs.retryRun,
      label: trans.__('Retry Run'),
      caption: trans.__('Queue one more attempt of the run'),
      icon: refreshIcon,
      execute: id => actions.retry(id)
    },
    {
      id: CommandIDs.removeRun,
      label: trans.__('Remove Run…'),
      caption: trans.__('Remove the run with its outputs'),
      icon: closeIcon,
      execute: id => actions.remove(id)
    },
    {
      id: CommandIDs.pauseSchedule,
      label: trans.__('Pause Schedule'),
      caption: trans.__('Let the schedule fire no more until it is resumed'),
      icon: pauseIcon,
      execute: id => actions.pause(id, true)
    },
    {
      id: CommandIDs.resumeSchedule,
      label: trans.__('Resume Schedule'),
      caption: trans.__('Let the schedule fire again'),
      icon: runIcon,
      execute: id => actions.pause(id, false)
    },
    {
      id: CommandIDs.removeSchedule,
      label: trans.__('Remove Schedule…'),
      caption: trans.__('Remove the schedule; its runs stay'),
      icon: closeIcon,
      execute: id => actions.removeSchedule(id)
    }
  ];
}
