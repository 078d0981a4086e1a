/**
 * Parts of a page that are read when they are first shown, and the jobs that make them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Run } from '../api/types';
import { CommandIDs } from '../tokens';
import { useSignals } from './hooks';
import type { IPaged, Paged } from './paged';
import { Empty, ErrorBox, Loading, ProgressBar } from './parts';
import type { Resource } from './resource';

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

/** A list that is read when it is first shown, with a button for what comes after. */
export function PagedPart<T, L extends IPaged<T> = IPaged<T>>(props: {
  of: Paged<T, L>;
  loading: string;
  /** What is said where there is nothing, and what to do next. */
  empty: string;
  action?: { label: string; onClick: () => void };
  /** What the button says; that there are earlier ones, where it is not told. */
  more?: string;
  trans: TranslationBundle;
  children: (items: L['items'], list: L) => JSX.Element;
}): JSX.Element {
  const { of, loading, empty, action, more, trans, children } = props;
  useSignals(of.changed);
  return (
    <Part of={of} loading={loading} trans={trans}>
      {list =>
        list.items.length === 0 ? (
          <Empty text={empty} action={action} />
        ) : (
          <>
            {children(list.items, list)}
            {of.moreError && <ErrorBox error={of.moreError} trans={trans} />}
            {list.next_cursor && (
              <button
                type="button"
                className="jp-mlx-Button jp-mlx-More"
                onClick={() => void of.more()}
              >
                {more ?? trans.__('Show earlier ones')}
              </button>
            )}
          </>
        )
      }
    </Part>
  );
}

/** The job that works on what the page shows, or why it failed. */
export function WorkNote(props: {
  /** The job that works now. */
  run: Run | undefined;
  /** The job that failed last. */
  failed: Run | undefined;
  text: string;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { run, failed, text, trans, commands } = props;
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
