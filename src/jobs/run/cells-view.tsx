/**
 * The run page's cells: one row a cell, outputs made when they come into sight.
 */
import {
  OutputArea,
  OutputAreaModel,
  SimplifiedOutputArea
} from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import * as React from 'react';

import { formatBytes, formatSeconds } from '../../ui/format';
import { useNow, useSignals } from '../../ui/hooks';
import type { CellList, CellModel, CellState, OutputChange } from './cells';
import { Follower } from './follow';

/** Outputs of a cell beyond this many are folded by the output area. */
const MAX_OUTPUTS = 50;

/**
 * The list of cells.
 */
export class CellsPanel extends Panel {
  constructor(options: CellsPanel.IOptions) {
    super();
    this._options = options;
    this.addClass('jp-mlx-Cells');
    this._observer = new IntersectionObserver(
      entries => this._onSeen(entries),
      { rootMargin: '400px' }
    );
    options.cells.changed.connect(this._sync, this);
    this._follower = new Follower(
      options.scroller,
      () => [...this._rows].find(([cell]) => cell.state === 'running')?.[1].node
    );
    this._follower.watch(this.node);
    this._sync();
  }

  /** Bring a cell into sight and under the keyboard. */
  reveal(cell: CellModel): void {
    const row = this._rows.get(cell);
    if (row) {
      row.fill();
      row.node.scrollIntoView({ block: 'start' });
      row.node.focus({ preventScroll: true });
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._observer.disconnect();
      this._follower.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  private _sync(): void {
    this._options.cells.cells.forEach((cell, index) => {
      const row = this._rows.get(cell) ?? this._make(cell);
      if (this.widgets[index] !== row) {
        this.insertWidget(index, row);
      }
    });
  }

  private _make(cell: CellModel): CellRow {
    const row = new CellRow({ ...this._options, cell });
    this._rows.set(cell, row);
    this._observer.observe(row.node);
    cell.changed.connect(this._follow, this);
    return row;
  }

  private _follow(): void {
    this._follower.advance();
  }

  private _onSeen(entries: IntersectionObserverEntry[]): void {
    const seen = new Set(
      entries.filter(one => one.isIntersecting).map(one => one.target)
    );
    for (const row of this._rows.values()) {
      if (seen.has(row.node)) {
        this._observer.unobserve(row.node);
        row.fill();
      }
    }
  }

  private _options: CellsPanel.IOptions;
  private _rows = new Map<CellModel, CellRow>();
  private _observer: IntersectionObserver;
  private _follower: Follower;
}

export namespace CellsPanel {
  export interface IOptions {
    cells: CellList;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
    /** Write source into a node, in colours where its language is known. */
    highlight: (source: string, node: HTMLElement) => Promise<void>;
    /** What scrolls the list. */
    scroller: HTMLElement;
  }
}

/** One cell: its head, and its outputs once it was in sight. */
class CellRow extends Panel {
  constructor(options: CellRow.IOptions) {
    super();
    this._options = options;
    const { cell } = options;
    this.addClass('jp-mlx-Cell');
    this.node.setAttribute('role', 'group');
    this.node.dataset.cell = cell.id;
    this.node.tabIndex = -1;
    this.addWidget(new CellHead(options));
    cell.changed.connect(this._onChanged, this);
    cell.outputChanged.connect(this._onOutput, this);
    // The cell's number is another when one was put in before it.
    options.cells.scaleChanged.connect(this._onChanged, this);
    this._onChanged();
  }

  /** Make the outputs' view, once. */
  fill(): void {
    if (this._isFilled) {
      return;
    }
    this._isFilled = true;
    if (this._options.cell.outputs.length) {
      this._makeOutputs();
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      super.dispose();
      this._model?.dispose();
    }
  }

  private _onChanged(): void {
    const { cell, trans } = this._options;
    this.node.dataset.state = cell.state;
    this.node.setAttribute('aria-label', trans.__('Cell %1', cell.number));
  }

  private _onOutput(_: CellModel, change: OutputChange): void {
    if (!this._isFilled) {
      return;
    }
    if (!this._model) {
      this._makeOutputs();
    } else if (change.type === 'add') {
      this._model.add(change.output);
    } else if (change.type === 'clear') {
      this._model.clear();
    } else {
      this._model.set(change.index, change.output);
    }
  }

  private _makeOutputs(): void {
    const { cell, rendermime } = this._options;
    // A run's outputs are a stranger's: nothing in them is trusted.
    this._model = new OutputAreaModel({
      trusted: false,
      values: [...cell.outputs]
    });
    const area = new SimplifiedOutputArea({
      model: this._model,
      rendermime,
      contentFactory: OutputArea.defaultContentFactory,
      maxNumberOutputs: MAX_OUTPUTS
    });
    this.addWidget(area);
  }

  private _options: CellRow.IOptions;
  private _isFilled = false;
  private _model: OutputAreaModel | null = null;
}

namespace CellRow {
  export interface IOptions extends CellsPanel.IOptions {
    cell: CellModel;
  }
}

/** A cell's number, time, bar and source. */
class CellHead extends ReactWidget {
  constructor(options: CellRow.IOptions) {
    super();
    this._options = options;
    this.addClass('jp-mlx-Cell-head');
  }

  protected override render(): JSX.Element {
    return <Head {...this._options} />;
  }

  private _options: CellRow.IOptions;
}

function Head(props: CellRow.IOptions): JSX.Element {
  const { cell, cells, trans, highlight } = props;
  const [open, setOpen] = React.useState(false);
  useSignals(cell.changed, cells.scaleChanged);
  const running = cell.state === 'running';
  const ended = cell.state === 'failed' || cell.state === 'stopped';
  // Who looks at a cell that did not finish wants to see what it did.
  React.useEffect(() => setOpen(ended), [ended]);
  const now = useNow(running, 500);
  const seconds =
    cell.wall ??
    (cell.startedAt !== null && running
      ? Math.max(0, (now - cell.startedAt) / 1000)
      : null);
  const longest = Math.max(cells.longest, seconds ?? 0, 0.001);
  const lines = cell.source.split('\n');
  return (
    <>
      <button
        type="button"
        className="jp-mlx-Cell-toggle"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className="jp-mlx-Cell-number">{cell.number}</span>
        <span className="jp-mlx-Cell-bar">
          <span
            style={{ width: `${(100 * (seconds ?? 0)) / longest}%` }}
          ></span>
        </span>
        <span className="jp-mlx-Cell-time" title={costs(cell, trans)}>
          {seconds === null ? '' : formatSeconds(seconds, trans)}
        </span>
        <Code
          className="jp-mlx-Cell-first"
          source={open ? '' : firstLine(lines)}
          highlight={highlight}
        />
        <span className="jp-mlx-Cell-state">
          {cellStateLabel(cell.state, trans)}
        </span>
      </button>
      {open && (
        <pre className="jp-mlx-Source">
          <Code source={cell.source} highlight={highlight} />
        </pre>
      )}
      {cell.truncated && (
        <div className="jp-mlx-Note">
          {trans.__('This output was cut; the log has all of it.')}
        </div>
      )}
    </>
  );
}

/** Source in the application's colours. */
function Code(props: {
  source: string;
  highlight: CellsPanel.IOptions['highlight'];
  className?: string;
}): JSX.Element {
  const { source, highlight, className } = props;
  const node = React.useRef<HTMLElement>(null);
  React.useLayoutEffect(() => {
    if (node.current) {
      // The plain text stands there already: colours that fail are no loss to the reader.
      highlight(source, node.current).catch(reason => {
        console.warn('A cell’s source was not coloured.', reason);
      });
    }
  }, [source]);
  return <code ref={node} className={className} />;
}

/** The first line that says something; papermill's own heading does not. */
function firstLine(lines: string[]): string {
  return (
    lines.find(line => line.trim() && line.trim() !== '# Parameters') ?? ''
  );
}

function costs(cell: CellModel, trans: TranslationBundle): string {
  return [
    cell.wall !== null && trans.__('time %1', formatSeconds(cell.wall, trans)),
    cell.cpu !== null && trans.__('CPU %1', formatSeconds(cell.cpu, trans)),
    cell.memory !== null && trans.__('memory %1', formatBytes(cell.memory))
  ]
    .filter(Boolean)
    .join(' · ');
}

function cellStateLabel(state: CellState, trans: TranslationBundle): string {
  switch (state) {
    case 'waiting':
      return '';
    case 'running':
      return trans.__('running');
    case 'finished':
      return '';
    case 'failed':
      return trans.__('failed');
    case 'stopped':
      return trans.__('stopped');
  }
}
