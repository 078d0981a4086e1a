/**
 * What the registry's figures and states mean to people. No view.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  AliasMove,
  CheckResult,
  Interval,
  MetricValue,
  ModelVersionSummary,
  Policy,
  Promotion,
  Replay
} from '../../api/types';
import { formatChange, formatNumber, formatValue } from '../../ui/format';
import { rankedNames } from '../../ui/metrics';

/** The alias of the version that others are measured against. */
export const CHAMPION = 'champion';

/** Figures by the name of the metric. */
export type Metrics = Readonly<Record<string, MetricValue>>;

/** A metric's value; infinities by their sign. */
export function metricText(value: MetricValue | null | undefined): string {
  switch (value) {
    case 'Infinity':
      return '∞';
    case '-Infinity':
      return '−∞';
    case 'NaN':
      return 'NaN';
    default:
      return formatNumber(value);
  }
}

/** By how much a figure differs from another; empty where one is no number. */
export function changeText(
  before: MetricValue | null | undefined,
  after: MetricValue | null | undefined
): string {
  return typeof before === 'number' && typeof after === 'number'
    ? formatChange(before, after)
    : '';
}

/** The bounds of an interval; empty where there are none. */
export function boundsText({ low, high }: Interval): string {
  return low === null || high === null
    ? ''
    : `${metricText(low)} – ${metricText(high)}`;
}

/** The most telling metrics that any of these have. */
export function headlineNames(
  figures: ReadonlyArray<Metrics>,
  most: number
): string[] {
  const names = new Set(figures.flatMap(one => Object.keys(one)));
  return rankedNames([...names]).slice(0, most);
}

/** Tags that people set, as they are shown; those of programs are kept apart by their prefix. */
export function tagTexts(tags: Readonly<Record<string, string>>): string[] {
  return Object.entries(tags)
    .filter(([key]) => !/^(mlx|mlflow)\./.test(key))
    .map(([key, value]) => (value ? `${key}=${value}` : key));
}

/** `name v3`. */
export function versioned(of: { name: string; version: number }): string {
  return `${of.name} v${of.version}`;
}

/** A version that an alias was at; none. */
export function versionText(
  version: number | null,
  trans: TranslationBundle
): string {
  return version === null ? trans.__('none') : `v${version}`;
}

/** What a move did. */
export function moveText(move: AliasMove, trans: TranslationBundle): string {
  if (move.to === null) {
    return trans.__('taken away from v%1', move.from ?? '?');
  }
  return move.from === null
    ? trans.__('set to v%1', move.to)
    : trans.__('from v%1 to v%2', move.from, move.to);
}

/** How the gate of a move ended. */
export function moveGateText(
  move: AliasMove,
  trans: TranslationBundle
): string {
  if (move.outside) {
    return trans.__('moved outside');
  }
  if (move.overridden) {
    return trans.__('refused, overridden');
  }
  switch (move.gate) {
    case 'passed':
      return trans.__('passed');
    case 'refused':
      return trans.__('refused');
    case 'none':
      return trans.__('not guarded');
    case null:
      return '–';
  }
}

/** How the last gate of a version ended. */
export function gateText(
  gate: ModelVersionSummary['gate'],
  trans: TranslationBundle
): string {
  switch (gate) {
    case 'passed':
      return trans.__('passed');
    case 'refused':
      return trans.__('refused');
    case null:
      return '–';
  }
}

/** What came of a promotion. */
export function promotionText(
  state: Promotion['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'CHECKING':
      return trans.__('the gate checks it');
    case 'PROMOTED':
      return trans.__('promoted');
    case 'REFUSED':
      return trans.__('refused');
    case 'CONFLICT':
      return trans.__('somebody was faster');
    case 'FAILED':
      return trans.__('failed');
  }
}

/** What came of a replay. */
export function replayText(
  state: Replay['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'RUNNING':
      return trans.__('under way');
    case 'EQUAL':
      return trans.__('bit-equal');
    case 'WITHIN':
      return trans.__('within tolerance');
    case 'DIFFERENT':
      return trans.__('different');
    case 'FAILED':
      return trans.__('failed');
  }
}

/** Whether the comparison says better, worse, or leaves it open. */
export function betterText(
  better: boolean | null,
  trans: TranslationBundle
): string {
  return better === null
    ? trans.__('open: within chance')
    : better
      ? trans.__('better')
      : trans.__('worse');
}

/** What a check found or asked for, on one line. */
export function figureText(value: unknown): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (typeof value === 'number') {
    return formatNumber(value);
  }
  if (Array.isArray(value)) {
    return value.map(figureText).join(', ');
  }
  return typeof value === 'object'
    ? Object.entries(value)
        .map(([name, one]) => `${name} ${figureText(one)}`)
        .join(', ')
    : formatValue(value);
}

/** The checks that did not pass. */
export function failing(
  checks: ReadonlyArray<CheckResult>
): ReadonlyArray<CheckResult> {
  return checks.filter(one => !one.passed);
}

/** Whether a policy in force guards aliases of a model; `*` stands for any text. */
export function guards(policy: Policy, model: string): boolean {
  const pattern = policy.model
    .split('*')
    .map(part => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return policy.in_force && new RegExp(`^${pattern}$`, 's').test(model);
}

/** The first characters of a digest, enough to tell it from others. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
