/**
 * The tabs that tell what was: versions, partitions, the explanation, the uses.
 */
import * as React from 'react';

import type { Explanation } from '../../api/types';
import { CommandIDs } from '../../tokens';
import {
  formatBytes,
  formatNumber,
  formatTime,
  percent,
  shortId
} from '../../ui/format';
import { PagedPart, Part } from '../../ui/part';
import { Empty } from '../../ui/parts';
import type { ITabProps } from './parts';

/** The versions of the schema, each with what was different. */
export function VersionsTab(props: ITabProps): JSX.Element {
  const { model, trans, commands } = props;
  return (
    <Part
      of={model.versions}
      loading={trans.__('Reading the versions…')}
      trans={trans}
    >
      {({ items }) => (
        <ol className="jp-mlx-Versions">
          {items.map(version => (
            <li key={version.number} data-version={version.number}>
              <div className="jp-mlx-Versions-head">
                <strong>{trans.__('Version %1', version.number)}</strong>
                <span>{formatTime(version.created_at, trans, Date.now())}</span>
                <span>
                  {trans._n(
                    '%1 column',
                    '%1 columns',
                    version.columns.length + version.partition_keys.length
                  )}
                </span>
                {version.crawl_id && (
                  <button
                    type="button"
                    className="jp-mlx-Link"
                    onClick={() => {
                      void commands.execute(CommandIDs.openCrawl, {
                        id: version.crawl_id
                      });
                    }}
                  >
                    {trans.__('Open the crawl')}
                  </button>
                )}
              </div>
              {version.difference ? (
                <ul>
                  {version.difference.words.map(words => (
                    <li key={words}>{words}</li>
                  ))}
                </ul>
              ) : (
                <div className="jp-mlx-Field-hint">
                  {version.number === 1
                    ? trans.__('As it was first found.')
                    : trans.__('What was different is not known.')}
                </div>
              )}
            </li>
          ))}
        </ol>
      )}
    </Part>
  );
}

/** The partitions, page by page. */
export function PartitionsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const keys = model.table.value?.partition_keys ?? [];
  return (
    <PagedPart
      of={model.partitions}
      loading={trans.__('Reading the partitions…')}
      empty={trans.__('The table is not cut into partitions.')}
      more={trans.__('Show more partitions')}
      trans={trans}
    >
      {(items, { total }) => (
        <>
          <p className="jp-mlx-Sample-note">
            {trans.__('%1 of %2 partitions', items.length, total)}
          </p>
          <table className="jp-mlx-Table">
            <thead>
              <tr>
                {keys.map(key => (
                  <th key={key.name} scope="col" title={key.type}>
                    {key.name}
                  </th>
                ))}
                <th scope="col">{trans.__('Rows')}</th>
                <th scope="col">{trans.__('Files')}</th>
                <th scope="col">{trans.__('Size')}</th>
                <th scope="col">{trans.__('Place')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(partition => (
                <tr key={partition.values.join('\n')}>
                  {partition.values.map((value, at) => (
                    <td key={at}>{value}</td>
                  ))}
                  <td data-number="">{formatNumber(partition.rows)}</td>
                  <td data-number="">{partition.files}</td>
                  <td data-number="">{formatBytes(partition.bytes)}</td>
                  <td>
                    <code>{partition.location}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </PagedPart>
  );
}

/** Why the table is one table. */
export function ExplainTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.explanation}
      loading={trans.__('Reading the explanation…')}
      trans={trans}
    >
      {value => <Explained {...props} value={value} />}
    </Part>
  );
}

function Explained(props: ITabProps & { value: Explanation }): JSX.Element {
  const { value, trans } = props;
  const { classifier, notes, grouping, sampled, skipped } = value;
  return (
    <div className="jp-mlx-Explain">
      <p>
        <strong>{trans.__('Recognised by')}</strong> {classifier}
      </p>
      {notes.length > 0 && (
        <ul>
          {notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {grouping.length > 0 && (
        <>
          <h3>{trans.__('Why it is one table')}</h3>
          <table className="jp-mlx-Table jp-mlx-Explain">
            <thead>
              <tr>
                <th scope="col">{trans.__('Folder')}</th>
                <th scope="col">{trans.__('Similarity')}</th>
                <th scope="col">{trans.__('Decision')}</th>
                <th scope="col">{trans.__('Reason')}</th>
              </tr>
            </thead>
            <tbody>
              {grouping.map(one => (
                <tr key={one.folder}>
                  <th scope="row">
                    <code>{one.folder}</code>
                  </th>
                  <td data-number="">
                    {one.similarity === null ? '–' : percent(one.similarity)}
                  </td>
                  <td>{one.decision}</td>
                  <td>{one.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {skipped.length > 0 && (
        <>
          <h3>{trans.__('Left out')}</h3>
          <ul>
            {skipped.map(one => (
              <li key={one.path}>
                <code>{one.path}</code> {one.reason}
              </li>
            ))}
          </ul>
        </>
      )}
      {sampled.length > 0 && (
        <details className="jp-mlx-Details" open={sampled.length <= 12}>
          <summary>
            {trans._n('%1 file was read', '%1 files were read', sampled.length)}
          </summary>
          <ul>
            {sampled.map(path => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The runs that read the table. */
export function UsesTab(props: ITabProps): JSX.Element {
  const { model, trans, commands } = props;
  return (
    <Part of={model.uses} loading={trans.__('Reading the uses…')} trans={trans}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            text={trans.__(
              'No run has read this table through the catalog yet. “Insert in notebook” writes code that does, and a job that runs it is listed here.'
            )}
          />
        ) : (
          <table className="jp-mlx-Table">
            <thead>
              <tr>
                <th scope="col">{trans.__('Run')}</th>
                <th scope="col">{trans.__('When')}</th>
                <th scope="col">{trans.__('Who')}</th>
                <th scope="col">{trans.__('Version')}</th>
                <th scope="col">{trans.__('Columns')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((use, index) => (
                <tr key={index}>
                  <th scope="row">
                    <button
                      type="button"
                      className="jp-mlx-Link"
                      onClick={() => {
                        void commands.execute(CommandIDs.openRun, {
                          id: use.run_id
                        });
                      }}
                    >
                      {use.run_name ?? trans.__('Run')} #{shortId(use.run_id)}
                    </button>
                  </th>
                  <td>{formatTime(use.time, trans, Date.now())}</td>
                  <td>{use.who}</td>
                  <td data-number="">{use.version}</td>
                  <td>
                    {use.columns.length
                      ? use.columns.join(', ')
                      : trans.__('all')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Part>
  );
}
