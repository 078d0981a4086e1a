/**
 * The table of runs as the grid asks for it, cell by cell.
 */
// Pages with rows, and this with them, are only loaded when one is opened.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { DataModel } from '@lumino/datagrid';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModelRun } from '../../api/types';
import type { ExperimentModel } from './model';
import { cellText, columnLabel, FIXED } from './cells';

/**
 * The data of the grid: fixed columns, then those of values; checks before each row.
 */
export class RunsGridModel extends DataModel {
  constructor(model: ExperimentModel, trans: TranslationBundle) {
    super();
    this._model = model;
    this._labels = trans;
    this._columns = [...FIXED, ...(model.columns ?? [])];
    this._rows = model.table.rowCount;
    this._drawn = stateOf(model);
  }

  /** The columns, by their places. */
  get columns(): ReadonlyArray<string> {
    return this._columns;
  }

  override rowCount(region: DataModel.RowRegion): number {
    return region === 'body' ? this._rows : 1;
  }

  override columnCount(region: DataModel.ColumnRegion): number {
    return region === 'body' ? this._columns.length : 1;
  }

  override data(
    region: DataModel.CellRegion,
    row: number,
    column: number
  ): string {
    const { table } = this._model;
    switch (region) {
      case 'body':
        return cellText(table, row, this._columns[column], this._labels);
      case 'column-header':
        return this._head(this._columns[column]);
      case 'row-header': {
        const run = table.run(row);
        return run && this._model.isChecked(run.id) ? '☑' : '☐';
      }
      case 'corner-header':
        return this._model.checked.length > 0 ? '☒' : '☐';
    }
  }

  /** The run of a row; null while it is not read. */
  runAt(row: number): ModelRun | null {
    return row < this._rows ? this._model.table.run(row) : null;
  }

  /** Tell the grid of what has come, and of no more: drawing is what takes time. */
  update(): void {
    const { table } = this._model;
    const rows = table.rowCount;
    const change = rows - this._rows;
    if (change !== 0) {
      const index = Math.min(rows, this._rows);
      this._rows = rows;
      this.emitChanged({
        type: change > 0 ? 'rows-inserted' : 'rows-removed',
        region: 'body',
        index,
        span: Math.abs(change)
      });
    }
    const before = this._drawn;
    const now = stateOf(this._model);
    this._drawn = now;
    if (now.version !== before.version) {
      this._repaint('body', rows, this._columns.length);
    }
    if (now.version !== before.version || now.checked !== before.checked) {
      this._repaint('row-header', rows, 1);
      this._repaint('corner-header', 1, 1);
    }
    if (now.order !== before.order) {
      this._repaint('column-header', 1, this._columns.length);
    }
  }

  private _repaint(
    region: DataModel.CellRegion,
    rowSpan: number,
    columnSpan: number
  ): void {
    if (rowSpan > 0 && columnSpan > 0) {
      const args = { type: 'cells-changed' as const, row: 0, column: 0 };
      this.emitChanged({ ...args, region, rowSpan, columnSpan });
    }
  }

  private _head(column: string): string {
    const { order } = this._model.table.query;
    const sign =
      order?.column === column ? (order.descending ? ' ▼' : ' ▲') : '';
    return columnLabel(column, this._labels) + sign;
  }

  private _model: ExperimentModel;
  private _labels: TranslationBundle;
  private _columns: ReadonlyArray<string>;
  private _rows: number;
  private _drawn: IDrawn;
}

/** What the cells that were drawn last were made of. */
interface IDrawn {
  version: number;
  checked: string;
  order: unknown;
}

function stateOf(model: ExperimentModel): IDrawn {
  const { version, query } = model.table;
  const checked = model.checked.map(run => run.id).join();
  return { version, checked, order: query.order };
}
