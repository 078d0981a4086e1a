/**
 * Short names for the contract's shapes, and the payloads of its events.
 */
import type * as nbformat from '@jupyterlab/nbformat';

import type { components } from './schema';

type Schemas = components['schemas'];

export type Run = Schemas['Run'];
export type RunState = Schemas['RunState'];
export type RunList = Schemas['RunList'];
export type Attempt = Schemas['Attempt'];
export type RunError = Schemas['Error'];
export type Output = Schemas['Output'];
export type JobRequest = Schemas['JobRequest'];
export type CloneRequest = Schemas['CloneRequest'];
export type Schedule = Schemas['Schedule'];
export type ScheduleList = Schemas['ScheduleList'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type SchedulePatch = Schemas['SchedulePatch'];
export type SchedulePreview = Schemas['SchedulePreview'];
export type NotebookInfo = Schemas['NotebookInfo'];
export type Parameter = Schemas['Parameter'];
export type Config = Schemas['Config'];
export type Gpu = Schemas['Gpu'];
export type GpuList = Schemas['GpuList'];
export type Diff = Schemas['Diff'];
export type Change = Schemas['Change'];
export type MlxEvent = Schemas['Event'];
export type EventKind = MlxEvent['kind'];
export type EventList = Schemas['EventList'];

/** What a `job.state` event carries. */
export interface IStateData {
  run: Run;
}

/** What a `job.cell` event carries. */
export interface ICellData {
  attempt: number;
  /** The cell's number, from 1, as the executed notebook counts all its cells. */
  cell: number;
  /** How many cells the executed notebook has. */
  cells: number;
  state: 'started' | 'finished' | 'failed';
  cell_id?: string;
  source?: string;
  wall_s?: number;
  cpu_s?: number;
  memory_bytes?: number;
  progress?: Run['progress'];
}

/** What a `job.output` event carries. */
export interface IOutputData {
  attempt: number;
  cell: number;
  output?: nbformat.IOutput;
  /** The output was too large; the whole of it is in the log. */
  truncated?: boolean;
  /** All outputs of the cell go. */
  clear?: boolean;
  /** The output replaces those with the same display id. */
  update?: boolean;
  display_id?: string;
}

/** What a `job.log` event carries. */
export interface ILogData {
  attempt: number;
  text: string;
}

/** What a `schedule.changed` event carries. */
export interface IScheduleData {
  schedule: Schedule;
}
