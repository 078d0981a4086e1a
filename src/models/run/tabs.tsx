/**
 * The tabs of the run page that are tables.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ModelRunDetail } from '../../api/types';
import { formatTime } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Markdown } from '../../ui/markdown';
import { rankedNames } from '../../ui/metrics';
import { Empty } from '../../ui/parts';
import { metricText } from '../registry/words';
import type { RunModel } from './model';

/** How many lines a table has before more are asked for. */
const LINES = 200;

/** The tag that the description is kept in. */
const NOTE = 'mlflow.note.content';

interface ITabProps {
  model: RunModel;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The last value of each metric. */
export function MetricsTab(props: ITabProps): JSX.Element {
  const { trans } = props;
  return (
    <Read {...props}>
      {value => {
        const found = new Map(value.metrics.map(one => [one.name, one]));
        return (
          <Lines
            head={[
              trans.__('Metric'),
              trans.__('Last value'),
              trans.__('Step'),
              trans.__('Logged')
            ]}
            lines={rankedNames([...found.keys()]).map(name => {
              const { value: last, step, at } = found.get(name)!;
              return [
                name,
                metricText(last),
                String(step),
                at ? formatTime(at, trans, Date.now()) : '–'
              ];
            })}
            isNumeric
            empty={trans.__(
              'It logged no metric. mlflow.log_metric in its notebook does.'
            )}
            trans={trans}
          />
        );
      }}
    </Read>
  );
}

/** What it was given. */
export function ParametersTab(props: ITabProps): JSX.Element {
  const { trans } = props;
  return (
    <Read {...props}>
      {value => (
        <Lines
          head={[trans.__('Parameter'), trans.__('Value')]}
          lines={Object.entries(value.parameters)}
          empty={trans.__('It logged no parameter.')}
          trans={trans}
        />
      )}
    </Read>
  );
}

/** Its description and its tags; MLflow's own stand last. */
export function TagsTab(props: ITabProps): JSX.Element {
  const { rendermime, trans } = props;
  const isOwn = (name: string): number => (name.startsWith('mlflow.') ? 1 : 0);
  return (
    <Read {...props}>
      {value => (
        <>
          {value.note && (
            <Markdown text={value.note} rendermime={rendermime} trans={trans} />
          )}
          <Lines
            head={[trans.__('Tag'), trans.__('Value')]}
            lines={Object.entries(value.tags)
              .filter(([name]) => name !== NOTE)
              .sort(([a], [b]) => isOwn(a) - isOwn(b) || a.localeCompare(b))}
            empty={trans.__('It has no tag.')}
            trans={trans}
          />
        </>
      )}
    </Read>
  );
}

/** The data that it says it read. */
export function InputsTab(props: ITabProps): JSX.Element {
  const { trans } = props;
  return (
    <Read {...props}>
      {value => (
        <Lines
          head={[
            trans.__('Data'),
            trans.__('Used for'),
            trans.__('Digest'),
            trans.__('Source')
          ]}
          lines={value.inputs.map(one => [
            one.name,
            one.context ?? '–',
            one.digest,
            sourceText(one)
          ])}
          empty={trans.__(
            'It says nothing of the data that it read. mlflow.log_input in its notebook does.'
          )}
          trans={trans}
        />
      )}
    </Read>
  );
}

function sourceText(input: ModelRunDetail['inputs'][number]): string {
  return [input.source_type, input.source].filter(Boolean).join(': ');
}

function Read(
  props: ITabProps & { children: (value: ModelRunDetail) => JSX.Element }
): JSX.Element | null {
  const { model, children } = props;
  useSignals(model.changed);
  const { value } = model.detail;
  return value && children(value);
}

/** Lines of texts, narrowed by words where they are many. */
function Lines(props: {
  head: string[];
  lines: string[][];
  isNumeric?: boolean;
  empty: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { head, lines, isNumeric, empty, trans } = props;
  const [words, setWords] = React.useState('');
  const [most, setMost] = React.useState(LINES);
  if (lines.length === 0) {
    return <Empty text={empty} />;
  }
  const wanted = words.toLowerCase().split(/\s+/);
  const found = lines.filter(line => {
    const text = line.join(' ').toLowerCase();
    return wanted.every(word => text.includes(word));
  });
  return (
    <>
      {lines.length > 15 && (
        <input
          type="search"
          className="jp-mlx-Input jp-mlx-TableTools"
          aria-label={trans.__('Search')}
          placeholder={trans.__('Search %1 lines', lines.length)}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
      )}
      <table className="jp-mlx-Table">
        <thead>
          <tr>
            {head.map(text => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.slice(0, most).map(([name, ...cells], row) => (
            <tr key={`${name}/${row}`}>
              <th scope="row">{name}</th>
              {cells.map((text, index) => (
                <td key={index} data-number={isNumeric ? '' : undefined}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === 0 && (
        <Empty text={trans.__('No line has these words.')} />
      )}
      {found.length > most && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          onClick={() => setMost(most + LINES)}
        >
          {trans.__('Show more')}
        </button>
      )}
    </>
  );
}
