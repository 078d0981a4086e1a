/**
 * What the tabs of the table page share.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { ErrorBox, Loading, ProgressBar } from '../../ui/parts';
import type { Resource } from '../../ui/resource';
import type { TableModel, Work } from './model';

export interface ITabProps {
  model: TableModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** A part that is read when it is first shown: loading, failed, or what it is. */
export function Part<T>(props: {
  of: Resource<T>;
  loading: string;
  trans: TranslationBundle;
  children: (value: T) => JSX.Element;
}): JSX.Element {
  const { of, loading, trans, children } = props;
  useSignals(of.changed);
  React.useEffect(() => {
    void of.want();
  }, [of]);
  if (of.error) {
    return (
      <ErrorBox
        error={of.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void of.reload()
        }}
      />
    );
  }
  return of.value === null ? <Loading text={loading} /> : children(of.value);
}

/** The job that works on the table, or why it failed. */
export function WorkNote(
  props: ITabProps & { work: Work; text: string }
): JSX.Element | null {
  const { model, work, text, trans, commands } = props;
  useSignals(model.changed);
  const run = model.working(work);
  const failed = model.failed(work);
  const open = (id: string): void => {
    void commands.execute(CommandIDs.openRun, { id });
  };
  if (run) {
    return (
      <div className="jp-mlx-RunHead-progress" role="status">
        <span>{run.state === 'QUEUED' ? (run.reason ?? text) : text}</span>
        <ProgressBar progress={run.progress} trans={trans} />
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => open(run.id)}
        >
          {trans.__('Open run')}
        </button>
      </div>
    );
  }
  return failed ? (
    <ErrorBox
      error={
        failed.error ?? {
          code: 'run_failed',
          message: trans.__('The job did not end well.')
        }
      }
      trans={trans}
      action={{
        label: trans.__('Open run'),
        onClick: () => open(failed.id)
      }}
    />
  ) : null;
}
