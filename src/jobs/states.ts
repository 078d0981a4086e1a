/**
 * What a run's state means to a view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Run, RunState } from '../api/types';

const LIVE: ReadonlySet<RunState> = new Set<RunState>([
  'QUEUED',
  'STARTING',
  'RUNNING'
]);

const BAD: ReadonlySet<RunState> = new Set<RunState>([
  'FAILED',
  'TIMED_OUT',
  'LOST'
]);

/** The groups that the list can be filtered by. */
export type StateGroup = 'all' | 'live' | 'succeeded' | 'failed' | 'other';

export const STATE_GROUPS: ReadonlyArray<StateGroup> = [
  'all',
  'live',
  'succeeded',
  'failed',
  'other'
];

/** The states of a group, as the server's filter wants them; empty for all. */
export const GROUP_STATES: Readonly<Record<StateGroup, RunState[]>> = {
  all: [],
  live: [...LIVE],
  succeeded: ['SUCCEEDED'],
  failed: [...BAD],
  other: ['CANCELLED', 'SKIPPED']
};

/** Whether the run may still change by itself. */
export function isLive(run: Pick<Run, 'state'>): boolean {
  return LIVE.has(run.state);
}

/** Whether the run ended in a way that someone should look at. */
export function isBad(run: Pick<Run, 'state'>): boolean {
  return BAD.has(run.state);
}

/** The state in words. */
export function stateLabel(state: RunState, trans: TranslationBundle): string {
  switch (state) {
    case 'QUEUED':
      return trans.__('Queued');
    case 'STARTING':
      return trans.__('Starting');
    case 'RUNNING':
      return trans.__('Running');
    case 'SUCCEEDED':
      return trans.__('Succeeded');
    case 'FAILED':
      return trans.__('Failed');
    case 'TIMED_OUT':
      return trans.__('Timed out');
    case 'CANCELLED':
      return trans.__('Cancelled');
    case 'LOST':
      return trans.__('Lost');
    case 'SKIPPED':
      return trans.__('Skipped');
  }
}

/** The group in words. */
export function groupLabel(
  group: StateGroup,
  trans: TranslationBundle
): string {
  switch (group) {
    case 'all':
      return trans.__('All');
    case 'live':
      return trans.__('Running');
    case 'succeeded':
      return trans.__('Succeeded');
    case 'failed':
      return trans.__('Failed');
    case 'other':
      return trans.__('Cancelled or skipped');
  }
}
