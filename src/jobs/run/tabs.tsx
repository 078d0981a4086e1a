/**
 * The run page's tabs beside its cells: log, parameters, record, outputs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Run } from '../../api/types';
import { formatBytes, formatValue, plainText } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { Tree } from '../../ui/tree';
import type { LogModel } from './log';
import type { RunModel } from './model';

export interface ITabProps {
  model: RunModel;
  trans: TranslationBundle;
}

/** The log, growing while the attempt runs, kept at its end unless scrolled away. */
export function LogTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed, model.cellsReplaced);
  return model.log ? (
    <Log key={model.attempt} log={model.log} trans={trans} />
  ) : (
    <Empty text={trans.__('The run has not started, so there is no log.')} />
  );
}

function Log(props: { log: LogModel; trans: TranslationBundle }): JSX.Element {
  const { log, trans } = props;
  const box = React.useRef<HTMLPreElement>(null);
  const atEnd = React.useRef(true);
  useSignals(log.changed);
  React.useEffect(() => {
    void log.refresh();
  }, [log]);
  React.useLayoutEffect(() => {
    if (atEnd.current && box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  });
  if (log.error) {
    return <ErrorBox error={log.error} trans={trans} />;
  }
  if (!log.isLoaded) {
    return <Loading text={trans.__('Reading the log…')} />;
  }
  return (
    <>
      {log.isTail && (
        <div className="jp-mlx-Note">
          {trans.__('Only the end of the log is shown.')}{' '}
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => void log.readAll()}
          >
            {trans.__('Show all of it')}
          </button>
        </div>
      )}
      <pre
        ref={box}
        className="jp-mlx-Log"
        role="log"
        tabIndex={0}
        aria-label={trans.__('Log')}
        onScroll={event => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < 30;
        }}
      >
        {log.text ? plainText(log.text) : trans.__('Nothing was printed.')}
      </pre>
    </>
  );
}

/** The parameters that the run was given. */
export function ParametersTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const entries = Object.entries(model.run?.parameters ?? {});
  if (entries.length === 0) {
    return (
      <Empty
        text={trans.__(
          'The run was given no parameters: the notebook’s own values hold.'
        )}
      />
    );
  }
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Parameter')}</th>
          <th scope="col">{trans.__('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{formatValue(value)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Everything that was recorded of the attempt. */
export function RecordTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { run } = model;
  if (!run) {
    return <Loading text={trans.__('Reading the run…')} />;
  }
  return <Tree value={recordOf(run, model)} label={trans.__('Record')} />;
}

function recordOf(run: Run, model: RunModel): Record<string, unknown> {
  const attempt = model.attemptInfo;
  return {
    id: run.id,
    notebook: run.notebook,
    request: run.request,
    ...(run.tags && Object.keys(run.tags).length ? { tags: run.tags } : {}),
    created_at: run.created_at,
    started_at: attempt?.started_at ?? run.started_at,
    ended_at: attempt?.ended_at ?? run.ended_at,
    ...(attempt ? { host: attempt.host, gpus: attempt.gpus } : {}),
    ...(attempt?.exit ? { exit: attempt.exit } : {}),
    mlflow_run_id: attempt?.mlflow_run_id ?? run.mlflow_run_id,
    ...model.record
  };
}

/** The files that the run left, to look at and to take away. */
export function OutputsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const outputs = model.run?.outputs ?? [];
  if (outputs.length === 0) {
    return (
      <Empty text={trans.__('Outputs are there when an attempt has ended.')} />
    );
  }
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('File')}</th>
          <th scope="col">{trans.__('Size')}</th>
          <th scope="col">{trans.__('Digest')}</th>
          <th scope="col">{trans.__('Take away')}</th>
        </tr>
      </thead>
      <tbody>
        {outputs.map(output => (
          <tr key={output.name}>
            <th scope="row">
              <a
                href={model.client.outputUrl(model.id, output.name)}
                target="_blank"
                rel="noopener noreferrer"
                title={output.path}
              >
                {output.name}
              </a>
            </th>
            <td>{formatBytes(output.bytes)}</td>
            <td>
              <code title={output.digest}>{output.digest.slice(0, 19)}</code>
            </td>
            <td>
              <a
                href={model.client.outputUrl(model.id, output.name, {
                  download: true
                })}
                download={output.name}
                aria-label={trans.__('Download %1', output.name)}
              >
                {trans.__('Download')}
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
