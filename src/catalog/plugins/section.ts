/**
 * The plugin that adds the Catalog section to the side panel.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  DOMAIN,
  ICatalogModel,
  IMlxClient,
  ISectionRegistry
} from '../../tokens';
import { CatalogSection } from '../list';

export const sectionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:catalog-section',
  description: 'Adds the section with the data catalog to the side panel.',
  autoStart: true,
  requires: [ISectionRegistry, ICatalogModel, IMlxClient],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISectionRegistry,
    catalog: ICatalogModel,
    client: IMlxClient,
    translator: ITranslator | null
  ): void => {
    const section = new CatalogSection({
      catalog,
      client: client.catalog,
      commands: app.commands,
      trans: (translator ?? nullTranslator).load(DOMAIN),
      createView: async self => {
        const { CatalogSectionView } = await import('../section');
        return new CatalogSectionView(self);
      }
    });
    // The section stays for as long as the page does.
    void registry.add(section);
  }
};
