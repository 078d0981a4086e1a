/**
 * The crawls that run, above the tree.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Crawl } from '../api/types';
import { CommandIDs } from '../tokens';
import { StateIcon } from '../ui/parts';
import type { CatalogSection } from './list';
import { crawlProgress } from './words';

/** How much of what was listed has been dealt with. */
export function CrawlBar(props: {
  crawl: Crawl | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { crawl, trans } = props;
  const done = crawl ? crawl.read + crawl.skipped + crawl.failed : 0;
  const all = crawl?.listed ?? 0;
  return (
    <span
      className="jp-mlx-Progress"
      role="progressbar"
      aria-label={trans.__('Progress')}
      aria-valuemin={0}
      aria-valuemax={Math.max(all, 1)}
      aria-valuenow={Math.min(done, Math.max(all, 1))}
      aria-valuetext={
        crawl ? crawlProgress(crawl, trans) : trans.__('The crawl starts…')
      }
    >
      <span
        className="jp-mlx-Progress-done"
        style={{ width: `${all ? Math.min(100, (100 * done) / all) : 0}%` }}
      />
    </span>
  );
}

/** A row for each crawl in progress; it opens the crawl. */
export function Crawling(props: {
  section: CatalogSection;
}): JSX.Element | null {
  const { catalog, commands, trans } = props.section;
  const { running } = catalog;
  if (running.length === 0) {
    return null;
  }
  return (
    <ul className="jp-mlx-List" aria-label={trans.__('Running crawls')}>
      {running.map(({ source_id, run_id, crawl }) => {
        const id = crawl?.id ?? run_id ?? '';
        const name =
          crawl?.source ??
          catalog.sources.find(one => one.id === source_id)?.name ??
          source_id;
        return (
          <li key={id} className="jp-mlx-Row" data-crawl={id}>
            <button
              type="button"
              className="jp-mlx-Row-main"
              data-mlx-row=""
              title={
                crawl
                  ? crawlProgress(crawl, trans)
                  : trans.__('The crawl starts…')
              }
              onClick={() => {
                void commands.execute(CommandIDs.openCrawl, { id });
              }}
            >
              <span className="jp-mlx-Row-line">
                <StateIcon state={crawl ? 'RUNNING' : 'QUEUED'} trans={trans} />
                <span className="jp-mlx-Row-name">
                  {trans.__('Crawl of %1', name)}
                </span>
                <span className="jp-mlx-Row-detail">
                  {crawl
                    ? trans.__(
                        '%1/%2',
                        crawl.read + crawl.skipped,
                        crawl.listed
                      )
                    : trans.__('starts')}
                </span>
                <CrawlBar crawl={crawl} trans={trans} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
