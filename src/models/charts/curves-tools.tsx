/**
 * What curves are drawn by, and whose they are.
 */
import * as React from 'react';

import { CommandIDs } from '../../tokens';
import { ColumnChooser } from '../chooser';
import { runLabel } from '../words';
import { nthColour } from './colours';
import type { CurvesModel } from './curves-model';
import { MOST_METRICS } from './curves-model';
import { extentOf } from './curves-spec';
import type { IChartProps } from './props';

/** What is drawn, and over which part of which axis. */
export function CurveTools(props: IChartProps<CurvesModel>): JSX.Element {
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
export function Legend(props: IChartProps<CurvesModel>): JSX.Element | null {
  const { model, commands, trans } = props;
  if (model.runs.length === 1) {
    return null;
  }
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
            <span className="jp-mlx-Legend-swatch" style={swatch(index)} />
            <span className="jp-mlx-Legend-name">{runLabel(run)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The colours of a run on light and dark grounds, of which the theme takes its own. */
function swatch(index: number): React.CSSProperties {
  return {
    '--jp-mlx-on-light': nthColour(index, false),
    '--jp-mlx-on-dark': nthColour(index, true)
  } as React.CSSProperties;
}
