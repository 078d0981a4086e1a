/**
 * What differs between runs, as tables.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type {
  ComparedRow,
  ModelRun,
  ModelRunComparison
} from '../../api/types';
import { CommandIDs } from '../../tokens';
import { Grid } from '../../ui/grid';
import { useSignals } from '../../ui/hooks';
import { Empty, StateIcon } from '../../ui/parts';
import { PLAIN_CELLS } from '../../ui/rows';
import { RUN_SIGNS, runLabel, valueText } from '../words';
import type { CompareModel, Part } from './model';
import { PARTS } from './model';

interface ITableProps {
  model: CompareModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The tables with the switch between what differs and all. */
export function Comparison(props: ITableProps): JSX.Element | null {
  const { model, trans } = props;
  useSignals(model.changed);
  const { value } = model.comparison;
  if (!value) {
    return null;
  }
  const rows = PARTS.reduce((sum, part) => sum + value[part].length, 0);
  const isPlain = rows * value.runs.length <= PLAIN_CELLS;
  return (
    <>
      <div className="jp-mlx-TableTools">
        <label>
          <input
            type="checkbox"
            checked={model.onlyDifferent}
            onChange={event =>
              void model.setOnlyDifferent(event.target.checked)
            }
          />
          {trans.__('Only differences')}
        </label>
        <span className="jp-mlx-Sample-note" role="status">
          {model.loading
            ? trans.__('Asking MLflow…')
            : trans.__('What differs from the first run is highlighted.')}
        </span>
      </div>
      {rows === 0 ? (
        <Empty
          text={
            model.onlyDifferent
              ? trans.__('These runs are equal in all that they logged.')
              : trans.__('These runs logged nothing.')
          }
        />
      ) : isPlain ? (
        <PlainTable {...props} value={value} />
      ) : (
        <GridTables {...props} value={value} />
      )}
    </>
  );
}

export function partLabel(part: Part, trans: TranslationBundle): string {
  switch (part) {
    case 'metrics':
      return trans.__('Metrics');
    case 'parameters':
      return trans.__('Parameters');
    case 'data':
      return trans.__('Data');
    case 'environment':
      return trans.__('Environment');
    case 'tags':
      return trans.__('Tags');
  }
}

function textOf(part: Part, value: ComparedRow['values'][number]): string {
  return value === null
    ? '–'
    : valueText(part === 'metrics' ? 'metrics.' : '', value);
}

function PlainTable(
  props: ITableProps & { value: ModelRunComparison }
): JSX.Element {
  const { value, commands, trans } = props;
  return (
    <div
      className="jp-mlx-Rows jp-mlx-CompareTable"
      role="region"
      aria-label={trans.__('What differs')}
      tabIndex={0}
    >
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            <td />
            {value.runs.map(run => (
              <RunHead
                key={run.id}
                run={run}
                commands={commands}
                trans={trans}
              />
            ))}
          </tr>
        </thead>
        {PARTS.filter(part => value[part].length > 0).map(part => (
          <tbody key={part} data-part={part}>
            <tr>
              <th
                scope="rowgroup"
                className="jp-mlx-CompareTable-part"
                colSpan={value.runs.length + 1}
              >
                <span className="jp-mlx-CompareTable-label">
                  {partLabel(part, trans)}
                  <span className="jp-mlx-Tree-count">
                    {value[part].length}
                  </span>
                </span>
              </th>
            </tr>
            {value[part].map(row => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                {row.values.map((one, index) => (
                  <td
                    key={value.runs[index].id}
                    data-number={part === 'metrics' ? '' : undefined}
                    data-changed={one !== row.values[0] || undefined}
                    title={one === null ? undefined : String(one)}
                  >
                    {textOf(part, one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function RunHead(props: {
  run: ModelRun;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { run, commands, trans } = props;
  return (
    <th scope="col" title={run.id}>
      <StateIcon state={RUN_SIGNS[run.state]} trans={trans} />{' '}
      <button
        type="button"
        className="jp-mlx-Link"
        title={runLabel(run)}
        onClick={() => {
          void commands.execute(CommandIDs.openModelRun, { id: run.id });
        }}
      >
        {runLabel(run)}
      </button>
    </th>
  );
}

/** One grid with a line for each name: what is long is only drawn where it is looked at. */
function GridTables(
  props: ITableProps & { value: ModelRunComparison }
): JSX.Element {
  const { value, trans } = props;
  const [part, setPart] = React.useState<Part>(
    PARTS.find(one => value[one].length > 0) ?? 'metrics'
  );
  const shown = value[part];
  const table = React.useMemo(
    () => ({
      columns: value.runs.map(run => ({ name: runLabel(run), type: run.id })),
      rows: shown.map(row => row.values.map(one => textOf(part, one))),
      heads: shown.map(row => row.name)
    }),
    [value, part]
  );
  return (
    <>
      <div className="jp-mlx-TableTools" role="group">
        {PARTS.filter(one => value[one].length > 0).map(one => (
          <button
            key={one}
            type="button"
            className="jp-mlx-Chip"
            aria-pressed={one === part}
            onClick={() => setPart(one)}
          >
            {partLabel(one, trans)}{' '}
            <span className="jp-mlx-Chip-count">{value[one].length}</span>
          </button>
        ))}
      </div>
      <Grid
        table={table}
        marked={(row, column) =>
          shown[row].values[column] !== shown[row].values[0]
        }
        trans={trans}
      />
    </>
  );
}
