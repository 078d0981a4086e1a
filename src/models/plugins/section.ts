/**
 * The plugin that adds the Models section to the side panel.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN, ISectionRegistry } from '../../tokens';
import { ModelsSection } from '../list';
import { IModelsModel } from '../tokens';

export const sectionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:models-section',
  description:
    'Adds the section with models, experiments and deployments to the side panel.',
  autoStart: true,
  requires: [ISectionRegistry, IModelsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISectionRegistry,
    models: IModelsModel,
    translator: ITranslator | null
  ): void => {
    const section = new ModelsSection({
      models,
      commands: app.commands,
      trans: (translator ?? nullTranslator).load(DOMAIN),
      createView: async self => {
        const { ModelsSectionView } = await import('../section');
        return new ModelsSectionView(self);
      }
    });
    // The section stays for as long as the page does.
    void registry.add(section);
  }
};
