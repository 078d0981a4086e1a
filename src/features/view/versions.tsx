/**
 * The Versions tab: what each changed, and any two of them side by side.
 */
import * as React from 'react';

import type { FeatureVersion } from '../../api/types';
import { formatTime } from '../../ui/format';
import { Part } from '../../ui/part';
import { definitionDifference } from './difference';
import type { ITabProps } from './parts';

/** The versions, newest first. */
export function VersionsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.versions}
      loading={trans.__('Reading the versions…')}
      trans={trans}
    >
      {({ items }) => (
        <>
          <ol className="jp-mlx-Versions">
            {items.map(version => (
              <li key={version.number} data-version={version.number}>
                <div className="jp-mlx-Versions-head">
                  <strong>{trans.__('Version %1', version.number)}</strong>
                  <span>
                    {formatTime(version.created_at, trans, Date.now())}
                  </span>
                  <span>{trans.__('by %1', version.created_by)}</span>
                  <code title={version.digest}>
                    {version.digest.replace('sha256:', '').slice(0, 12)}
                  </code>
                </div>
                {version.difference ? (
                  <ul>
                    {version.difference.words.map(words => (
                      <li key={words}>{words}</li>
                    ))}
                  </ul>
                ) : (
                  <div className="jp-mlx-Field-hint">
                    {trans.__('As it was first applied.')}
                  </div>
                )}
              </li>
            ))}
          </ol>
          {items.length > 1 && <Compare {...props} versions={items} />}
        </>
      )}
    </Part>
  );
}

function Compare(
  props: ITabProps & { versions: ReadonlyArray<FeatureVersion> }
): JSX.Element {
  const { versions, trans } = props;
  const [before, setBefore] = React.useState(versions[1].number);
  const [after, setAfter] = React.useState(versions[0].number);
  const of = (number: number): FeatureVersion =>
    versions.find(one => one.number === number) ?? versions[0];
  const changes = definitionDifference(
    of(before).definition,
    of(after).definition
  );
  const choice = (
    label: string,
    value: number,
    onChange: (number: number) => void
  ): JSX.Element => (
    <label>
      {label}
      <select
        className="jp-mlx-Select"
        value={value}
        onChange={event => onChange(Number(event.target.value))}
      >
        {versions.map(({ number }) => (
          <option key={number} value={number}>
            {trans.__('Version %1', number)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section
      className="jp-mlx-CrawlPage-part"
      aria-label={trans.__('Two versions side by side')}
    >
      <h3>{trans.__('Two versions side by side')}</h3>
      <div className="jp-mlx-TableTools">
        {choice(trans.__('From'), before, setBefore)}
        {choice(trans.__('to'), after, setAfter)}
      </div>
      {changes.length === 0 ? (
        <p className="jp-mlx-Sample-note" role="status">
          {trans.__('Their definitions are the same.')}
        </p>
      ) : (
        <table className="jp-mlx-Table jp-mlx-Difference">
          <thead>
            <tr>
              <th scope="col">{trans.__('What')}</th>
              <th scope="col">{trans.__('Version %1', before)}</th>
              <th scope="col">{trans.__('Version %1', after)}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(change => (
              <tr key={change.name}>
                <th scope="row">
                  <code>{change.name}</code>
                </th>
                <Value text={change.before} kind="removed" />
                <Value text={change.after} kind="added" />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Value(props: {
  text: string | undefined;
  kind: 'removed' | 'added';
}): JSX.Element {
  const { text, kind } = props;
  return text === undefined ? (
    <td>–</td>
  ) : (
    <td data-change={kind}>
      {text.includes('\n') ? (
        <pre className="jp-mlx-Source">{text}</pre>
      ) : (
        <code>{text}</code>
      )}
    </td>
  );
}
