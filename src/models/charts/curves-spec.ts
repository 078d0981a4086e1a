/**
 * Metric curves of several runs as a Vega-Lite specification. No view.
 */
import type { Curve } from '../../api/types';
import { baseSpec } from '../../ui/charts';
import type { IChartStyle } from '../../ui/charts';
import { toNumber } from '../words';

/** What stands around the plot: known, so that a place of the picture can be told as a place of the axis. */
export const PADDING = { left: 62, right: 16, top: 10, bottom: 36 };

const HEIGHT = 240;

/** What the curves run over. */
export type Axis = 'step' | 'time';

/** How curves are drawn. */
export interface ICurveLook {
  axis: Axis;
  axisTitle: string;
  log: boolean;
  width: number;
  /** The part of the axis that is shown; all of it without one. */
  range: [number, number] | null;
  /** How a run is called, and its colour. */
  label: (run: string) => string;
  colour: (run: string, dark: boolean) => string;
}

/** The values along the axis. */
export function positions(curve: Curve, axis: Axis): ReadonlyArray<number> {
  return axis === 'step' ? curve.steps : curve.seconds;
}

/** The part of the axis that curves cover; null where they have no point. */
export function extentOf(
  curves: ReadonlyArray<Curve>,
  axis: Axis
): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const curve of curves) {
    for (const at of positions(curve, axis)) {
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
  }
  return low <= high ? [low, high] : null;
}

/** What can not stand on the scale: values that are no numbers, and on a log scale those that have no logarithm. */
export function countUndrawn(
  curves: ReadonlyArray<Curve>,
  log: boolean
): { special: number; low: number } {
  let special = 0;
  let low = 0;
  for (const { values } of curves) {
    for (const value of values) {
      const number = toNumber(value);
      special += Number.isFinite(number) ? 0 : 1;
      low += log && Number.isFinite(number) && number <= 0 ? 1 : 0;
    }
  }
  return { special, low };
}

/** The curves of one metric: a line for each run, marks where a value is no number. */
export function curvesSpec(
  curves: ReadonlyArray<Curve>,
  look: ICurveLook,
  style: IChartStyle
): Record<string, unknown> {
  const { axis, log, width } = look;
  const extent = look.range ?? extentOf(curves, axis) ?? [0, 1];
  const domain = extent[0] === extent[1] ? [extent[0], extent[0] + 1] : extent;
  const { lines, marks, single, reach } = pointsOf(curves, look, style.dark);
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    axis: {
      title: look.axisTitle,
      tickCount: Math.max(2, Math.round(width / 90)),
      labelFlush: true,
      labelOverlap: true
    }
  };
  const colour = { field: 'colour', type: 'nominal', scale: null };
  const layers: unknown[] = [
    {
      data: { values: lines },
      mark: { type: 'line', strokeWidth: 1.5, clip: true, tooltip: true },
      encoding: {
        x,
        y: {
          field: 'y',
          type: 'quantitative',
          scale: { type: log ? 'log' : 'linear', zero: false, ...reach },
          axis: { title: null, labelLimit: PADDING.left - 10 }
        },
        color: colour,
        detail: { field: 'run' },
        tooltip: [{ field: 'run' }]
      }
    }
  ];
  if (single.length > 0) {
    layers.push({
      data: { values: single },
      mark: { type: 'point', filled: true, size: 40, opacity: 1, clip: true },
      encoding: {
        x,
        y: {
          field: 'y',
          type: 'quantitative',
          scale: { type: log ? 'log' : 'linear', zero: false, ...reach },
          axis: null
        },
        color: colour,
        tooltip: [{ field: 'run' }, { field: 'x' }, { field: 'y' }]
      }
    });
  }
  if (marks.length > 0) {
    layers.push({
      data: { values: marks },
      mark: { type: 'text', fontSize: 12, fontWeight: 'bold', clip: true },
      encoding: {
        x,
        y: { field: 'place', type: 'quantitative', scale: null },
        text: { field: 'sign' },
        color: colour,
        tooltip: [{ field: 'run' }, { field: 'x' }, { field: 'value' }]
      }
    });
  }
  return {
    ...baseSpec(style),
    width,
    height: HEIGHT,
    padding: PADDING,
    autosize: { type: 'none' },
    layer: layers,
    // Marks stand at the edges of the picture, whatever the scale of the values.
    resolve: { scale: { y: 'independent' } }
  };
}

interface IPoints {
  lines: object[];
  /** The points of curves of one: a line of them could not be seen. */
  single: object[];
  marks: object[];
  /** What the scale of the values covers. */
  reach: { domain?: [number, number] };
}

function pointsOf(
  curves: ReadonlyArray<Curve>,
  look: ICurveLook,
  dark: boolean
): IPoints {
  const lines: object[] = [];
  const single: object[] = [];
  const marks: object[] = [];
  let low = Infinity;
  let high = -Infinity;
  for (const curve of curves) {
    const run = look.label(curve.run_id);
    const colour = look.colour(curve.run_id, dark);
    const at = positions(curve, look.axis);
    curve.values.forEach((value, index) => {
      const x = at[index];
      const number = toNumber(value);
      const isDrawn = Number.isFinite(number) && (!look.log || number > 0);
      const point = { x, y: isDrawn ? number : null, run, colour };
      lines.push(point);
      if (isDrawn) {
        low = Math.min(low, number);
        high = Math.max(high, number);
        if (curve.values.length === 1) {
          single.push(point);
        }
      }
      if (!Number.isFinite(number)) {
        const [sign, place] =
          number === Infinity
            ? ['▲', 6]
            : number === -Infinity
              ? ['▼', HEIGHT - 6]
              : ['×', HEIGHT - 6];
        marks.push({ x, place, sign, value: String(value), run, colour });
      }
    });
  }
  // All layers stand on one scale: the points of single values would have another one.
  const domain: [number, number] =
    low === high ? [low - widen(low), low + widen(low)] : [low, high];
  return { lines, marks, single, reach: low <= high ? { domain } : {} };
}

/** How far around a value that is the only one is looked. */
function widen(value: number): number {
  return Math.abs(value) / 2 || 1;
}
