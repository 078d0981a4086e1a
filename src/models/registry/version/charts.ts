/**
 * Charts of an evaluation as Vega-Lite specifications. No view.
 */
import type { Evaluation } from '../../../api/types';
import { baseSpec } from '../../../ui/charts';
import type { IChartStyle } from '../../../ui/charts';

type Calibration = NonNullable<Evaluation['calibration']>;

/** How often what was stated came true, beside the line where both are equal. */
export function calibrationSpec(
  calibration: Calibration,
  style: IChartStyle,
  labels: { stated: string; observed: string; rows: string }
): Record<string, unknown> {
  const values = calibration.stated.map((stated, index) => ({
    stated,
    observed: calibration.observed[index],
    rows: calibration.rows[index]
  }));
  const scale = { domain: [0, 1] };
  const x = {
    field: 'stated',
    type: 'quantitative',
    scale,
    title: labels.stated
  };
  const y = {
    field: 'observed',
    type: 'quantitative',
    scale,
    title: labels.observed
  };
  return {
    ...baseSpec(style),
    width: 260,
    height: 200,
    layer: [
      {
        data: {
          values: [
            { stated: 0, observed: 0 },
            { stated: 1, observed: 1 }
          ]
        },
        mark: { type: 'line', color: style.grid, strokeDash: [4, 4] },
        encoding: { x, y }
      },
      {
        data: { values },
        mark: { type: 'line', color: style.mark },
        encoding: { x, y }
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, color: style.mark, opacity: 1 },
        encoding: {
          x,
          y,
          size: {
            field: 'rows',
            type: 'quantitative',
            legend: null,
            scale: { range: [24, 160] }
          },
          tooltip: [
            { field: 'stated', title: labels.stated, format: '.3f' },
            { field: 'observed', title: labels.observed, format: '.3f' },
            { field: 'rows', title: labels.rows, format: ',' }
          ]
        }
      }
    ]
  };
}
