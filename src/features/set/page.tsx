/**
 * The page of a training set: its record, leaks, what was found, the first rows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { TrainingSet } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { formatNumber, formatTime, shortId } from '../../ui/format';
import { Guard } from '../../ui/guard';
import { Part } from '../../ui/part';
import { Rows } from '../../ui/rows';
import { trainingSetIcon } from '../icons';
import { FoundBars, LeakageReport } from '../report';
import type { TrainingSetModel } from './model';

/**
 * The page of one training set.
 */
export class TrainingSetPage extends ReactWidget {
  constructor(options: TrainingSetPage.IOptions) {
    super();
    this._options = options;
    this.model = options.model;
    this.addClass('jp-mlx-CrawlPage');
    this.addClass('jp-mlx-TrainingSetPage');
    this.node.tabIndex = -1;
    this.title.icon = trainingSetIcon;
    this.title.label = options.trans.__('Training set');
    this.model.record.changed.connect(this._onChanged, this);
  }

  readonly model: TrainingSetModel;

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
    const { trans } = this._options;
    return (
      <Guard trans={trans}>
        <Page {...this._options} />
      </Guard>
    );
  }

  private _onChanged(): void {
    const record = this.model.record.value;
    if (record) {
      this.title.label = titleOf(record);
    }
  }

  private _options: TrainingSetPage.IOptions;
}

export namespace TrainingSetPage {
  export interface IOptions {
    model: TrainingSetModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
  }
}

function titleOf(record: TrainingSet): string {
  return record.name ?? `#${shortId(record.id)}`;
}

function Page(props: TrainingSetPage.IOptions): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.record}
      loading={trans.__('Reading the record…')}
      trans={trans}
    >
      {record => (
        <>
          <Head {...props} record={record} />
          <LeakageReport findings={record.leakage} trans={trans} />
          <FoundBars views={record.views} trans={trans} />
          <section className="jp-mlx-CrawlPage-part">
            <h3>{trans.__('First rows')}</h3>
            <Part
              of={model.rows}
              loading={trans.__('Reading rows…')}
              trans={trans}
            >
              {rows => <Rows table={rows} trans={trans} />}
            </Part>
          </section>
        </>
      )}
    </Part>
  );
}

function Head(
  props: TrainingSetPage.IOptions & { record: TrainingSet }
): JSX.Element {
  const { record, commands, trans } = props;
  const { run_id } = record;
  const facts: Array<[string, React.ReactNode]> = [
    [trans.__('Features'), record.features.join(', ')],
    [trans.__('Target'), record.target ?? trans.__('none')],
    [
      trans.__('Values'),
      record.known_only
        ? trans.__('only what was known at the label’s time')
        : trans.__('by their event time')
    ],
    [trans.__('Digest'), <code>{record.digest}</code>],
    [trans.__('Labels'), <code>{record.labels}</code>],
    [trans.__('File'), <code>{record.path}</code>]
  ];
  return (
    <div className="jp-mlx-CrawlPage-head">
      <div className="jp-mlx-RunHead-line">
        <trainingSetIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name">
          {trans.__('Training set %1', titleOf(record))}
        </h2>
        <span className="jp-mlx-RunHead-facts">
          {[
            trans._n(
              '%2 row',
              '%2 rows',
              record.rows,
              formatNumber(record.rows)
            ),
            record.project,
            formatTime(record.created_at, trans, Date.now()),
            trans.__('by %1', record.owner)
          ].join(' · ')}
        </span>
        {run_id && (
          <button
            type="button"
            className="jp-mlx-Button"
            onClick={() => {
              void commands.execute(CommandIDs.openRun, { id: run_id });
            }}
          >
            {trans.__('Open run')}
          </button>
        )}
      </div>
      <dl className="jp-mlx-Facts">
        {facts.map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
    </div>
  );
}
