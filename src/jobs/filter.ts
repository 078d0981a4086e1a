/**
 * Narrowing a list of runs, without a view.
 */
import type { Run, Schedule } from '../api/types';
import { GROUP_STATES } from './states';
import type { StateGroup } from './states';

/** What a search box says, taken apart. */
export interface IQuery {
  /** Words that must all be found. */
  words: string[];
  /** Tags (`#team=risk` or `#risk`) that must all be there. */
  tags: string[];
}

/** Take a search text apart: `#tag` narrows by tag, the rest are words. */
export function parseQuery(text: string): IQuery {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    words: parts.filter(part => !/^[#@]./.test(part)),
    tags: parts.filter(part => /^#./.test(part)).map(part => part.slice(1))
  };
}

/** Whether a run is in the group and matches the query. */
export function matchesRun(
  run: Run,
  query: IQuery,
  group: StateGroup
): boolean {
  const states = GROUP_STATES[group];
  if (states.length && !states.includes(run.state)) {
    return false;
  }
  const tags = Object.entries(run.tags ?? {}).map(([key, value]) =>
    `${key}=${value}`.toLowerCase()
  );
  const text = [run.name, run.notebook.path, run.id, ...tags]
    .join(' ')
    .toLowerCase();
  return (
    query.words.every(word => text.includes(word)) &&
    query.tags.every(tag =>
      tags.some(one => one.split('=').includes(tag) || one === tag)
    )
  );
}

/** Whether a schedule matches the query; schedules have no tags of their own. */
export function matchesSchedule(schedule: Schedule, query: IQuery): boolean {
  const text = `${schedule.name} ${schedule.notebook.path}`.toLowerCase();
  return (
    query.tags.length === 0 && query.words.every(word => text.includes(word))
  );
}
