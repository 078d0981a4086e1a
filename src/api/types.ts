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
export type IStateData = Schemas['StateEventData'];

/** What a `job.cell` event carries. */
export type ICellData = Schemas['CellEventData'];

/** What a `job.output` event carries; the contract leaves an output's shape to nbformat. */
export type IOutputData = Omit<Schemas['OutputEventData'], 'output'> & {
  output?: nbformat.IOutput;
};

/** What a `schedule.changed` event carries. */
export type IScheduleData = Schemas['ScheduleEventData'];
