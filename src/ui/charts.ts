/**
 * Charts as Vega-Lite specifications. No view.
 */
import type { ColumnProfile } from '../api/types';

/** The Vega-Lite that the application renders. */
export const VEGALITE = 'application/vnd.vegalite.v5+json';

/** Colours and font of the theme. */
export interface IChartStyle {
  text: string;
  grid: string;
  mark: string;
  font: string;
  dark: boolean;
}

const HEIGHT = 120;
const WIDTH = 320;

/** The histogram of a column; null where it has none. */
export function histogramSpec(
  profile: ColumnProfile,
  style: IChartStyle
): Record<string, unknown> | null {
  const { histogram } = profile;
  if (!histogram?.counts.length) {
    return null;
  }
  const isTime = typeof histogram.edges[0] === 'string';
  const values = histogram.counts.map((count, index) => ({
    from: histogram.edges[index],
    to: histogram.edges[index + 1],
    count
  }));
  return {
    ...baseSpec(style),
    data: { values },
    mark: { type: 'bar', color: style.mark, tooltip: true },
    encoding: {
      x: {
        field: 'from',
        type: isTime ? 'temporal' : 'quantitative',
        bin: isTime ? undefined : { binned: true },
        title: null
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: null }
    }
  };
}

/** The most frequent values of a column; null where there are none. */
export function topSpec(
  profile: ColumnProfile,
  style: IChartStyle
): Record<string, unknown> | null {
  if (!profile.top?.length) {
    return null;
  }
  const values = profile.top.slice(0, 10).map(({ value, count }) => ({
    value: value === null ? 'null' : String(value),
    count
  }));
  return {
    ...baseSpec(style),
    height: { step: 16 },
    data: { values },
    mark: { type: 'bar', color: style.mark, tooltip: true },
    encoding: {
      y: {
        field: 'value',
        type: 'nominal',
        sort: '-x',
        title: null,
        axis: { labelLimit: 140 }
      },
      x: { field: 'count', type: 'quantitative', title: null }
    }
  };
}

/** What all charts have: their size, and the theme. */
export function baseSpec(style: IChartStyle): Record<string, unknown> {
  const text = { labelColor: style.text, titleColor: style.text };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: WIDTH,
    height: HEIGHT,
    background: 'transparent',
    config: {
      font: style.font,
      view: { stroke: null },
      axis: {
        ...text,
        gridColor: style.grid,
        domainColor: style.grid,
        tickColor: style.grid,
        tickCount: 5
      }
    }
  };
}
