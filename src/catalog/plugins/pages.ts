/**
 * The plugin that opens the pages of tables, crawls and tags.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import { databaseIcon, sourceIcon, tableIcon } from '../../icons';
import {
  CommandIDs,
  DOMAIN,
  ICatalogModel,
  IJobsModel,
  IMlxClient,
  IMlxShell
} from '../../tokens';
import { track, trackPage } from '../../ui/track';
import { CatalogActions } from '../actions';
import type { CrawlPage } from '../crawl/page';
import type { TablePage } from '../table/page';

export const pagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlx:catalog-pages',
  description: 'Opens the pages of tables, crawls and tags.',
  autoStart: true,
  requires: [
    IMlxClient,
    ICatalogModel,
    IJobsModel,
    IMlxShell,
    IRenderMimeRegistry
  ],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    client: IMlxClient,
    catalog: ICatalogModel,
    jobs: IJobsModel,
    shell: IMlxShell,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const services = { app, client, catalog, jobs, shell, trans };
    const tables = addTablePages({ ...services, rendermime });
    const crawls = addCrawlPages(services);
    addLists(services);
    for (const command of [CommandIDs.showCrawls, CommandIDs.showTags]) {
      palette?.addItem({ command, category: trans.__('MLX') });
    }
    void restorer?.restore(tables, {
      command: CommandIDs.openTable,
      args: ({ content }) => ({ id: content.model.id, tab: content.tab }),
      name: ({ content }) => content.model.id
    });
    void restorer?.restore(crawls, {
      command: CommandIDs.openCrawl,
      args: ({ content }) => ({ id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }
};

interface IServices {
  app: JupyterFrontEnd;
  client: IMlxClient;
  catalog: ICatalogModel;
  jobs: IJobsModel;
  shell: IMlxShell;
  trans: TranslationBundle;
}

type Tracker<T extends Widget> = WidgetTracker<MainAreaWidget<T>>;

/** What an argument schema says of an id, and of nothing else that is required. */
function idArgs(
  what: string,
  more: ReadonlyJSONObject = {}
): ReadonlyJSONObject {
  return {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', description: what }, ...more }
  };
}

function addTablePages(
  services: IServices & { rendermime: IRenderMimeRegistry }
): Tracker<TablePage> {
  const { app, client, catalog, jobs, shell, trans, rendermime } = services;
  const { commands } = app;
  const tracker: Tracker<TablePage> = new WidgetTracker({
    namespace: 'jupyter-mlx-tables'
  });
  const make = async (id: string): Promise<TablePage> => {
    const [{ TablePage }, { TableModel }] = await Promise.all([
      import('../table/page'),
      import('../table/model')
    ]);
    const model = new TableModel({ id, client, catalog, jobs });
    return new TablePage({ model, commands, rendermime, trans });
  };
  commands.addCommand(CommandIDs.openTable, {
    label: trans.__('Open Table'),
    caption: trans.__('Open the page of the table'),
    icon: tableIcon,
    describedBy: {
      args: idArgs('The table’s id.', {
        column: { type: 'string', description: 'A column to show.' },
        tab: { type: 'string', description: 'A part of the page to show.' }
      })
    },
    isEnabled: args => typeof args.id === 'string',
    execute: async args => {
      const id = String(args.id);
      const widget = await shell.open(`jp-mlx-table-${id}`, () => make(id));
      const page = await trackPage(tracker, widget, args.tab);
      if (typeof args.column === 'string') {
        page.showColumn(args.column);
      }
    }
  });
  return tracker;
}

function addCrawlPages(services: IServices): Tracker<CrawlPage> {
  const { app, client, catalog, jobs, shell, trans } = services;
  const { commands } = app;
  const actions = new CatalogActions({
    client,
    catalog,
    jobs,
    commands,
    trans
  });
  const tracker: Tracker<CrawlPage> = new WidgetTracker({
    namespace: 'jupyter-mlx-crawls'
  });
  const make = async (id: string): Promise<CrawlPage> => {
    const [{ CrawlPage }, { CrawlModel }] = await Promise.all([
      import('../crawl/page'),
      import('../crawl/model')
    ]);
    const model = new CrawlModel({ id, client, catalog, jobs });
    return new CrawlPage({
      model,
      commands,
      trans,
      attempt: action => actions.attempt(action)
    });
  };
  commands.addCommand(CommandIDs.openCrawl, {
    label: trans.__('Open Crawl'),
    caption: trans.__('Open the page of the crawl'),
    icon: sourceIcon,
    describedBy: { args: idArgs('The id of the crawl, or of its run.') },
    isEnabled: args => typeof args.id === 'string',
    execute: async args => {
      const id = String(args.id);
      const widget = await shell.open(`jp-mlx-crawl-${id}`, () => make(id));
      await track(tracker, widget);
    }
  });
  return tracker;
}

function addLists(services: IServices): void {
  const { app, client, catalog, shell, trans } = services;
  const { commands } = app;
  const args = { args: { type: 'object', properties: {} } };
  commands.addCommand(CommandIDs.showCrawls, {
    label: trans.__('Crawls'),
    caption: trans.__('Show the crawls of the catalog, newest first'),
    icon: sourceIcon,
    describedBy: args,
    execute: async () => {
      await shell.open('jp-mlx-crawls', async () => {
        const { CrawlsWidget } = await import('../crawl/list');
        return new CrawlsWidget({ client, catalog, commands, trans });
      });
    }
  });
  commands.addCommand(CommandIDs.showTags, {
    label: trans.__('Tags…'),
    caption: trans.__('Define the tags of the catalog and their values'),
    icon: databaseIcon,
    describedBy: args,
    execute: async () => {
      await shell.open('jp-mlx-tags', async () => {
        const { TagsWidget } = await import('../tags/page');
        return new TagsWidget({ client, catalog, trans });
      });
    }
  });
}
