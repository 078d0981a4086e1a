/**
 * The document that compares two runs.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Panel, PanelLayout, Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../api/errors';
import type { Diff, Run } from '../api/types';
import { compareIcon } from '../icons';
import { stateLabel } from '../jobs/states';
import { CommandIDs } from '../tokens';
import {
  formatChange,
  formatNumber,
  formatTime,
  formatValue,
  shortId
} from '../ui/format';
import { useSignals } from '../ui/hooks';
import { ErrorBox, Loading, StateIcon } from '../ui/parts';
import type { CompareModel, IChangeRow } from './model';
import { changeRows } from './model';

/**
 * Parameters and metrics on one side, the notebooks' difference on the other.
 */
export class CompareWidget extends Widget {
  constructor(options: CompareWidget.IOptions) {
    super();
    this._options = options;
    this.model = options.model;
    const { model, trans, commands } = options;
    this.addClass('jp-mlx-Compare');
    this.node.tabIndex = -1;
    this.title.icon = compareIcon;
    this.title.label = trans.__('Compare runs');
    const layout = (this.layout = new PanelLayout());
    const side = ReactWidget.create(
      <Summary model={model} trans={trans} commands={commands} />
    );
    side.addClass('jp-mlx-Compare-side');
    layout.addWidget(side);
    this._body = new Panel();
    this._body.addClass('jp-mlx-Compare-body');
    this._body.node.setAttribute('role', 'region');
    this._body.node.setAttribute(
      'aria-label',
      trans.__('What differs in the notebooks')
    );
    this._body.node.tabIndex = 0;
    layout.addWidget(this._body);
    model.changed.connect(this._onChanged, this);
    void model.load();
  }

  readonly model: CompareModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  private _onChanged(): void {
    const { a, b, diff } = this.model;
    const { trans } = this._options;
    if (a && b) {
      this.title.label = trans.__(
        '%1 #%2 ↔ #%3',
        b.name,
        shortId(a.id),
        shortId(b.id)
      );
    }
    if (diff && diff !== this._shown) {
      this._shown = diff;
      this._showNotebooks(diff).catch(reason => {
        this._note(MlxError.from(reason).message);
      });
    }
  }

  /** nbdime is loaded with the first comparison. */
  private async _showNotebooks(diff: Diff): Promise<void> {
    const { rendermime, translator, trans } = this._options;
    if (!diff.notebook || diff.notebook.diff.length === 0) {
      this._note(trans.__('The notebooks and their outputs are the same.'));
      return;
    }
    const { createDiffWidget } = await import('./nbdiff');
    if (!this.isDisposed) {
      const widget = await createDiffWidget(
        diff.notebook,
        rendermime,
        translator
      );
      this._body.addWidget(widget);
    }
  }

  private _note(text: string): void {
    const note = new Widget();
    note.addClass('jp-mlx-Empty');
    note.node.textContent = text;
    this._body.addWidget(note);
  }

  private _options: CompareWidget.IOptions;
  private _body: Panel;
  private _shown: Diff | null = null;
}

export namespace CompareWidget {
  export interface IOptions {
    model: CompareModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
    translator: ITranslator;
  }
}

interface ISummaryProps {
  model: CompareModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

function Summary(props: ISummaryProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { a, b, diff, error } = model;
  if (error) {
    return (
      <ErrorBox
        error={error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.load()
        }}
      />
    );
  }
  if (!a || !b) {
    return <Loading text={trans.__('Reading both runs…')} />;
  }
  return (
    <>
      <h2 className="jp-mlx-Compare-title">{trans.__('Compare runs')}</h2>
      <Side letter="A" run={a} {...props} />
      <Side letter="B" run={b} {...props} />
      {diff ? (
        <>
          <p className="jp-mlx-Compare-answer">{answer(diff, trans)}</p>
          {diff.note && (
            <div className="jp-mlx-Note" role="note">
              {diff.note}
            </div>
          )}
        </>
      ) : (
        <Loading text={trans.__('Comparing the notebooks…')} />
      )}
      <Rows
        title={trans.__('Metrics')}
        rows={model.rows('metrics')}
        trans={trans}
      />
      <Rows
        title={trans.__('Parameters')}
        rows={model.rows('parameters')}
        trans={trans}
      />
      {diff && (
        <>
          <Rows
            title={trans.__('Environment')}
            rows={changeRows(diff.environment)}
            trans={trans}
            folded
          />
          <Rows
            title={trans.__('Data')}
            rows={changeRows(diff.data)}
            trans={trans}
            folded
          />
        </>
      )}
    </>
  );
}

function Side(
  props: ISummaryProps & { letter: string; run: Run }
): JSX.Element {
  const { letter, run, trans, commands } = props;
  return (
    <div className="jp-mlx-Compare-run">
      <strong>{letter}</strong>
      <StateIcon state={run.state} trans={trans} />
      <button
        type="button"
        className="jp-mlx-Link"
        title={`${run.notebook.path} · ${stateLabel(run.state, trans)}`}
        onClick={() => {
          void commands.execute(CommandIDs.openRun, { id: run.id });
        }}
      >
        {run.name} #{shortId(run.id)}
      </button>
      <span className="jp-mlx-Row-detail">
        {formatTime(run.created_at, trans, Date.now())}
      </span>
    </div>
  );
}

/** The difference of the notebooks in one sentence. */
function answer(diff: Diff, trans: TranslationBundle): string {
  if (diff.equal) {
    return trans.__('The two runs are the same.');
  }
  const { added, removed, changed, moved } = diff.cells;
  const parts = [
    changed && trans._n('%1 cell changed', '%1 cells changed', changed),
    added && trans._n('%1 cell added', '%1 cells added', added),
    removed && trans._n('%1 cell removed', '%1 cells removed', removed),
    moved && trans._n('%1 cell moved', '%1 cells moved', moved),
    diff.outputs_changed &&
      trans._n('%1 output differs', '%1 outputs differ', diff.outputs_changed)
  ].filter(Boolean);
  return parts.length
    ? parts.join(' · ')
    : trans.__('The notebooks are the same; see below for what is not.');
}

function Rows(props: {
  title: string;
  rows: IChangeRow[];
  trans: TranslationBundle;
  folded?: boolean;
}): JSX.Element | null {
  const { title, rows, trans, folded } = props;
  if (rows.length === 0) {
    return null;
  }
  const changed = rows.filter(row => row.changed);
  const equal = rows.filter(row => !row.changed);
  return (
    <details className="jp-mlx-Details" open={!folded}>
      <summary>
        {title}
        <span className="jp-mlx-Tree-count">
          {trans._n('%1 differs', '%1 differ', changed.length)}
        </span>
      </summary>
      {changed.length > 0 && <Table rows={changed} trans={trans} />}
      {equal.length > 0 && (
        <details className="jp-mlx-Details jp-mlx-Compare-equal">
          <summary>{trans.__('%1 equal', equal.length)}</summary>
          <Table rows={equal} trans={trans} />
        </details>
      )}
    </details>
  );
}

/** The lines of a table; figures stand under each other and never break. */
function Table(props: {
  rows: IChangeRow[];
  trans: TranslationBundle;
}): JSX.Element {
  const { rows, trans } = props;
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col">{trans.__('A')}</th>
          <th scope="col">{trans.__('B')}</th>
          <th scope="col">{trans.__('B − A')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.name} data-changed={row.changed || undefined}>
            <th scope="row">{breakable(row.name)}</th>
            <Value value={row.a} />
            <Value value={row.b} />
            <td data-number="">
              {typeof row.a === 'number' && typeof row.b === 'number'
                ? formatChange(row.a, row.b)
                : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A name that breaks after its underscores before it breaks elsewhere. */
function breakable(name: string): JSX.Element[] {
  return name.split(/(?<=_)/).map((part, index) => (
    <React.Fragment key={index}>
      {part}
      <wbr />
    </React.Fragment>
  ));
}

function Value(props: { value: unknown }): JSX.Element {
  const { value } = props;
  return (
    <td data-number={typeof value === 'number' ? '' : undefined}>
      {show(value)}
    </td>
  );
}

function show(value: unknown): string {
  return typeof value === 'number' ? formatNumber(value) : formatValue(value);
}
