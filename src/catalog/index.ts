/**
 * The plugins of the catalog.
 */
import { commandsPlugin } from './plugins/commands';
import { formPlugin } from './plugins/form';
import { insertPlugin } from './plugins/insert';
import { modelPlugin } from './plugins/model';
import { pagesPlugin } from './plugins/pages';
import { sectionPlugin } from './plugins/section';

export default [
  modelPlugin,
  sectionPlugin,
  commandsPlugin,
  formPlugin,
  pagesPlugin,
  insertPlugin
];
