/**
 * A histogram as small as a word.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnProfile } from '../api/types';
import { formatNumber, formatValue } from './format';

const WIDTH = 84;
const HEIGHT = 18;
const GAP = 1;

/** The distribution of a column: of its histogram, else of its top values. */
export function Bars(props: {
  profile: ColumnProfile;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { profile, trans } = props;
  const counts =
    profile.histogram?.counts ?? profile.top?.map(one => one.count) ?? [];
  const most = Math.max(...counts, 0);
  if (most === 0) {
    return null;
  }
  const width = WIDTH / counts.length;
  return (
    <svg
      className="jp-mlx-Bars"
      role="img"
      width={WIDTH}
      height={HEIGHT}
      aria-label={describe(profile, trans)}
    >
      <title>{describe(profile, trans)}</title>
      {counts.map((count, index) => {
        // What is there at all can be seen.
        const height = count ? Math.max(1, (count / most) * HEIGHT) : 0;
        return (
          <rect
            key={index}
            x={index * width}
            y={HEIGHT - height}
            width={Math.max(1, width - (counts.length > 30 ? 0 : GAP))}
            height={height}
          />
        );
      })}
    </svg>
  );
}

function describe(profile: ColumnProfile, trans: TranslationBundle): string {
  const { min, max, top } = profile;
  return profile.histogram && min !== undefined && min !== null
    ? trans.__('From %1 to %2', show(min), show(max))
    : trans.__(
        'Most often %1',
        (top ?? [])
          .slice(0, 3)
          .map(one => show(one.value))
          .join(', ')
      );
}

/** A value as people read it. */
export function show(value: unknown): string {
  if (typeof value === 'number') {
    return formatNumber(value);
  }
  return value === null || value === undefined ? '–' : formatValue(value);
}
