/**
 * The plugins of the feature store.
 */
import { commandsPlugin } from './plugins/commands';
import { formsPlugin } from './plugins/forms';
import { modelPlugin } from './plugins/model';
import { pagesPlugin } from './plugins/pages';
import { sectionPlugin } from './plugins/section';

export default [
  modelPlugin,
  sectionPlugin,
  commandsPlugin,
  pagesPlugin,
  formsPlugin
];
