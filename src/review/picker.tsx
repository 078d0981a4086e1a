/**
 * The dialog that asks for the run to compare with.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Run } from '../api/types';
import { matchesRun, parseQuery } from '../jobs/filter';
import { isLive } from '../jobs/states';
import type { IJobsModel } from '../tokens';
import { formatTime, shortId } from '../ui/format';
import { useSignals } from '../ui/hooks';
import { StateIcon } from '../ui/parts';

/** How many runs the list shows; the search finds the others. */
const SHOWN = 50;

/**
 * A searchable list of runs, of which one is chosen.
 */
export class RunPicker
  extends ReactWidget
  implements Dialog.IBodyWidget<string | null>
{
  constructor(options: RunPicker.IOptions) {
    super();
    this._options = options;
    this._chosen = options.proposed?.id ?? null;
    this.addClass('jp-mlx-Picker');
  }

  getValue(): string | null {
    return this._chosen;
  }

  protected override render(): JSX.Element {
    return (
      <Picker
        {...this._options}
        chosen={this._chosen}
        onChoose={id => {
          this._chosen = id;
          this.update();
        }}
      />
    );
  }

  private _options: RunPicker.IOptions;
  private _chosen: string | null;
}

export namespace RunPicker {
  export interface IOptions {
    jobs: IJobsModel;
    trans: TranslationBundle;
    /** The run that is compared; it is not offered. */
    besides?: Run;
    /** The run that is chosen at first. */
    proposed?: Run;
  }
}

function Picker(
  props: RunPicker.IOptions & {
    chosen: string | null;
    onChoose: (id: string) => void;
  }
): JSX.Element {
  const { jobs, trans, besides, chosen, onChoose } = props;
  const [text, setText] = React.useState('');
  useSignals(jobs.changed);
  const query = parseQuery(text);
  const runs = jobs.runs
    .filter(
      run =>
        run.id !== besides?.id &&
        !isLive(run) &&
        run.state !== 'SKIPPED' &&
        matchesRun(run, query, 'all')
    )
    .sort((x, y) => rank(x, besides) - rank(y, besides))
    .slice(0, SHOWN);
  const now = Date.now();
  return (
    <>
      <input
        type="search"
        className="jp-mlx-Input"
        aria-label={trans.__('Search runs')}
        placeholder={trans.__('Search runs…')}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <div
        className="jp-mlx-Picker-list"
        role="radiogroup"
        aria-label={trans.__('Runs')}
      >
        {runs.map(run => (
          <label key={run.id} className="jp-mlx-Picker-row">
            <input
              type="radio"
              name="jp-mlx-picker"
              checked={run.id === chosen}
              onChange={() => onChoose(run.id)}
            />
            <StateIcon state={run.state} trans={trans} />
            <span className="jp-mlx-Row-name">{run.name}</span>
            <code>#{shortId(run.id)}</code>
            <span className="jp-mlx-Row-detail">
              {formatTime(run.created_at, trans, now)}
            </span>
          </label>
        ))}
        {runs.length === 0 && (
          <p className="jp-mlx-Empty">{trans.__('No other run matches.')}</p>
        )}
      </div>
    </>
  );
}

/** Runs of the same notebook come first. */
function rank(run: Run, besides: Run | undefined): number {
  return besides && run.notebook.path !== besides.notebook.path ? 1 : 0;
}
