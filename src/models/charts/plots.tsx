/**
 * Scatter plots and parallel coordinates of runs, with the choice of their columns.
 */
import * as React from 'react';

import { Chart } from '../../ui/chart';
import { useSignals, useWidth } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { ColumnChooser } from '../chooser';
import { columnName } from '../words';
import type { PlotModel } from './plot-model';
import type { IChartProps } from './props';
import { countPlaced, parallelSpec, scatterSpec } from './plot-specs';
import { MOST_RUNS } from './source';

/** How many axes are legible beside each other. */
const MOST_AXES = 24;

/** Two columns against each other, a third one as colour. */
export function Scatter(props: IChartProps<PlotModel>): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const roles = [
    trans.__('Across'),
    trans.__('Up'),
    trans.__('Colour')
  ] as const;
  return (
    <Plot
      {...props}
      tools={
        <>
          <ColumnChooser
            label={trans.__('Columns')}
            list={model.columnList}
            chosen={model.columns}
            most={3}
            onChange={columns => void model.setColumns(columns)}
            trans={trans}
          />
          {roles.map((role, at) => (
            <Role key={role} {...props} at={at} label={role} />
          ))}
        </>
      }
      hint={trans.__('Choose two columns: one across, one up.')}
      note={({ runs, columns }) => {
        const placed = countPlaced(runs, columns);
        return placed < runs.length
          ? trans.__(
              '%1 of %2 runs have both values as numbers',
              placed,
              runs.length
            )
          : trans._n('%1 run', '%1 runs', runs.length);
      }}
      spec={scatterSpec}
    />
  );
}

/** Which of the chosen columns has a part in the picture. */
function Role(
  props: IChartProps<PlotModel> & { at: number; label: string }
): JSX.Element | null {
  const { model, at, label } = props;
  const { columns } = model;
  if (at >= columns.length) {
    return null;
  }
  return (
    <label>
      {label}
      <select
        className="jp-mlx-Select"
        value={columns[at]}
        onChange={event => {
          const other = columns.indexOf(event.target.value);
          const next = [...columns];
          [next[at], next[other]] = [next[other], next[at]];
          void model.setColumns(next);
        }}
      >
        {columns.map(column => (
          <option key={column} value={column}>
            {columnName(column)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** All chosen columns beside each other, a line for each run. */
export function Parallel(props: IChartProps<PlotModel>): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { columns } = model;
  const last = columns[columns.length - 1];
  return (
    <Plot
      {...props}
      tools={
        <>
          <ColumnChooser
            label={trans.__('Axes')}
            list={model.columnList}
            chosen={columns}
            most={MOST_AXES}
            onChange={next => void model.setColumns(next)}
            trans={trans}
          />
          {columns.length > 1 && (
            <label>
              {trans.__('Colour by')}
              <select
                className="jp-mlx-Select"
                value={last}
                onChange={event => {
                  const chosen = event.target.value;
                  void model.setColumns([
                    ...columns.filter(one => one !== chosen),
                    chosen
                  ]);
                }}
              >
                {columns.map(column => (
                  <option key={column} value={column}>
                    {columnName(column)}
                  </option>
                ))}
              </select>
            </label>
          )}
        </>
      }
      hint={trans.__('Choose two columns or more: each becomes an axis.')}
      note={({ runs }) =>
        [
          trans._n('%1 run', '%1 runs', runs.length),
          trans.__('blue is low, orange is high on the last axis')
        ].join(' · ')
      }
      spec={parallelSpec}
    />
  );
}

function Plot(
  props: IChartProps<PlotModel> & {
    tools: JSX.Element;
    hint: string;
    note: (drawn: PlotModel.IDrawn) => string;
    spec: typeof scatterSpec;
  }
): JSX.Element {
  const { model, trans, tools, hint, note, spec } = props;
  const [node, width] = useWidth();
  React.useEffect(() => {
    void model.want();
  }, [model]);
  const { drawn, error, loading } = model;
  const canDraw = drawn && drawn.columns.length > 1 && drawn.runs.length > 0;
  return (
    <div ref={node} className="jp-mlx-Plot">
      <div className="jp-mlx-TableTools">{tools}</div>
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
      {loading ? (
        <Loading text={trans.__('Asking MLflow for the values…')} />
      ) : (
        canDraw && (
          <div className="jp-mlx-Sample-note" role="status">
            {[
              note(drawn),
              drawn.runs.length >= MOST_RUNS &&
                trans.__('at most %1 are drawn', MOST_RUNS)
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        )
      )}
      {drawn && !loading && drawn.runs.length === 0 && (
        <Empty text={trans.__('There are no runs.')} />
      )}
      {drawn && !loading && drawn.columns.length < 2 && <Empty text={hint} />}
      {canDraw && width > 0 && (
        <Chart
          title={drawn.columns.map(columnName).join(' · ')}
          of={`${drawn.version}/${width}`}
          spec={style => spec(drawn.runs, drawn.columns, width, style)}
          rendermime={props.rendermime}
          trans={trans}
        />
      )}
    </div>
  );
}
