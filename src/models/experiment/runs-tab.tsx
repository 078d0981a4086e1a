/**
 * The Runs tab: the table with the choice of its columns.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { ColumnChooser } from '../chooser';
import { RunsGrid } from './grid';
import type { ExperimentModel } from './model';
import { PlainRuns } from './plain';

/** How many columns a table has at most; the grid reads those that are looked at. */
const MOST_COLUMNS = 2000;

/** Up to this many runs a plain table is quick, and reads best. */
const PLAIN_ROWS = 100;

/** The table with its tools. */
export function RunsTab(props: {
  model: ExperimentModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, commands, trans } = props;
  const [plain, setPlain] = React.useState<boolean | null>(null);
  useSignals(model.changed);
  const { table, columns } = model;
  const isPlain = plain ?? table.rowCount <= PLAIN_ROWS;
  const open = (id: string): void => {
    void commands.execute(CommandIDs.openModelRun, { id });
  };
  return (
    <>
      <div className="jp-mlx-TableTools">
        <ColumnChooser
          label={trans.__('Columns')}
          list={model.columnList}
          chosen={columns ?? []}
          most={MOST_COLUMNS}
          onChange={next => model.setColumns(next)}
          onReset={model.isUsual ? undefined : () => model.setColumns(null)}
          trans={trans}
        />
        <button
          type="button"
          className="jp-mlx-Chip"
          aria-pressed={isPlain}
          title={trans.__(
            'A table that screen readers read and the mouse selects'
          )}
          onClick={() => setPlain(!isPlain)}
        >
          {trans.__('Plain table')}
        </button>
      </div>
      {model.error && !table.error && (
        <ErrorBox
          error={model.error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void model.readColumns()
          }}
        />
      )}
      {!table.isRead || (!columns && !model.error) ? (
        !table.error && (
          <Loading
            text={trans.__(
              'Asking MLflow… the first answer takes some seconds.'
            )}
          />
        )
      ) : table.rowCount === 0 ? (
        <Empty text={emptyText(model, trans)} />
      ) : isPlain ? (
        <PlainRuns model={model} onOpen={open} trans={trans} />
      ) : (
        <RunsGrid model={model} onOpen={open} trans={trans} />
      )}
    </>
  );
}

function emptyText(model: ExperimentModel, trans: TranslationBundle): string {
  const { text, deleted } = model.table.query;
  if (text) {
    return trans.__('No run matches. Take the filter away, or change it.');
  }
  return deleted
    ? trans.__('No run of this experiment is deleted.')
    : trans.__(
        'This experiment has no runs. A notebook that sets it with mlflow.set_experiment and runs as a job leaves one here.'
      );
}
