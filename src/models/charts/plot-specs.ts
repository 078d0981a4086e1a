/**
 * Scatter plots and parallel coordinates of runs as Vega-Lite specifications. No view.
 */
import type { ModelRun } from '../../api/types';
import { baseSpec } from '../../ui/charts';
import type { IChartStyle } from '../../ui/charts';
import { columnName, runLabel, valueText } from '../words';
import type { IAxis } from './axes';
import { axisOf } from './axes';
import { shareColour } from './colours';

const HEIGHT = 320;

/** Where a run stands that has no value on an axis. */
const MISSING = -0.1;

/** Runs as points: two columns are places, a third one colours. */
export function scatterSpec(
  runs: ReadonlyArray<ModelRun>,
  columns: ReadonlyArray<string>,
  width: number,
  style: IChartStyle
): Record<string, unknown> {
  const [x, y, colour] = columns.map(column => axisOf(column, runs));
  const values = runs.flatMap((run, index) => {
    const place = placed(x, index) ?? null;
    const height = placed(y, index) ?? null;
    return place === null || height === null
      ? []
      : [
          {
            x: place,
            y: height,
            run: runLabel(run),
            colour: shareColour(colour?.places[index] ?? null, style.dark),
            shown: colour ? cellOf(colour, index) : ''
          }
        ];
  });
  return {
    ...baseSpec(style),
    width,
    height: HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    data: { values },
    mark: {
      type: 'point',
      filled: true,
      size: 60,
      opacity: 0.85
    },
    encoding: {
      x: channel('x', x),
      y: channel('y', y),
      color: { field: 'colour', type: 'nominal', scale: null },
      tooltip: [
        { field: 'run' },
        { field: 'x', title: columnName(columns[0]) },
        { field: 'y', title: columnName(columns[1]) },
        ...(colour
          ? [{ field: 'shown', title: columnName(colour.column) }]
          : [])
      ]
    }
  };
}

/** How many runs have a place in a scatter plot. */
export function countPlaced(
  runs: ReadonlyArray<ModelRun>,
  columns: ReadonlyArray<string>
): number {
  const axes = columns.slice(0, 2).map(column => axisOf(column, runs));
  return runs.filter((_, index) =>
    axes.every(axis => placed(axis, index) !== null)
  ).length;
}

/** The value as it is drawn; null where it has none that can be. */
function placed(axis: IAxis, index: number): number | string | null {
  if (axis.places[index] === null) {
    return null;
  }
  const value = axis.values[index]!;
  return axis.isNumeric ? Number(value) : String(value);
}

function channel(field: string, axis: IAxis): Record<string, unknown> {
  return {
    field,
    type: axis.isNumeric ? 'quantitative' : 'nominal',
    title: axis.label,
    ...(axis.isNumeric
      ? { scale: { type: axis.isLog ? 'log' : 'linear', zero: false } }
      : {})
  };
}

/** Runs as lines over an axis for each column; the last one colours them. */
export function parallelSpec(
  runs: ReadonlyArray<ModelRun>,
  columns: ReadonlyArray<string>,
  width: number,
  style: IChartStyle
): Record<string, unknown> {
  const axes = columns.map(column => axisOf(column, runs));
  const last = axes[axes.length - 1];
  const hasMissing = axes.some(axis => axis.places.includes(null));
  const lines = runs.flatMap((run, index) => {
    const colour = shareColour(last.places[index], style.dark);
    return axes.map((axis, at) => ({
      at,
      place: axis.places[index] ?? MISSING,
      id: run.id,
      run: runLabel(run),
      colour
    }));
  });
  const ticks = axes.flatMap((axis, at) =>
    axis.ticks.map(tick => ({ at, ...tick }))
  );
  const x = {
    field: 'at',
    type: 'quantitative',
    scale: { domain: [0, Math.max(1, axes.length - 1)], nice: false },
    axis: null
  };
  const y = {
    field: 'place',
    type: 'quantitative',
    scale: { domain: [hasMissing ? MISSING : 0, 1], nice: false },
    axis: null
  };
  const text = { type: 'text', color: style.text, fontSize: 11, limit: 110 };
  return {
    ...baseSpec(style),
    width: width - 160,
    height: HEIGHT,
    padding: { left: 80, right: 80, top: 44, bottom: 16 },
    autosize: { type: 'none' },
    layer: [
      {
        data: { values: lines },
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.55 },
        encoding: {
          x,
          y,
          detail: { field: 'id' },
          color: { field: 'colour', type: 'nominal', scale: null },
          tooltip: [{ field: 'run' }]
        }
      },
      {
        data: { values: axes.map((_, at) => ({ at })) },
        mark: { type: 'rule', color: style.text, strokeWidth: 1 },
        encoding: { x }
      },
      // A rim of the ground's colour keeps texts legible over many lines.
      ...[{ stroke: style.dark ? '#111' : '#fff', strokeWidth: 4 }, {}].map(
        rim => ({
          data: { values: ticks },
          mark: { ...text, align: 'left', dx: 4, fontWeight: 600, ...rim },
          encoding: { x, y, text: { field: 'text' } }
        })
      ),
      {
        data: {
          values: axes.map((axis, at) => ({
            at,
            label: axis.label,
            place: 1
          }))
        },
        mark: { ...text, fontWeight: 700, dy: -14, limit: 150 },
        encoding: { x, y, text: { field: 'label' } }
      },
      ...(hasMissing
        ? [
            {
              data: { values: [{ at: 0, place: MISSING, label: '–' }] },
              mark: { ...text, align: 'right', dx: -6 },
              encoding: { x, y, text: { field: 'label' } }
            }
          ]
        : [])
    ]
  };
}

function cellOf(axis: IAxis, index: number): string {
  const value = axis.values[index];
  return value === undefined ? '–' : valueText(axis.column, value);
}
