/**
 * Rows in the application's data grid, for many of them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
// Pages with rows, and this with them, are only loaded when one is opened.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import {
  BasicKeyHandler,
  BasicMouseHandler,
  BasicSelectionModel,
  DataGrid,
  DataModel,
  RendererMap,
  TextRenderer
} from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { cellText } from './format';

/** Rows with the names of their columns. */
export interface IRows {
  columns: ReadonlyArray<{ name: string; type: string }>;
  rows: ReadonlyArray<ReadonlyArray<unknown>>;
}

/** The rows as the grid asks for them, cell by cell. */
class RowsModel extends DataModel {
  constructor(table: IRows) {
    super();
    this._table = table;
  }

  override rowCount(region: DataModel.RowRegion): number {
    return region === 'body' ? this._table.rows.length : 1;
  }

  override columnCount(region: DataModel.ColumnRegion): number {
    return region === 'body' ? this._table.columns.length : 1;
  }

  override data(
    region: DataModel.CellRegion,
    row: number,
    column: number
  ): string {
    switch (region) {
      case 'body':
        return cellText(this._table.rows[row][column]);
      case 'column-header':
        return this._table.columns[column].name;
      case 'row-header':
        return String(row + 1);
      default:
        return '';
    }
  }

  private _table: IRows;
}

/** The grid; its colours are the theme's, read again when the theme changes. */
export function Grid(props: {
  table: IRows;
  trans: TranslationBundle;
}): JSX.Element {
  const { table, trans } = props;
  const node = React.useRef<HTMLDivElement>(null);
  // Its end comes before React takes the host out: Lumino detaches only what is in the page.
  React.useLayoutEffect(() => {
    const host = node.current!;
    const grid = new DataGrid({
      defaultSizes: {
        rowHeight: 24,
        columnWidth: 144,
        rowHeaderWidth: 60,
        columnHeaderHeight: 26
      },
      style: gridStyle(host)
    });
    const model = new RowsModel(table);
    grid.dataModel = model;
    grid.selectionModel = new BasicSelectionModel({ dataModel: model });
    grid.keyHandler = new BasicKeyHandler();
    grid.mouseHandler = new BasicMouseHandler();
    const paint = (): void => {
      grid.style = gridStyle(host);
      const { text, font } = texts(host);
      grid.cellRenderers = new RendererMap(
        {},
        new TextRenderer({ textColor: text, font })
      );
    };
    paint();
    Widget.attach(grid, host);
    const themes = new MutationObserver(paint);
    themes.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });
    const sizes = new ResizeObserver(() => {
      MessageLoop.sendMessage(grid, Widget.ResizeMessage.UnknownSize);
    });
    sizes.observe(host);
    return () => {
      themes.disconnect();
      sizes.disconnect();
      Widget.detach(grid);
      grid.dispose();
    };
  }, [table]);
  return (
    <div
      ref={node}
      className="jp-mlx-Grid"
      role="group"
      aria-label={trans.__(
        'Rows in a grid; the plain table can be read by screen readers'
      )}
    />
  );
}

function variable(host: HTMLElement, name: string): string {
  return getComputedStyle(host).getPropertyValue(name).trim();
}

function texts(host: HTMLElement): { text: string; font: string } {
  return {
    text: variable(host, '--jp-ui-font-color1'),
    font: `12px ${variable(host, '--jp-code-font-family')}`
  };
}

function gridStyle(host: HTMLElement): DataGrid.Style {
  return {
    ...DataGrid.defaultStyle,
    voidColor: variable(host, '--jp-layout-color1'),
    backgroundColor: variable(host, '--jp-layout-color1'),
    gridLineColor: variable(host, '--jp-border-color3'),
    headerBackgroundColor: variable(host, '--jp-layout-color2'),
    headerGridLineColor: variable(host, '--jp-border-color2')
  };
}
