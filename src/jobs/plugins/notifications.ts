/**
 * The plugin that tells when a run has ended, with what to do next.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { Run } from '../../api/types';
import { CommandIDs, DOMAIN, IJobsModel } from '../../tokens';
import { formatSeconds, secondsBetween } from '../../ui/format';
import { isBad, stateLabel } from '../states';

const ID = 'jupyter-mlx:notifications';

/** Which ends are told. */
type Level = 'all' | 'failures' | 'none';

export const notificationsPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Tells when a run has ended.',
  autoStart: true,
  requires: [IJobsModel],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobsModel,
    translator: ITranslator | null,
    settings: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    let level: Level = 'all';
    settings
      ?.load(ID)
      .then(own => {
        const read = () => {
          level = own.composite.notify as Level;
        };
        read();
        own.changed.connect(read);
      })
      .catch(reason => {
        console.warn(
          'The settings of MLX notifications were not read.',
          reason
        );
      });
    jobs.ended.connect((_, run) => {
      if (level === 'all' || (level === 'failures' && isBad(run))) {
        tell(run, app.commands, trans);
      }
    });
  }
};

/** Tell that a run has ended. */
export function tell(
  run: Run,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const seconds = secondsBetween(run.started_at, run.ended_at, Date.now());
  const took = seconds === null ? '' : ` (${formatSeconds(seconds, trans)})`;
  if (run.tags?.promotion && run.tags.models) {
    tellGate(run, took, commands, trans);
    return;
  }
  const head = `${run.name}: ${stateLabel(run.state, trans)}${took}`;
  if (run.state === 'SUCCEEDED') {
    Notification.success(head, {
      autoClose: 8000,
      actions: [
        {
          label: trans.__('Open result'),
          displayType: 'accent',
          callback: () => {
            void commands.execute(CommandIDs.openResult, { id: run.id });
          }
        }
      ]
    });
    return;
  }
  const cell = run.error?.cell;
  const text = run.error ? `${head}\n\n${run.error.message}` : head;
  const show = (): void => {
    void commands.execute(
      CommandIDs.openRun,
      cell === undefined ? { id: run.id } : { id: run.id, cell }
    );
  };
  const actions: Notification.IAction[] = [
    {
      label:
        cell === undefined
          ? trans.__('Open run')
          : trans.__('Show failed cell'),
      displayType: 'accent',
      callback: show
    }
  ];
  if (isBad(run)) {
    // A failure stays until someone has seen it.
    Notification.error(text, { autoClose: false, actions });
  } else {
    Notification.info(text, { autoClose: 5000, actions });
  }
}

/** A gate that refuses has done its work, and its figures are with the promotion, not in a cell. */
function tellGate(
  run: Run,
  took: string,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const { models: name = '' } = run.tags ?? {};
  const passed = run.state === 'SUCCEEDED';
  const said = isBad(run)
    ? trans.__('not passed')
    : passed
      ? trans.__('passed')
      : stateLabel(run.state, trans);
  const options: Notification.IOptions<never> = {
    autoClose: 8000,
    actions: [
      {
        label: trans.__('Open promotions'),
        displayType: 'accent',
        callback: () => {
          void commands.execute(CommandIDs.openModel, {
            name,
            tab: 'promotions'
          });
        }
      }
    ]
  };
  const text = `${run.name}: ${said}${took}`;
  if (passed) {
    Notification.success(text, options);
  } else if (isBad(run)) {
    Notification.warning(text, options);
  } else {
    Notification.info(text, options);
  }
}
