/**
 * The run page: head, tabs, and what the chosen tab shows.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Panel } from '@lumino/widgets';
import * as React from 'react';

import { mlxIcon } from '../../icons';
import { shortId } from '../../ui/format';
import { TabbedPage } from '../../ui/tabbed-page';
import { stateLabel } from '../states';
import { CellsPanel } from './cells-view';
import { RunHead } from './head';
import type { RunModel } from './model';
import { LogTab, OutputsTab, ParametersTab, RecordTab } from './tabs';

/**
 * The page of one run.
 */
export class RunPage extends TabbedPage<RunPage.IOptions> {
  constructor(options: RunPage.IOptions) {
    const { trans, model } = options;
    super(options);
    this.addClass('jp-mlx-RunPage');
    this.title.icon = mlxIcon;
    model.changed.connect(this._onChanged, this);
    model.cellsReplaced.connect(this._makeCells, this);
    this._onChanged();
    this.build({
      label: trans.__('Parts of the run'),
      idPrefix: `jp-mlx-run-${model.id}`,
      head: props => (
        <RunHead {...props} onShowFailed={() => this.showFailedCell()} />
      ),
      tabs: [
        {
          id: 'cells',
          label: trans.__('Cells'),
          widget: () => {
            this._makeCells();
            return this._cellsHolder;
          }
        },
        { id: 'log', label: trans.__('Log'), view: LogTab },
        {
          id: 'parameters',
          label: trans.__('Parameters'),
          view: ParametersTab
        },
        { id: 'record', label: trans.__('Record'), view: RecordTab },
        { id: 'outputs', label: trans.__('Outputs'), view: OutputsTab }
      ]
    });
  }

  /** Show the first cell that failed, or the cell with this number. */
  showFailedCell(number?: number): void {
    this._wantedCell = number ?? this.model.run?.error?.cell ?? -1;
    this.showTab('cells');
    this._revealWanted();
  }

  private _onChanged(): void {
    const { run } = this.model;
    const { trans } = this.props;
    this.title.label = run
      ? trans.__('%1 #%2', run.name, shortId(run.id))
      : trans.__('Run');
    this.title.caption = run
      ? `${run.notebook.path} · ${stateLabel(run.state, trans)}`
      : '';
  }

  private _makeCells(): void {
    const { cells } = this.model;
    if (!cells) {
      return;
    }
    this._cells?.dispose();
    const { rendermime, trans, highlight } = this.props;
    this._cells = new CellsPanel({
      cells,
      rendermime,
      trans,
      highlight: (source, node) => highlight(source, this.model.language, node),
      scroller: this.scroller
    });
    this._cellsHolder.addWidget(this._cells);
    this._revealWanted();
  }

  private _revealWanted(): void {
    const { cells } = this.model;
    if (this._wantedCell === null || !cells || !this._cells) {
      return;
    }
    // A failed notebook as papermill saves it may count a cell more than the events.
    const cell = cells.failed ?? cells.at(this._wantedCell);
    if (cell) {
      this._cells.reveal(cell);
    }
    this._wantedCell = null;
  }

  private _cellsHolder = new Panel();
  private _cells: CellsPanel | null = null;
  private _wantedCell: number | null = null;
}

export namespace RunPage {
  export interface IOptions {
    model: RunModel;
    commands: CommandRegistry;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
    /** Write source into a node, in the application's colours where it has any. */
    highlight: (
      source: string,
      language: string,
      node: HTMLElement
    ) => Promise<void>;
  }
}
