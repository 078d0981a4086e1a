/**
 * The grid of runs: a click on a head sorts, on a name opens, on a box chooses.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { DataGrid } from '@lumino/datagrid';
// The page, and this with it, is only loaded when one is opened.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { BasicMouseHandler, RendererMap, TextRenderer } from '@lumino/datagrid';
import * as React from 'react';

import type { IGridTheme } from '../../ui/grid';
import { GridKeys, useGrid } from '../../ui/grid';
import { canSort, isFixed, isNumber, WAITING } from './cells';
import { RunsGridModel } from './grid-model';
import type { ExperimentModel } from './model';

/** Pixels at a head's ends that resize its column, and that a hand moves in a click. */
const EDGE = 7;
const STILL = 4;

const WIDTHS: Readonly<Record<string, number>> = {
  run_name: 210,
  status: 96,
  start_time: 130,
  duration: 84,
  models: 130
};

interface IGridProps {
  model: ExperimentModel;
  onOpen: (id: string) => void;
  trans: TranslationBundle;
}

/** The runs in a grid. */
export function RunsGrid(props: IGridProps): JSX.Element {
  const { model, onOpen, trans } = props;
  const { columns } = model;
  const data = React.useRef<RunsGridModel | null>(null);
  const held = React.useRef<DataGrid | null>(null);
  const node = useGrid(() => {
    const own = new RunsGridModel(model, trans);
    data.current = own;
    const open = (row: number): void => {
      const run = own.runAt(row);
      if (run) {
        onOpen(run.id);
      }
    };
    const toggle = (row: number): void => {
      const run = own.runAt(row);
      if (run) {
        model.toggle(run);
      }
    };
    return {
      model: own,
      sizes: { rowHeaderWidth: 34, columnWidth: 112 },
      renderers: theme => renderers(theme, own),
      mouseHandler: new RunsMouse({ model, data: own, open, toggle }),
      keyHandler: new RunsKeys({ open, toggle }),
      onReady: grid => {
        held.current = grid;
        grid.viewport.node.setAttribute('aria-label', trans.__('Runs'));
        own.columns.forEach((column, index) => {
          if (WIDTHS[column]) {
            grid.resizeColumn('body', index, WIDTHS[column]);
          }
        });
      }
    };
  }, [model, columns]);
  React.useEffect(() => {
    let query = model.table.query;
    const update = (): void => {
      data.current?.update();
      // Another question is read from its beginning.
      if (query !== model.table.query) {
        query = model.table.query;
        held.current?.scrollTo(held.current.scrollX, 0);
      }
    };
    model.changed.connect(update);
    return () => {
      model.changed.disconnect(update);
    };
  }, [model]);
  return (
    <div
      ref={node}
      className="jp-mlx-Grid jp-mlx-RunsGrid"
      role="group"
      aria-label={trans.__(
        'Runs in a grid; the plain table can be read by screen readers'
      )}
    />
  );
}

function renderers(theme: IGridTheme, data: RunsGridModel): RendererMap {
  const { text, font } = theme;
  const alignment = ({ column }: { column: number }): 'left' | 'right' =>
    isNumber(data.columns[column]) ? 'right' : 'left';
  return new RendererMap(
    {
      body: new TextRenderer({
        font,
        textColor: ({ column, value }) =>
          value === WAITING
            ? theme.dim
            : column === 0
              ? theme.link
              : theme.text,
        horizontalAlignment: alignment
      }),
      'row-header': new TextRenderer({
        font: font.replace('12px', '15px'),
        textColor: text,
        horizontalAlignment: 'center'
      }),
      'corner-header': new TextRenderer({
        font: font.replace('12px', '15px'),
        textColor: text,
        horizontalAlignment: 'center'
      })
    },
    new TextRenderer({
      textColor: text,
      font: `bold ${font}`,
      horizontalAlignment: alignment
    })
  );
}

/** What a click on a part of the grid does. */
class RunsMouse extends BasicMouseHandler {
  constructor(options: {
    model: ExperimentModel;
    data: RunsGridModel;
    open: (row: number) => void;
    toggle: (row: number) => void;
  }) {
    super();
    this._options = options;
  }

  override onMouseDown(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    this._pressed = { hit, x: event.clientX, y: event.clientY };
    super.onMouseDown(grid, event);
  }

  override onMouseUp(grid: DataGrid, event: MouseEvent): void {
    super.onMouseUp(grid, event);
    const pressed = this._pressed;
    this._pressed = null;
    const isClick =
      pressed &&
      event.button === 0 &&
      !event.shiftKey &&
      !event.ctrlKey &&
      !event.metaKey &&
      Math.abs(event.clientX - pressed.x) < STILL &&
      Math.abs(event.clientY - pressed.y) < STILL;
    if (isClick) {
      this._click(pressed.hit);
    }
  }

  override onMouseDoubleClick(grid: DataGrid, event: MouseEvent): void {
    super.onMouseDoubleClick(grid, event);
    const { region, row } = grid.hitTest(event.clientX, event.clientY);
    if (region === 'body') {
      this._options.open(row);
    }
  }

  private _click(hit: DataGrid.HitTestResult): void {
    const { model, data, open, toggle } = this._options;
    switch (hit.region) {
      case 'row-header':
        toggle(hit.row);
        break;
      case 'corner-header':
        model.toggleAll();
        break;
      case 'column-header': {
        const column = data.columns[hit.column];
        const isInside = hit.x > EDGE && hit.width - hit.x > EDGE;
        if (isInside && canSort(column)) {
          model.sortBy(column);
        }
        break;
      }
      case 'body':
        if (isFixed(data.columns[hit.column]) && hit.column === 0) {
          open(hit.row);
        }
        break;
    }
  }

  private _options: {
    model: ExperimentModel;
    data: RunsGridModel;
    open: (row: number) => void;
    toggle: (row: number) => void;
  };
  private _pressed: {
    hit: DataGrid.HitTestResult;
    x: number;
    y: number;
  } | null = null;
}

/** Enter opens the run at the cursor, Space chooses it. */
class RunsKeys extends GridKeys {
  constructor(options: {
    open: (row: number) => void;
    toggle: (row: number) => void;
  }) {
    super();
    this._options = options;
  }

  override onKeyDown(grid: DataGrid, event: KeyboardEvent): void {
    const row = grid.selectionModel?.cursorRow ?? -1;
    if (row >= 0 && event.key === 'Enter') {
      event.preventDefault();
      this._options.open(row);
    } else if (row >= 0 && event.key === ' ') {
      event.preventDefault();
      this._options.toggle(row);
    } else {
      super.onKeyDown(grid, event);
    }
  }

  private _options: {
    open: (row: number) => void;
    toggle: (row: number) => void;
  };
}
