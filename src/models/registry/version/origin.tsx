/**
 * The Origin tab: what the version was made from, each with its page.
 */
import * as React from 'react';

import { CommandIDs } from '../../../tokens';
import { formatValue, shortId } from '../../../ui/format';
import { JobLink, Link } from '../parts';
import { shortDigest } from '../words';
import type { ITabProps } from './parts';

/** Where it comes from. */
export function OriginTab(props: ITabProps): JSX.Element {
  const { value, trans } = props;
  const { origin } = value;
  return (
    <>
      {!origin.replayable && (
        <div className="jp-mlx-Note" role="status">
          {trans.__('It can not be made again from its record:')}{' '}
          {origin.missing.join(' ')}
        </div>
      )}
      <dl className="jp-mlx-Facts">
        {facts(props).map(([label, fact]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{fact ?? trans.__('not recorded')}</dd>
          </React.Fragment>
        ))}
      </dl>
      <Parameters {...props} />
    </>
  );
}

function facts(props: ITabProps): Array<[string, React.ReactNode]> {
  const { value, commands, trans } = props;
  const { origin } = value;
  const { run_id, job_id, notebook, git_commit } = origin;
  const digest = (text: string | null): React.ReactNode =>
    text && <code title={text}>{shortDigest(text)}</code>;
  return [
    [
      trans.__('Run'),
      run_id && (
        <Link
          text={`#${shortId(run_id)}`}
          title={trans.__('Open the run with its parameters and curves')}
          onClick={() => {
            void commands.execute(CommandIDs.openModelRun, { id: run_id });
          }}
        />
      )
    ],
    [trans.__('Job'), job_id && <JobLink {...props} id={job_id} />],
    [
      trans.__('Notebook'),
      notebook && (
        <>
          <Link
            text={notebook}
            title={trans.__('Open the notebook as it is now')}
            onClick={() => {
              void commands.execute('docmanager:open', { path: notebook });
            }}
          />{' '}
          {digest(origin.notebook_digest)}
        </>
      )
    ],
    [
      trans.__('Git commit'),
      git_commit && <code title={git_commit}>{git_commit.slice(0, 12)}</code>
    ],
    [
      trans.__('Training sets'),
      origin.training_sets.length > 0 &&
        origin.training_sets.map((set, index) => (
          <React.Fragment key={set.id}>
            {index > 0 && ', '}
            <Link
              text={set.name}
              onClick={() => {
                void commands.execute(CommandIDs.openTrainingSet, {
                  id: set.id
                });
              }}
            />
          </React.Fragment>
        ))
    ],
    [
      trans.__('Features'),
      origin.features.length > 0 &&
        origin.features.map((feature, index) => (
          <React.Fragment key={feature}>
            {index > 0 && ', '}
            <Link
              text={feature}
              onClick={() => {
                void commands.execute(CommandIDs.openFeatureView, {
                  id: feature.replace(/@v\d+$/, '')
                });
              }}
            />
          </React.Fragment>
        ))
    ],
    [trans.__('Environment'), digest(origin.environment_digest)]
  ].map(([label, fact]) => [label as string, fact || null]);
}

function Parameters(props: ITabProps): JSX.Element | null {
  const { value, trans } = props;
  const parameters = Object.entries(value.origin.parameters);
  if (parameters.length === 0) {
    return null;
  }
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans.__('Parameters')}</h3>
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <tbody>
          {parameters.map(([name, one]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{formatValue(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
