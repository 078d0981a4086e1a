/**
 * The plugins of the registry: pages, forms, code for notebooks, deployments.
 */
import deployments from './deployments';
import { formsPlugin } from './registry-forms';
import { insertPlugin } from './registry-insert';
import { pagesPlugin } from './registry-pages';

export default [pagesPlugin, formsPlugin, insertPlugin, ...deployments];
