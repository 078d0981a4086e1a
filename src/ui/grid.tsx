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
  /** What stands before each row; its number without them. */
  heads?: ReadonlyArray<string>;
}

/** Colours and fonts of the theme. */
export interface IGridTheme {
  text: string;
  dim: string;
  link: string;
  strong: string;
  font: string;
}

/** What a grid shows, and how it answers to the mouse and the keys. */
export interface IGridSetup {
  model: DataModel;
  renderers?: (theme: IGridTheme) => RendererMap;
  sizes?: Partial<DataGrid.DefaultSizes>;
  mouseHandler?: DataGrid.IMouseHandler;
  keyHandler?: DataGrid.IKeyHandler;
  /** Called with the grid before it is drawn for the first time. */
  onReady?: (grid: DataGrid) => void;
}

/** The arrows walk the cells; Tab leaves the grid. */
export class GridKeys extends BasicKeyHandler {
  override onKeyDown(grid: DataGrid, event: KeyboardEvent): void {
    if (event.key !== 'Tab') {
      super.onKeyDown(grid, event);
    }
  }
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
        return this._table.heads?.[row] ?? String(row + 1);
      default:
        return '';
    }
  }

  private _table: IRows;
}

/** Rows in the grid; its colours are the theme's. */
export function Grid(props: {
  table: IRows;
  /** Whether a cell stands out. */
  marked?: (row: number, column: number) => boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { table, marked, trans } = props;
  const node = useGrid(
    () => ({
      model: new RowsModel(table),
      sizes: table.heads && { rowHeaderWidth: 200 },
      renderers: ({ text, font, strong }) =>
        new RendererMap(
          {
            body: new TextRenderer({
              textColor: text,
              font,
              backgroundColor: ({ row, column }) =>
                marked?.(row, column) ? strong : ''
            })
          },
          new TextRenderer({ textColor: text, font })
        )
    }),
    [table]
  );
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

/** A grid in the node that it answers with; its colours are read again when the theme changes. */
export function useGrid(
  setup: () => IGridSetup,
  deps: React.DependencyList
): React.RefObject<HTMLDivElement> {
  const node = React.useRef<HTMLDivElement>(null);
  // Its end comes before React takes the host out: Lumino detaches only what is in the page.
  React.useLayoutEffect(() => {
    const host = node.current!;
    const made = setup();
    const grid = new DataGrid({
      defaultSizes: {
        rowHeight: 24,
        columnWidth: 144,
        rowHeaderWidth: 60,
        columnHeaderHeight: 26,
        ...made.sizes
      },
      style: gridStyle(host)
    });
    grid.dataModel = made.model;
    grid.selectionModel = new BasicSelectionModel({ dataModel: made.model });
    grid.keyHandler = made.keyHandler ?? new GridKeys();
    grid.mouseHandler = made.mouseHandler ?? new BasicMouseHandler();
    const paint = (): void => {
      grid.style = gridStyle(host);
      const theme = themeOf(host);
      grid.cellRenderers =
        made.renderers?.(theme) ??
        new RendererMap(
          {},
          new TextRenderer({ textColor: theme.text, font: theme.font })
        );
    };
    paint();
    // The keyboard reaches it as the mouse does.
    grid.viewport.node.tabIndex = 0;
    made.onReady?.(grid);
    Widget.attach(grid, host);
    const themes = new MutationObserver(paint);
    themes.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });
    let size = sizeOf(host);
    const sizes = new ResizeObserver(() => {
      // The observer begins with the size that the grid was drawn in: once is enough.
      if (sizeOf(host) !== size) {
        size = sizeOf(host);
        MessageLoop.sendMessage(grid, Widget.ResizeMessage.UnknownSize);
      }
    });
    sizes.observe(host);
    return () => {
      themes.disconnect();
      sizes.disconnect();
      Widget.detach(grid);
      grid.dispose();
    };
  }, deps);
  return node;
}

function sizeOf(host: HTMLElement): string {
  return `${host.clientWidth}×${host.clientHeight}`;
}

function variable(host: HTMLElement, name: string): string {
  return getComputedStyle(host).getPropertyValue(name).trim();
}

function themeOf(host: HTMLElement): IGridTheme {
  return {
    text: variable(host, '--jp-ui-font-color1'),
    dim: variable(host, '--jp-ui-font-color2'),
    link: variable(host, '--jp-content-link-color'),
    strong: variable(host, '--jp-layout-color2'),
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
