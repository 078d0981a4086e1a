/**
 * What can be done with sources. What destroys asks first and names its target.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { MlxError } from '../api/errors';
import { CommandIDs } from '../tokens';
import type { ICatalogModel, IJobsModel, IMlxClient } from '../tokens';

/**
 * The actions.
 */
export class CatalogActions {
  constructor(options: CatalogActions.IOptions) {
    this._options = options;
  }

  /** Crawl a source and show the crawl. */
  async crawl(id: string): Promise<void> {
    const { catalog, jobs, commands } = this._options;
    const run = await catalog.crawl(id);
    jobs.update(run);
    await commands.execute(CommandIDs.openCrawl, { id: run.id });
  }

  async removeSource(id: string): Promise<void> {
    const { client, trans } = this._options;
    const source = await client.catalog.source(id);
    const result = await showDialog({
      title: trans.__('Remove the source?'),
      body: trans.__(
        '“%1” (%2) goes from the catalog with its tables, their tags, descriptions and profiles. The data itself stays.',
        source.name,
        source.location
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep') }),
        Dialog.warnButton({ label: trans.__('Remove the source') })
      ],
      // The safe answer is the one that Enter gives.
      defaultButton: 0
    });
    if (result.button.accept) {
      await client.catalog.removeSource(id);
    }
  }

  /** Do it, and tell of a failure with its remedy. */
  async attempt(action: Promise<void>): Promise<void> {
    try {
      await action;
    } catch (reason) {
      const error = MlxError.from(reason);
      Notification.error(
        error.remedy ? `${error.message}\n\n${error.remedy}` : error.message,
        { autoClose: 10000 }
      );
    }
  }

  private _options: CatalogActions.IOptions;
}

export namespace CatalogActions {
  export interface IOptions {
    client: IMlxClient;
    catalog: ICatalogModel;
    jobs: IJobsModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}
