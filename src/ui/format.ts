/**
 * Times, sizes and figures as people read them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds as `8 ms`, `0.4 s`, `12 s`, `4 m 12 s`, `2 h 05 m`, `3 d 4 h`. */
export function formatSeconds(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds > 0 && seconds < 0.1) {
    return trans.__('%1 ms', Math.max(1, Math.round(seconds * 1000)));
  }
  if (seconds < 10 && !Number.isInteger(seconds)) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const whole = Math.round(seconds);
  if (whole < MINUTE) {
    return trans.__('%1 s', whole);
  }
  if (whole < HOUR) {
    return trans.__('%1 m %2 s', Math.floor(whole / MINUTE), two(whole % 60));
  }
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    return trans.__('%1 h %2 m', Math.floor(whole / HOUR), two(minutes));
  }
  const hours = Math.floor((whole % DAY) / HOUR);
  return trans.__('%1 d %2 h', Math.floor(whole / DAY), hours);
}

/** Seconds between two times, the second being now where it is not known yet. */
export function secondsBetween(
  from: string | null | undefined,
  to: string | null | undefined,
  now: number
): number | null {
  if (!from) {
    return null;
  }
  const end = to ? Date.parse(to) : now;
  return Math.max(0, (end - Date.parse(from)) / 1000);
}

/** The clock time, with the day where it is not today. */
export function formatTime(
  iso: string,
  trans: TranslationBundle,
  now: number
): string {
  const date = new Date(iso);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const days = dayNumber(date) - dayNumber(new Date(now));
  if (days === 0) {
    return clock;
  }
  if (days === 1) {
    return trans.__('%1 tomorrow', clock);
  }
  if (days === -1) {
    return trans.__('%1 yesterday', clock);
  }
  if (Math.abs(days) < 7) {
    return `${date.toLocaleDateString(undefined, { weekday: 'short' })} ${clock}`;
  }
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}

/** A firing to come: `in 40 s`, `in 12 min`, then the clock time with its day. */
export function formatFiring(
  iso: string,
  trans: TranslationBundle,
  now: number
): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (seconds <= 0) {
    return trans.__('now');
  }
  if (seconds < MINUTE) {
    return trans.__('in less than a minute');
  }
  if (seconds < HOUR) {
    return trans.__('in %1 min', Math.round(seconds / MINUTE));
  }
  return formatTime(iso, trans, now);
}

/** Bytes as `812 B`, `3.1 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** A figure with as many digits as tell something. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (Number.isInteger(value)) {
    return value.toLocaleString('en-US');
  }
  const size = Math.abs(value);
  if (size >= 1000) {
    return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  }
  return size < 0.0001
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** The difference of two figures, with its sign and two telling digits. */
export function formatChange(a: number, b: number): string {
  const change = b - a;
  if (change === 0) {
    return '±0';
  }
  const size = Math.abs(change);
  const short = size < 1 ? Number(size.toPrecision(2)) : size;
  return `${change > 0 ? '+' : '−'}${formatNumber(short)}`;
}

/** Any JSON value on one line. */
export function formatValue(value: unknown): string {
  if (value === undefined) {
    return '–';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value on one line; what is null says so. */
export function cellText(value: unknown): string {
  return value === null ? 'null' : formatValue(value);
}

/** A share as `0 %`, `< 0.1 %`, `2.5 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) {
    return '< 0.1 %';
  }
  return `${Number((share * 100).toFixed(1))} %`;
}

/** Text without the terminal's colour codes. */
export function plainText(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}

/** The first characters of an id, enough to tell runs apart. */
export function shortId(id: string): string {
  return id.slice(0, 6);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The number of the local day, so that two days can be told apart over DST. */
function dayNumber(date: Date): number {
  return Math.round(
    Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86400000
  );
}
