/**
 * The cells of one attempt: what they are, how long they took, what they put out.
 */
import type * as nbformat from '@jupyterlab/nbformat';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ICellData, IOutputData, MlxEvent } from '../../api/types';

/** How a cell stands. */
export type CellState =
  'waiting' | 'running' | 'finished' | 'failed' | 'stopped';

/** One thing that happened to a cell's outputs. */
export type OutputChange =
  | { type: 'add'; output: nbformat.IOutput }
  | { type: 'set'; index: number; output: nbformat.IOutput }
  | { type: 'clear' };

/**
 * One code cell of an attempt.
 */
export class CellModel {
  constructor(id: string, number: number, source: string) {
    this.id = id;
    this.number = number;
    this.source = source;
  }

  readonly id: string;
  /** From 1, as the executed notebook counts all its cells. */
  number: number;
  source: string;
  state: CellState = 'waiting';
  /** When it started, in milliseconds; null where it has not. */
  startedAt: number | null = null;
  wall: number | null = null;
  cpu: number | null = null;
  memory: number | null = null;
  truncated = false;

  get outputs(): ReadonlyArray<nbformat.IOutput> {
    return this._outputs;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get outputChanged(): ISignal<this, OutputChange> {
    return this._outputChanged;
  }

  /** Take in a `job.cell` event. */
  setState(data: ICellData, time: string): void {
    if (data.source !== undefined) {
      this.source = data.source;
    }
    if (data.state === 'started') {
      this.startedAt = Date.parse(time);
    }
    this.state = data.state === 'started' ? 'running' : data.state;
    this.wall = data.wall_s ?? this.wall;
    this.cpu = data.cpu_s ?? this.cpu;
    this.memory = data.memory_bytes ?? this.memory;
    this._changed.emit();
  }

  /**
   * The attempt ended while this cell ran or before it could. A cell that did not finish
   * because somebody or a limit ended the attempt has not failed by itself.
   */
  stop(fromOutside: boolean): void {
    if (this.state === 'running' || (this.state === 'failed' && fromOutside)) {
      this.state = 'stopped';
      this._changed.emit();
    }
  }

  /** Take in a `job.output` event. */
  addOutput(data: IOutputData): void {
    if (data.truncated) {
      this.truncated = true;
      this._changed.emit();
    }
    if (data.clear) {
      this._outputs = [];
      this._displays.clear();
      this._outputChanged.emit({ type: 'clear' });
    } else if (data.update && data.display_id && data.output) {
      for (const index of this._displays.get(data.display_id) ?? []) {
        this._outputs[index] = data.output;
        this._outputChanged.emit({
          type: 'set',
          index,
          output: data.output
        });
      }
    } else if (data.output) {
      this._append(data.output, data.display_id);
    }
  }

  private _append(output: nbformat.IOutput, displayId?: string): void {
    const last = this._outputs[this._outputs.length - 1];
    if (
      last?.output_type === 'stream' &&
      output.output_type === 'stream' &&
      last.name === output.name
    ) {
      // Consecutive texts of one stream are one output, here as in the view.
      this._outputs[this._outputs.length - 1] = {
        ...last,
        text: join(last.text) + join(output.text)
      };
    } else {
      this._outputs.push(output);
      if (displayId) {
        const places = this._displays.get(displayId) ?? [];
        this._displays.set(displayId, [...places, this._outputs.length - 1]);
      }
    }
    this._outputChanged.emit({ type: 'add', output });
  }

  private _outputs: nbformat.IOutput[] = [];
  private _displays = new Map<string, number[]>();
  private _changed = new Signal<this, void>(this);
  private _outputChanged = new Signal<this, OutputChange>(this);
}

/**
 * The cells of an attempt, from the notebook that it executes and its events.
 */
export class CellList {
  constructor(notebook: nbformat.INotebookContent) {
    notebook.cells.forEach((cell, index) => {
      const tags = (cell.metadata?.tags ?? []) as string[];
      // An injected cell of an earlier run is replaced by this run's own.
      if (cell.cell_type === 'code' && !tags.includes('injected-parameters')) {
        const id = typeof cell.id === 'string' ? cell.id : `#${index + 1}`;
        this._cells.push(new CellModel(id, index + 1, join(cell.source)));
      }
    });
  }

  /** In order. */
  get cells(): ReadonlyArray<CellModel> {
    return this._cells;
  }

  /** Emitted when there are other cells, not when one changes. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when what all rows depend on changes: the longest time, the numbers. */
  get scaleChanged(): ISignal<this, void> {
    return this._scaleChanged;
  }

  /** The first cell that failed. */
  get failed(): CellModel | undefined {
    return this._cells.find(cell => cell.state === 'failed');
  }

  /** The longest time of a cell, in seconds, to which bars are relative. */
  get longest(): number {
    return this._longest;
  }

  at(number: number): CellModel | undefined {
    return this._cells.find(cell => cell.number === number);
  }

  /** Take in an event of the attempt; ids that were seen are passed over. */
  apply(event: MlxEvent): void {
    if (event.id <= this._lastId) {
      return;
    }
    this._lastId = event.id;
    if (event.kind === 'job.cell') {
      const data = event.data as unknown as ICellData;
      const cell = this._place(data);
      cell.setState(data, event.time);
      if ((cell.wall ?? 0) > this._longest) {
        this._longest = cell.wall ?? 0;
        this._scaleChanged.emit();
      }
    } else if (event.kind === 'job.output') {
      const data = event.data as unknown as IOutputData;
      this.at(data.cell)?.addOutput(data);
    }
  }

  /** The attempt ended, by itself or from outside. */
  stop(fromOutside = false): void {
    this._cells.forEach(cell => cell.stop(fromOutside));
  }

  /**
   * The cell that an event is about. papermill injects a cell with the parameters, so
   * that the executed notebook has one that ours lacks, and those behind it move.
   */
  private _place(data: ICellData): CellModel {
    const known = this._cells.find(cell =>
      data.cell_id ? cell.id === data.cell_id : cell.number === data.cell
    );
    if (known) {
      this._shift(known.number, data.cell - known.number);
      return known;
    }
    const added = new CellModel(
      data.cell_id ?? `#${data.cell}`,
      data.cell,
      data.source ?? ''
    );
    if (this.at(data.cell)) {
      this._shift(data.cell, 1);
    }
    const at = this._cells.findIndex(cell => cell.number > data.cell);
    this._cells.splice(at < 0 ? this._cells.length : at, 0, added);
    this._changed.emit();
    return added;
  }

  private _shift(from: number, by: number): void {
    if (by !== 0) {
      for (const cell of this._cells) {
        if (cell.number >= from) {
          cell.number += by;
        }
      }
      this._scaleChanged.emit();
    }
  }

  private _cells: CellModel[] = [];
  private _lastId = 0;
  private _longest = 0;
  private _changed = new Signal<this, void>(this);
  private _scaleChanged = new Signal<this, void>(this);
}

function join(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text ?? '');
}
