/**
 * The plugin that adds the Jobs section to the side panel.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN, IJobsModel, ISectionRegistry } from '../../tokens';
import { JobsSection } from '../list';

export const sectionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:jobs-section',
  description: 'Adds the section with runs and schedules to the side panel.',
  autoStart: true,
  requires: [ISectionRegistry, IJobsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISectionRegistry,
    jobs: IJobsModel,
    translator: ITranslator | null
  ): void => {
    const section = new JobsSection({
      jobs,
      commands: app.commands,
      trans: (translator ?? nullTranslator).load(DOMAIN),
      createView: async self => {
        const { JobsSectionView } = await import('../section');
        return new JobsSectionView(self);
      }
    });
    // The section stays for as long as the page does.
    void registry.add(section);
  }
};
