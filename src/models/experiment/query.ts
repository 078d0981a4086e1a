/**
 * Which runs are looked at. No view.
 */
import type { RunOrder } from '../../api/types';

/** Which runs are shown, and in which order. */
export interface IRunsQuery {
  /** MLflow's language or plain words. */
  text: string;
  order: RunOrder | null;
  deleted: boolean;
}

/** A text as a condition in MLflow's language where it reads like one, else as words. */
export function textQuery(text: string): { filter?: string; words?: string } {
  const trimmed = text.trim();
  if (!trimmed) {
    return {};
  }
  const isFilter = /[<>=]|\si?like\s|\sin\s*\(|\sis\s+(not\s+)?null/i;
  return isFilter.test(trimmed) ? { filter: trimmed } : { words: trimmed };
}
