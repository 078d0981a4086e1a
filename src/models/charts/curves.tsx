/**
 * Metric curves of runs, with what they are drawn by.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Curve, ModelRun } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { Chart } from '../../ui/chart';
import { formatNumber } from '../../ui/format';
import { useSignals, useWidth } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { ColumnChooser } from '../chooser';
import { runLabel } from '../words';
import { nthColour } from './colours';
import type { CurvesModel } from './curves-model';
import { MOST_METRICS } from './curves-model';
import { countUndrawn, curvesSpec, extentOf, PADDING } from './curves-spec';
import { Zoom } from './zoom';

/** What charts of runs are drawn with. */
export interface IChartProps<M> {
  model: M;
  commands: CommandRegistry;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

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
      <Tools {...props} />
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

function Tools(props: IChartProps<CurvesModel>): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="jp-mlx-TableTools">
      <ColumnChooser
        label={trans.__('Metrics')}
        list={model.metricList}
        chosen={(model.metrics ?? []).map(name => `metrics.${name}`)}
        most={MOST_METRICS}
        onChange={columns => void model.setMetrics(columns)}
        trans={trans}
      />
      <label>
        {trans.__('Over')}
        <select
          className="jp-mlx-Select"
          value={model.axis}
          onChange={event =>
            void model.setAxis(event.target.value === 'time' ? 'time' : 'step')
          }
        >
          <option value="step">{trans.__('steps')}</option>
          <option value="time">{trans.__('seconds')}</option>
        </select>
      </label>
      <button
        type="button"
        className="jp-mlx-Chip"
        aria-pressed={model.log}
        onClick={() => model.setLog(!model.log)}
      >
        {trans.__('Log scale')}
      </button>
      <Range {...props} />
      <span className="jp-mlx-Sample-note" role="status">
        {model.loading && model.curves
          ? trans.__('Asking MLflow for the curves…')
          : ''}
      </span>
    </div>
  );
}

/** The part of the axis that is looked at, for the keyboard. */
function Range(props: IChartProps<CurvesModel>): JSX.Element {
  const { model, trans } = props;
  const extent = model.range ?? extentOf(model.curves?.items ?? [], model.axis);
  const [from, to] = extent ?? [0, 0];
  const set = (low: number, high: number): void => {
    if (Number.isFinite(low) && Number.isFinite(high) && low < high) {
      void model.zoom([low, high]);
    }
  };
  const field = (
    label: string,
    value: number,
    onKeep: (value: number) => void
  ): JSX.Element => (
    <input
      key={value}
      type="number"
      step="any"
      className="jp-mlx-Input jp-mlx-Curves-bound"
      aria-label={label}
      title={trans.__('Enter shows this part')}
      defaultValue={Number(value.toPrecision(6))}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          onKeep(event.currentTarget.valueAsNumber);
        }
      }}
    />
  );
  return (
    <span className="jp-mlx-Curves-range">
      {field(trans.__('From'), from, value => set(value, to))}–
      {field(trans.__('To'), to, value => set(from, value))}
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={!model.range}
        onClick={() => void model.zoom(null)}
      >
        {trans.__('All of it')}
      </button>
    </span>
  );
}

/** The runs with their colours: a click hides or shows one. */
function Legend(props: IChartProps<CurvesModel>): JSX.Element | null {
  const { model, commands, trans } = props;
  if (model.runs.length === 1) {
    return null;
  }
  const dark = document.body.dataset.jpThemeLight === 'false';
  return (
    <ul className="jp-mlx-Legend" aria-label={trans.__('Runs')}>
      {model.runs.map((run, index) => (
        <li key={run.id}>
          <button
            type="button"
            className="jp-mlx-Legend-run"
            aria-pressed={!model.isHidden(run.id)}
            title={trans.__(
              'Show or hide the curves of %1; double-click opens it',
              runLabel(run)
            )}
            onClick={() => model.toggle(run.id)}
            onDoubleClick={() => {
              void commands.execute(CommandIDs.openModelRun, { id: run.id });
            }}
          >
            <span
              className="jp-mlx-Legend-swatch"
              style={{ background: nthColour(index, dark) }}
            />
            {runLabel(run)}
          </button>
        </li>
      ))}
    </ul>
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
