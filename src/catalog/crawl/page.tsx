/**
 * The page of a crawl: its progress, then what it changed and what it could not read.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Crawl, TableChange } from '../../api/types';
import { sourceIcon } from '../../icons';
import { CommandIDs } from '../../tokens';
import { formatSeconds, secondsBetween } from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading, StateIcon } from '../../ui/parts';
import { CrawlBar } from '../crawling';
import { crawlProgress, crawlStateLabel, waitingText } from '../words';
import type { CrawlModel } from './model';

/** How many lines of a list are shown at first. */
const STEP = 100;

/**
 * The page of one crawl.
 */
export class CrawlPage extends ReactWidget {
  constructor(options: CrawlPage.IOptions) {
    super();
    this._options = options;
    this.model = options.model;
    this.addClass('jp-mlx-CrawlPage');
    this.node.tabIndex = -1;
    this.title.icon = sourceIcon;
    this.title.label = options.trans.__('Crawl');
    this.model.changed.connect(this._onChanged, this);
    void this.model.load();
  }

  readonly model: CrawlModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  protected override render(): JSX.Element {
    return <Page {...this._options} />;
  }

  private _onChanged(): void {
    const { crawl } = this.model;
    if (crawl) {
      this.title.label = this._options.trans.__('Crawl of %1', crawl.source);
    }
  }

  private _options: CrawlPage.IOptions;
}

export namespace CrawlPage {
  export interface IOptions {
    model: CrawlModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Do it, and tell of a failure. */
    attempt: (action: Promise<void>) => Promise<void>;
  }
}

function Page(props: CrawlPage.IOptions): JSX.Element {
  const { model, trans, attempt } = props;
  useSignals(model.changed);
  const { crawl, error, run } = model;
  if (error) {
    return (
      <ErrorBox
        error={run?.error ?? error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.load()
        }}
      />
    );
  }
  if (!crawl) {
    return (
      <div className="jp-mlx-CrawlPage-head">
        <div className="jp-mlx-Note" role="status">
          {waitingText(run, trans)}
        </div>
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={() => void attempt(model.cancel())}
        >
          {trans.__('Cancel')}
        </button>
      </div>
    );
  }
  return (
    <>
      <Head {...props} crawl={crawl} />
      {crawl.error && <ErrorBox error={crawl.error} trans={trans} />}
      <Result {...props} crawl={crawl} />
    </>
  );
}

type PartProps = CrawlPage.IOptions & { crawl: Crawl };

function Head(props: PartProps): JSX.Element {
  const { crawl, model, trans, commands, attempt } = props;
  const isRunning = crawl.state === 'RUNNING';
  const now = useNow(isRunning);
  const seconds =
    crawl.seconds ?? secondsBetween(crawl.started_at, crawl.ended_at, now) ?? 0;
  const again = (full: boolean): Promise<void> =>
    model.again(full).then(run => {
      void commands.execute(CommandIDs.openCrawl, { id: run.id });
    });
  return (
    <div className="jp-mlx-CrawlPage-head">
      <div className="jp-mlx-RunHead-line">
        <StateIcon state={crawl.state} trans={trans} />
        <h2 className="jp-mlx-RunHead-name">
          {trans.__('Crawl of %1', crawl.source)}
        </h2>
        <span className="jp-mlx-RunHead-facts" data-state={crawl.state}>
          {[
            crawlStateLabel(crawl.state, trans),
            formatSeconds(Math.round(seconds * 10) / 10, trans),
            crawlProgress(crawl, trans),
            crawl.dry_run && trans.__('dry run: nothing was written')
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="jp-mlx-RunHead-buttons">
          {isRunning ? (
            <button
              type="button"
              className="jp-mlx-Button"
              onClick={() => void attempt(model.cancel())}
            >
              {trans.__('Cancel')}
            </button>
          ) : (
            <>
              <button
                type="button"
                className="jp-mlx-Button"
                title={trans.__('Read what is new or changed')}
                onClick={() => void attempt(again(false))}
              >
                {trans.__('Crawl again')}
              </button>
              <button
                type="button"
                className="jp-mlx-Button"
                title={trans.__('Read everything, unchanged files too')}
                onClick={() => void attempt(again(true))}
              >
                {trans.__('Read everything')}
              </button>
            </>
          )}
          {crawl.run_id && (
            <button
              type="button"
              className="jp-mlx-Button"
              onClick={() => {
                void commands.execute(CommandIDs.openRun, { id: crawl.run_id });
              }}
            >
              {trans.__('Open run')}
            </button>
          )}
        </span>
      </div>
      {isRunning && (
        <div className="jp-mlx-RunHead-progress">
          <CrawlBar crawl={crawl} trans={trans} />
          <span>{crawlProgress(crawl, trans)}</span>
        </div>
      )}
    </div>
  );
}

function Result(props: PartProps): JSX.Element {
  const { crawl, model, trans } = props;
  if (crawl.state === 'RUNNING') {
    return (
      <Empty
        text={trans.__(
          'What it changes is listed here when it ends. Tables appear in the panel as they are written.'
        )}
      />
    );
  }
  if (!model.isWhole) {
    return <Loading text={trans.__('Reading what changed…')} />;
  }
  const changed = crawl.tables.filter(one => one.change !== 'unchanged');
  const unchanged = crawl.tables.length - changed.length;
  return (
    <>
      {crawl.problems_total > 0 && <Problems {...props} />}
      <section className="jp-mlx-CrawlPage-part">
        <h3>{trans.__('What changed')}</h3>
        {changed.length > 0 && <Changes {...props} changes={changed} />}
        <p className="jp-mlx-CrawlPage-rest">
          {changed.length === 0 && unchanged === 0
            ? trans.__(
                'No table was found. Look at the problems, or at what the source leaves out.'
              )
            : unchanged > 0 &&
              trans._n(
                '%1 table is as it was.',
                '%1 tables are as they were.',
                unchanged
              )}
        </p>
      </section>
    </>
  );
}

function Changes(
  props: PartProps & { changes: ReadonlyArray<TableChange> }
): JSX.Element {
  const { changes, commands, trans } = props;
  const [shown, setShown] = React.useState(STEP);
  const open = (id: string, tab?: string): void => {
    void commands.execute(CommandIDs.openTable, tab ? { id, tab } : { id });
  };
  return (
    <>
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Change')}</th>
            <th scope="col">{trans.__('Table')}</th>
            <th scope="col">{trans.__('What is different')}</th>
            <th scope="col">{trans.__('Why it is one table')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, shown).map(change => (
            <tr key={change.id} data-change={change.change}>
              <td>
                <span className="jp-mlx-Tag" data-change={change.change}>
                  {changeLabel(change.change, trans)}
                </span>
              </td>
              <th scope="row">
                {change.change === 'deleted' ? (
                  `${change.database}.${change.name}`
                ) : (
                  <button
                    type="button"
                    className="jp-mlx-Link"
                    onClick={() => open(change.id)}
                  >
                    {change.database}.{change.name}
                  </button>
                )}
              </th>
              <td>
                {change.difference?.words.map(words => (
                  <div key={words}>{words}</div>
                ))}
                {!change.difference && trans.__('version %1', change.version)}
              </td>
              <td>
                {change.change !== 'deleted' && (
                  <button
                    type="button"
                    className="jp-mlx-Link"
                    aria-label={trans.__('Explain %1', change.name)}
                    onClick={() => open(change.id, 'explain')}
                  >
                    {trans.__('Explain')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length > shown && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          onClick={() => setShown(shown + STEP)}
        >
          {trans.__('Show more of %1', changes.length)}
        </button>
      )}
    </>
  );
}

function Problems(props: PartProps): JSX.Element {
  const { crawl, trans } = props;
  const [shown, setShown] = React.useState(STEP);
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans._n('%1 problem', '%1 problems', crawl.problems_total)}</h3>
      <p className="jp-mlx-CrawlPage-rest">
        {trans.__(
          'These could not be read; the rest was. No table is lost by them.'
        )}
      </p>
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Path')}</th>
            <th scope="col">{trans.__('Reason')}</th>
          </tr>
        </thead>
        <tbody>
          {crawl.problems.slice(0, shown).map((problem, index) => (
            <tr key={index}>
              <th scope="row">
                <code>{problem.path}</code>
              </th>
              <td title={problem.code}>{problem.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {crawl.problems.length > shown && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          onClick={() => setShown(shown + STEP)}
        >
          {trans.__('Show more of %1', crawl.problems_total)}
        </button>
      )}
    </section>
  );
}

function changeLabel(
  change: TableChange['change'],
  trans: TranslationBundle
): string {
  switch (change) {
    case 'created':
      return trans.__('new');
    case 'updated':
      return trans.__('changed');
    case 'unchanged':
      return trans.__('as it was');
    case 'deprecated':
      return trans.__('gone from its source');
    case 'deleted':
      return trans.__('forgotten');
  }
}
