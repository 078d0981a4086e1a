/**
 * The plugin that adds the Features section to the side panel.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN, IMlxClient, ISectionRegistry } from '../../tokens';
import { FeaturesSection } from '../list';
import { IFeaturesModel } from '../tokens';

export const sectionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:features-section',
  description: 'Adds the section with the feature store to the side panel.',
  autoStart: true,
  requires: [ISectionRegistry, IFeaturesModel, IMlxClient],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISectionRegistry,
    features: IFeaturesModel,
    client: IMlxClient,
    translator: ITranslator | null
  ): void => {
    const section = new FeaturesSection({
      features,
      client: client.features,
      commands: app.commands,
      trans: (translator ?? nullTranslator).load(DOMAIN),
      createView: async self => {
        const { FeaturesSectionView } = await import('../section');
        return new FeaturesSectionView(self);
      }
    });
    // The section stays for as long as the page does.
    void registry.add(section);
  }
};
