/**
 * The plugins of experiments and runs.
 */
import { modelPlugin } from './model';
import { runsPagesPlugin } from './runs-pages';
import { sectionPlugin } from './section';

export default [modelPlugin, sectionPlugin, runsPagesPlugin];
