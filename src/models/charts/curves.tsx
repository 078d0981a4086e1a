/**
 * Metric curves of runs, with what they are drawn by.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Curve, ModelRun } from '../../api/types';
import { Chart } from '../../ui/chart';
import { formatNumber } from '../../ui/format';
import { useSignals, useWidth } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { runLabel } from '../words';
import { nthColour } from './colours';
import type { CurvesModel } from './curves-model';
import { countUndrawn, curvesSpec, extentOf, PADDING } from './curves-spec';
import { CurveTools, Legend } from './curves-tools';
import type { IChartProps } from './props';
import { Zoom } from './zoom';

/** The curves, a picture for each metric. */
export function Curves(props: IChartProps<CurvesModel>): JSX.Element {
  const { model, trans } = props;
  const [node, width] = useWidth();
  useSignals(model.changed);
  React.useEffect(() => {
    void model.want();
  }, [model]);
  const { curves, metrics, error } = model;
  return (
    <div ref={node} className="jp-mlx-Curves">
      <CurveTools {...props} />
      {error && (
        <ErrorBox
          error={error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void model.reload()
          }}
        />
      )}
      {!curves && !error && (
        <Loading text={trans.__('Asking MLflow for the curves…')} />
      )}
      {curves && curves.missing.length > 0 && (
        <div className="jp-mlx-Note" role="status">
          {trans._n(
            '%1 run is not there any more: it was deleted.',
            '%1 runs are not there any more: they were deleted.',
            curves.missing.length
          )}
        </div>
      )}
      {curves && model.runs.length > 0 && <Legend {...props} />}
      {curves && curves.items.length === 0 && !model.loading && (
        <Empty
          text={
            model.range
              ? trans.__('No point was logged in this part.')
              : trans.__(
                  'These runs logged none of these metrics. Choose others above.'
                )
          }
        />
      )}
      {curves &&
        width > 0 &&
        (metrics ?? []).map(metric => (
          <MetricCurves
            key={metric}
            {...props}
            metric={metric}
            width={width}
            curves={curves.items.filter(
              one => one.metric === metric && !model.isHidden(one.run_id)
            )}
          />
        ))}
    </div>
  );
}

function MetricCurves(
  props: IChartProps<CurvesModel> & {
    metric: string;
    curves: Curve[];
    width: number;
  }
): JSX.Element | null {
  const { model, metric, curves, width, trans } = props;
  const extent = model.range ?? extentOf(curves, model.axis);
  if (!extent) {
    return null;
  }
  const inner = Math.max(200, width - PADDING.left - PADDING.right);
  const index = new Map(model.runs.map((run, at) => [run.id, at]));
  const label = (id: string): string => labelOf(model.runs, id);
  return (
    <section className="jp-mlx-Curves-metric" aria-label={metric}>
      <Zoom
        padding={PADDING}
        width={inner}
        extent={extent}
        onZoom={range => void model.zoom(range)}
        title={trans.__('Drag to look at a part; double-click for all of it')}
      >
        <Chart
          title={metric}
          of={`${model.version}/${width}`}
          spec={style =>
            curvesSpec(
              curves,
              {
                axis: model.axis,
                axisTitle:
                  model.axis === 'step'
                    ? trans.__('steps')
                    : trans.__('seconds'),
                log: model.log,
                width: inner,
                range: model.range,
                label,
                colour: (id, dark) => nthColour(index.get(id) ?? 0, dark)
              },
              style
            )
          }
          rendermime={props.rendermime}
          trans={trans}
        />
      </Zoom>
      <div className="jp-mlx-Sample-note">{noteOf(curves, model, trans)}</div>
    </section>
  );
}

function labelOf(runs: ReadonlyArray<ModelRun>, id: string): string {
  const run = runs.find(one => one.id === id);
  const name = run ? runLabel(run) : id.slice(0, 8);
  const isShared = run && runs.filter(one => runLabel(one) === name).length > 1;
  return isShared ? `${name} (${id.slice(0, 6)})` : name;
}

/** How many points there are, and which of them can not be drawn. */
function noteOf(
  curves: Curve[],
  model: CurvesModel,
  trans: TranslationBundle
): string {
  const total = curves.reduce((sum, one) => sum + one.total, 0);
  const drawn = curves.reduce((sum, one) => sum + one.values.length, 0);
  const { special, low } = countUndrawn(curves, model.log);
  return [
    drawn < total
      ? trans.__(
          '%1 of %2 points are drawn, the extremes among them',
          formatNumber(drawn),
          formatNumber(total)
        )
      : trans._n('%1 point', '%1 points', total),
    special > 0 &&
      trans._n(
        '%1 is no number: × NaN, ▲ ▼ infinite',
        '%1 are no numbers: × NaN, ▲ ▼ infinite',
        special
      ),
    low > 0 && trans.__('%1 of zero or below have no place on a log scale', low)
  ]
    .filter(Boolean)
    .join(' · ');
}
