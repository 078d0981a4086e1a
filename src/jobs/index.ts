/**
 * The plugins of the jobs capability.
 */
import { commandsPlugin } from './plugins/commands';
import { formPlugin } from './plugins/form';
import { modelPlugin } from './plugins/model';
import { notificationsPlugin } from './plugins/notifications';
import { resultPlugin, runPagePlugin } from './plugins/runpage';
import { runningPlugin } from './plugins/running';
import { sectionPlugin } from './plugins/section';
import { statusPlugin } from './plugins/status';

export default [
  modelPlugin,
  commandsPlugin,
  sectionPlugin,
  formPlugin,
  runPagePlugin,
  resultPlugin,
  runningPlugin,
  statusPlugin,
  notificationsPlugin
];
