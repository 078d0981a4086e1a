/**
 * The plugins of the side panel: its section registry and its widget.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { ISectionRegistry } from '../tokens';
import type { IPanelState } from './panel';
import { MlxPanel } from './panel';
import { SectionRegistry } from './registry';

/** Between the table of contents (400) and the extension manager (1000). */
const RANK = 550;

const STATE_KEY = 'jupyter-mlx:panel';

const registryPlugin: JupyterFrontEndPlugin<ISectionRegistry> = {
  id: 'jupyter-mlx:sections',
  description: 'Provides the registry of the side panel\u2019s sections.',
  autoStart: true,
  provides: ISectionRegistry,
  activate: (): ISectionRegistry => new SectionRegistry()
};

const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:panel',
  description: 'Adds the side panel of the MLX workbench.',
  autoStart: true,
  requires: [ISectionRegistry],
  optional: [ITranslator, ILayoutRestorer, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    registry: ISectionRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    stateDB: IStateDB | null
  ): void => {
    const panel = new MlxPanel({
      commands: app.commands,
      registry,
      translator: translator ?? nullTranslator
    });
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, 'jupyter-mlx-panel');
    if (!stateDB) {
      return;
    }
    stateDB
      .fetch(STATE_KEY)
      .then(kept => {
        if (kept) {
          panel.restore(kept as unknown as IPanelState);
        }
      })
      .catch(reason => {
        console.warn('The state of the MLX panel could not be read.', reason);
      });
    panel.stateChanged.connect((_, state) => {
      stateDB
        .save(STATE_KEY, state as unknown as ReadonlyPartialJSONValue)
        .catch(reason => {
          console.warn('The state of the MLX panel could not be kept.', reason);
        });
    });
  }
};

export default [registryPlugin, panelPlugin];
