/**
 * The document that lists crawls.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { sourceIcon } from '../../icons';
import type { CrawlList } from '../../api/types';
import { CommandIDs } from '../../tokens';
import type { ICatalogModel, IMlxClient } from '../../tokens';
import { formatSeconds, formatTime } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading, StateIcon } from '../../ui/parts';
import { Resource } from '../../ui/resource';
import { crawlProgress, crawlStateLabel } from '../words';

/** How many crawls are listed. */
const LIMIT = 200;

/**
 * Crawls, newest first.
 */
export class CrawlsWidget extends ReactWidget {
  constructor(options: CrawlsWidget.IOptions) {
    super();
    this._options = options;
    this._crawls = new Resource(() =>
      options.client.catalog.crawls({ limit: LIMIT })
    );
    this.addClass('jp-mlx-CrawlPage');
    this.node.tabIndex = -1;
    this.title.icon = sourceIcon;
    this.title.label = options.trans.__('Crawls');
    options.catalog.crawled.connect(this._onCrawled, this);
    void this._crawls.want();
  }

  protected override render(): JSX.Element {
    return <Crawls {...this._options} crawls={this._crawls} />;
  }

  private _onCrawled(): void {
    void this._crawls.refresh();
  }

  private _options: CrawlsWidget.IOptions;
  private _crawls: Resource<CrawlList>;
}

export namespace CrawlsWidget {
  export interface IOptions {
    client: IMlxClient;
    catalog: ICatalogModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}

function Crawls(
  props: CrawlsWidget.IOptions & { crawls: Resource<CrawlList> }
): JSX.Element {
  const { crawls, commands, trans } = props;
  useSignals(crawls.changed);
  if (crawls.error) {
    return (
      <ErrorBox
        error={crawls.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void crawls.reload()
        }}
      />
    );
  }
  if (!crawls.value) {
    return <Loading text={trans.__('Reading the crawls…')} />;
  }
  if (crawls.value.items.length === 0) {
    return (
      <Empty
        text={trans.__('Nothing has been crawled yet.')}
        action={{
          label: trans.__('Add a source…'),
          onClick: () => void commands.execute(CommandIDs.addSource)
        }}
      />
    );
  }
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h2 className="jp-mlx-RunHead-name">{trans.__('Crawls')}</h2>
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col">{trans.__('Source')}</th>
            <th scope="col">{trans.__('Started')}</th>
            <th scope="col">{trans.__('Took')}</th>
            <th scope="col">{trans.__('Found')}</th>
          </tr>
        </thead>
        <tbody>
          {crawls.value.items.map(crawl => (
            <tr key={crawl.id} data-crawl={crawl.id}>
              <td>
                <StateIcon state={crawl.state} trans={trans} />{' '}
                {crawlStateLabel(crawl.state, trans)}
              </td>
              <th scope="row">
                <button
                  type="button"
                  className="jp-mlx-Link"
                  onClick={() => {
                    void commands.execute(CommandIDs.openCrawl, {
                      id: crawl.id
                    });
                  }}
                >
                  {crawl.source}
                </button>
              </th>
              <td>{formatTime(crawl.started_at, trans, Date.now())}</td>
              <td>
                {crawl.seconds === null
                  ? '–'
                  : formatSeconds(crawl.seconds, trans)}
              </td>
              <td>{crawlProgress(crawl, trans)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
