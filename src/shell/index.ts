/**
 * The plugin that shows our documents: JupyterLab's main area, or a dialog of our own
 * in applications whose main area holds one document only (Notebook 7).
 */
import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN, IMlxShell } from '../tokens';
import { DialogShell } from './dialog-shell';
import { MainShell } from './main-shell';

const plugin: JupyterFrontEndPlugin<IMlxShell> = {
  id: 'jupyter-mlx:shell',
  description: 'Provides the place where MLX documents are shown.',
  autoStart: true,
  provides: IMlxShell,
  optional: [ILabShell, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    labShell: ILabShell | null,
    translator: ITranslator | null
  ): IMlxShell => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    return labShell ? new MainShell(labShell, trans) : new DialogShell(trans);
  }
};

export default [plugin];
