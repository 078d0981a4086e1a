/**
 * Words for what the feature store holds.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  FeatureFreshness,
  FeatureUse,
  FeatureView,
  LeakageFinding
} from '../api/types';
import { formatSeconds, formatTime } from '../ui/format';

/** How a view is called: `weather@v2`. */
export function versioned(view: { name: string; version: number }): string {
  return `${view.name}@v${view.version}`;
}

/** What kind of view it is; empty for the usual one. */
export function kindMark(
  view: Pick<FeatureView, 'kind'>,
  trans: TranslationBundle
): string {
  switch (view.kind) {
    case 'on_demand':
      return trans.__('on demand');
    case 'stream':
      return trans.__('stream');
    case 'batch':
      return '';
  }
}

/** What a view's values come from, in one word. */
export function kindLabel(
  view: Pick<FeatureView, 'kind'>,
  trans: TranslationBundle
): string {
  return kindMark(view, trans) || trans.__('batch');
}

/** How fresh what is served is, in a word or two. */
export function freshnessLabel(
  state: FeatureFreshness['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'fresh':
      return trans.__('fresh');
    case 'late':
      return trans.__('late');
    case 'expired':
      return trans.__('expired');
    case 'never':
      return trans.__('not materialized');
    case 'offline':
      return trans.__('not served');
  }
}

/** How fresh what is served is at a time: a page that stays open sees values grow old. */
export function freshnessAt(
  view: Pick<FeatureView, 'freshness' | 'ttl_s'>,
  now: number,
  trans: TranslationBundle
): { state: FeatureFreshness['state']; words: string } {
  const { freshness, ttl_s } = view;
  const { online_until } = freshness;
  if (online_until === null) {
    return freshness;
  }
  const until = formatTime(online_until, trans, now);
  const lag = (now - Date.parse(online_until)) / 1000;
  if (ttl_s !== null && lag > ttl_s) {
    const words = trans.__(
      'Materialized up to %1, past its time to live of %2.',
      until,
      formatSeconds(ttl_s, trans)
    );
    return { state: 'expired', words };
  }
  const words =
    freshness.state === 'late'
      ? trans.__(
          'Materialized up to %1; its schedule should have done it again.',
          until
        )
      : trans.__('Materialized up to %1.', until);
  return { state: freshness.state, words };
}

/** How long a value counts. */
export function ttlText(ttl: number | null, trans: TranslationBundle): string {
  return ttl === null
    ? trans.__('values count for ever')
    : trans.__('values count for %1', formatSeconds(ttl, trans));
}

/** What uses a view, or what it is made of. */
export function useLabel(
  kind: FeatureUse['kind'],
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'source':
      return trans.__('Source');
    case 'table':
      return trans.__('Table');
    case 'view':
      return trans.__('View');
    case 'service':
      return trans.__('Service');
    case 'training_set':
      return trans.__('Training set');
    case 'run':
      return trans.__('Run');
    case 'model':
      return trans.__('Model');
  }
}

/** A suspicion in a few words. */
export function leakLabel(
  kind: LeakageFinding['kind'],
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'known_later':
      return trans.__('Known only later');
    case 'near_target':
      return trans.__('Nearly the target');
    case 'constant':
      return trans.__('Always the same');
    case 'missing':
      return trans.__('Mostly missing');
    case 'expired':
      return trans.__('Mostly expired');
    default:
      return kind;
  }
}

/** What to do about a suspicion. */
export function leakRemedy(
  kind: LeakageFinding['kind'],
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'known_later':
      return trans.__(
        'Check “Only what was known then”, or move the view’s time to when its values are known.'
      );
    case 'near_target':
      return trans.__(
        'Leave the feature out, or make it from what is known before the answer is.'
      );
    case 'constant':
      return trans.__('Leave the feature out: a model learns nothing from it.');
    case 'missing':
      return trans.__(
        'Check that keys and times of the labels are those of the view, or bring older data.'
      );
    case 'expired':
      return trans.__(
        'Bring data up to the labels’ times, or give the view a longer time to live.'
      );
    default:
      return '';
  }
}
