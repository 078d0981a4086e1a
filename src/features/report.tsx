/**
 * What a training set's record says of leaks and of what was found, as views.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { LeakageFinding } from '../api/types';
import { formatNumber, percent } from '../ui/format';
import { Verdict } from '../ui/parts';
import { leakLabel, leakRemedy } from './words';

/** Labels of a view by what was found for them. */
export interface IFound {
  matched: number;
  expired: number;
  missing: number;
}

/** The leakage report: each suspicion with what to do. */
export function LeakageReport(props: {
  findings: ReadonlyArray<LeakageFinding>;
  trans: TranslationBundle;
}): JSX.Element {
  const { findings, trans } = props;
  return (
    <section
      className="jp-mlx-CrawlPage-part jp-mlx-Leakage"
      aria-label={trans.__('Leakage report')}
    >
      <h3>{trans.__('Leakage report')}</h3>
      <Verdict
        good={findings.length === 0}
        text={
          findings.length === 0
            ? trans.__('No leak was found.')
            : trans._n(
                '%1 suspicion: look at it before a model learns from it.',
                '%1 suspicions: look at them before a model learns from them.',
                findings.length
              )
        }
        trans={trans}
      />
      {findings.length > 0 && (
        <ul className="jp-mlx-Leakage-list">
          {findings.map(one => (
            <li
              key={`${one.feature}/${one.kind}`}
              className="jp-mlx-Note"
              data-leak={one.kind}
            >
              <div className="jp-mlx-Leakage-head">
                <strong>{one.feature}</strong>
                <span className="jp-mlx-Mark">
                  {leakLabel(one.kind, trans)}
                </span>
              </div>
              <div>{one.message}</div>
              <div className="jp-mlx-Leakage-remedy">
                {leakRemedy(one.kind, trans)}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What was found of each view, as bars with numbers. */
export function FoundBars(props: {
  views: Readonly<Record<string, unknown>>;
  trans: TranslationBundle;
}): JSX.Element {
  const { views, trans } = props;
  return (
    <section
      className="jp-mlx-CrawlPage-part"
      aria-label={trans.__('What was found')}
    >
      <h3>{trans.__('What was found')}</h3>
      <table className="jp-mlx-Table jp-mlx-Found">
        <thead>
          <tr>
            <th scope="col">{trans.__('View')}</th>
            <th scope="col">{trans.__('Shares')}</th>
            <th scope="col" data-key="matched">
              {trans.__('Matched')}
            </th>
            <th scope="col" data-key="expired">
              {trans.__('Expired')}
            </th>
            <th scope="col" data-key="missing">
              {trans.__('Missing')}
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(views).map(([name, counts]) => (
            <FoundRow
              key={name}
              name={name}
              found={counts as IFound}
              trans={trans}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FoundRow(props: {
  name: string;
  found: IFound;
  trans: TranslationBundle;
}): JSX.Element {
  const { name, found, trans } = props;
  const { matched, expired, missing } = found;
  const total = matched + expired + missing;
  const share = (count: number): number => (total ? count / total : 0);
  const text = trans.__(
    '%1 matched, %2 expired, %3 missing',
    percent(share(matched)),
    percent(share(expired)),
    percent(share(missing))
  );
  return (
    <tr data-found={name}>
      <th scope="row">{name}</th>
      <td>
        <div
          className="jp-mlx-Shares"
          role="img"
          aria-label={text}
          title={text}
        >
          {(['matched', 'expired', 'missing'] as const).map(kind => (
            <span
              key={kind}
              data-share={kind}
              style={{ width: `${100 * share(found[kind])}%` }}
            />
          ))}
        </div>
      </td>
      <td data-number="">{formatNumber(matched)}</td>
      <td data-number="">{formatNumber(expired)}</td>
      <td data-number="">{formatNumber(missing)}</td>
    </tr>
  );
}
