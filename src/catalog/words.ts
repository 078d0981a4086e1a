/**
 * Words for what the catalog holds.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Crawl, CrawlState, Run, Table } from '../api/types';
import { formatBytes } from '../ui/format';

/** A large count as people read it: `336,776`, or `≈ 1.2 million` where it is no exact one. */
export function rowsText(table: Table, trans: TranslationBundle): string {
  if (table.rows === null) {
    return trans.__('rows not counted');
  }
  const count = table.rows.toLocaleString('en-US');
  return table.rows_exact
    ? trans._n('%2 row', '%2 rows', table.rows, count)
    : trans.__('about %1 rows', count);
}

/** A count in few characters: `812`, `337 k`, `1.2 M`. */
export function shortCount(value: number): string {
  const units: Array<[number, string]> = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k']
  ];
  const found = units.find(([size]) => value >= size);
  if (!found) {
    return String(value);
  }
  const scaled = value / found[0];
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${found[1]}`;
}

/** The size of a table; empty where it is not known. */
export function sizeText(table: Table, trans: TranslationBundle): string {
  if (table.bytes === null) {
    return '';
  }
  const bytes = formatBytes(table.bytes);
  return table.files
    ? trans._n('%2 in %1 file', '%2 in %1 files', table.files, bytes)
    : bytes;
}

/** How far a crawl is, in words. */
export function crawlProgress(crawl: Crawl, trans: TranslationBundle): string {
  const parts = [
    trans.__('%1 seen', crawl.listed.toLocaleString('en-US')),
    trans.__('%1 read', crawl.read.toLocaleString('en-US')),
    crawl.skipped > 0 &&
      trans.__('%1 skipped', crawl.skipped.toLocaleString('en-US')),
    crawl.failed > 0 && trans._n('%1 problem', '%1 problems', crawl.failed)
  ];
  return parts.filter(Boolean).join(' · ');
}

export function crawlStateLabel(
  state: CrawlState,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'RUNNING':
      return trans.__('Crawling');
    case 'SUCCEEDED':
      return trans.__('Done');
    case 'FAILED':
      return trans.__('Failed');
    case 'CANCELLED':
      return trans.__('Cancelled');
    case 'LOST':
      return trans.__('Lost: its process died');
  }
}

/** The state of the run of a crawl that has not begun. */
export function waitingText(
  run: Run | undefined,
  trans: TranslationBundle
): string {
  return run?.state === 'QUEUED'
    ? (run.reason ?? trans.__('Waits for its turn.'))
    : trans.__('The crawl starts…');
}

/** The tags of a resource as chips have them, by key. */
export function tagTexts(tags: Record<string, string> | undefined): string[] {
  return Object.entries(tags ?? {})
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${key}=${value}`);
}

/** How a source's kind is called. */
export function kindLabel(kind: string, trans: TranslationBundle): string {
  switch (kind) {
    case 'files':
      return trans.__('files');
    case 's3':
      return trans.__('object store');
    default:
      return kind;
  }
}
