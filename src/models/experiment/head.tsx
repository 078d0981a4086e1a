/**
 * The experiment page's head: what it is, which runs are looked at, what to do with those that are chosen.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { compareIcon } from '../../icons';
import { CommandIDs } from '../../tokens';
import { formatNumber } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { ErrorBox, IconButton } from '../../ui/parts';
import { TagChips } from '../../ui/tags';
import { MOST_RUNS } from '../charts/source';
import { experimentIcon } from '../icons';
import type { ExperimentModel } from './model';
import { textQuery } from './query';

interface IHeadProps {
  model: ExperimentModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The head of the page. */
export function ExperimentHead(props: IHeadProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { experiment, table } = model;
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <experimentIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name">
          {experiment.value?.name ?? trans.__('Experiment %1', model.id)}
        </h2>
        <TagChips
          most={3}
          tags={Object.entries(experiment.value?.tags ?? {})
            .filter(([key]) => !key.startsWith('mlflow.'))
            .map(([key, value]) => `${key}=${value}`)}
        />
        <Buttons {...props} />
      </div>
      <Filter {...props} />
      {experiment.error && (
        <ErrorBox
          error={experiment.error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void experiment.reload()
          }}
        />
      )}
      {table.error && !sameError(table.error, experiment.error) && (
        <ErrorBox
          error={table.error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => table.retry()
          }}
        />
      )}
      <div className="jp-mlx-Sample-note" role="status">
        {noteOf(model, trans)}
      </div>
    </>
  );
}

/** A server that is down says the same of everything: once is enough. */
function sameError(one: Error, other: Error | null): boolean {
  return one.message === other?.message;
}

function noteOf(model: ExperimentModel, trans: TranslationBundle): string {
  const { table } = model;
  if (table.loading) {
    return table.isRead
      ? trans.__('Asking MLflow…')
      : trans.__('Asking MLflow… the first answer takes some seconds.');
  }
  if (!table.isRead) {
    return '';
  }
  const { total } = table;
  const count =
    total === null
      ? trans.__('%1 runs and more', formatNumber(table.runs.length))
      : trans._n('%2 run', '%2 runs', total, formatNumber(total));
  const chosen = model.checked.length;
  return [
    table.query.deleted ? trans.__('%1, deleted', count) : count,
    // Rows of the question before stay where this one failed.
    table.query.text.trim() && !table.error && trans.__('that match'),
    chosen > 0
      ? trans.__('%1 chosen', chosen)
      : trans.__(
          'charts show the first ones of the table; choose runs by their boxes'
        )
  ]
    .filter(Boolean)
    .join(' · ');
}

function Buttons(props: IHeadProps): JSX.Element {
  const { model, commands, trans } = props;
  const { checked } = model;
  const canCompare = checked.length > 1 && checked.length <= MOST_RUNS;
  return (
    <span className="jp-mlx-RunHead-buttons">
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-mod-accept"
        disabled={!canCompare}
        title={
          canCompare
            ? trans.__('See what differs between the chosen runs')
            : trans.__('Choose 2 to %1 runs by their boxes', MOST_RUNS)
        }
        onClick={() => {
          void commands.execute(CommandIDs.compareModelRuns, {
            runs: checked.map(run => run.id)
          });
        }}
      >
        <compareIcon.react tag="span" className="jp-mlx-Button-icon" />
        {checked.length > 0
          ? trans.__('Compare %1', checked.length)
          : trans.__('Compare')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={checked.length !== 1}
        title={trans.__('Open the chosen run')}
        onClick={() => {
          void commands.execute(CommandIDs.openModelRun, { id: checked[0].id });
        }}
      >
        {trans.__('Open run')}
      </button>
      {checked.length > 0 && (
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={() => model.toggleAll()}
        >
          {trans.__('Choose none')}
        </button>
      )}
      <IconButton
        icon={refreshIcon}
        label={trans.__('Ask MLflow again')}
        onClick={() => void model.load()}
      />
    </span>
  );
}

function Filter(props: IHeadProps): JSX.Element {
  const { model, trans } = props;
  const { query } = model.table;
  const [text, setText] = React.useState(query.text);
  const isFilter = textQuery(text).filter !== undefined;
  return (
    <form
      className="jp-mlx-TableTools"
      onSubmit={event => {
        event.preventDefault();
        model.ask({ text: text.trim() });
      }}
    >
      <input
        type="search"
        className="jp-mlx-Input jp-mlx-mod-code"
        aria-label={trans.__('Filter runs')}
        placeholder={trans.__(
          "Words, or metrics.auc > 0.7 and params.lr = '0.1'"
        )}
        title={trans.__(
          'Enter filters. Words are looked for in names, ids, notebooks and users; a condition is in MLflow’s language.'
        )}
        value={text}
        onChange={event => {
          setText(event.target.value);
          // The cross in the box takes the filter away at once.
          if (event.target.value === '' && query.text) {
            model.ask({ text: '' });
          }
        }}
      />
      <span className="jp-mlx-Row-detail">
        {text.trim() && (isFilter ? trans.__('condition') : trans.__('words'))}
      </span>
      <button
        type="button"
        className="jp-mlx-Chip"
        aria-pressed={query.deleted}
        title={trans.__('Runs that were deleted, in place of the others')}
        onClick={() => model.ask({ deleted: !query.deleted })}
      >
        {trans.__('Deleted')}
      </button>
    </form>
  );
}
