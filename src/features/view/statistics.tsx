/**
 * The Statistics tab: parity, drift, then each feature measured.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type {
  FeatureDrift,
  FeatureParity,
  FeatureStatistics
} from '../../api/types';
import { CommandIDs } from '../../tokens';
import {
  cellText,
  formatNumber,
  formatSeconds,
  formatTime,
  percent
} from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Part } from '../../ui/part';
import { Empty, Verdict } from '../../ui/parts';
import { ProfileColumns } from '../../ui/profile';

import type { ITabProps } from './parts';

/** The statistics, or how to get them. */
export function StatisticsTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  if (!model.canMeasure) {
    return (
      <Empty
        text={trans.__(
          'An on-demand view is computed when it is asked for: it has no rows to measure. Look at the views that it is computed from.'
        )}
      />
    );
  }
  return (
    <Part
      of={model.statistics}
      loading={trans.__('Reading the statistics…')}
      trans={trans}
    >
      {({ statistics }) =>
        statistics ? (
          <Content {...props} statistics={statistics} />
        ) : model.working('statistics') ? (
          <Empty text={trans.__('They are on their way; the job is above.')} />
        ) : (
          <Empty
            text={trans.__(
              'There are no statistics yet. A job measures every feature, how far it drifted from the newest training set, and whether what is served equals what is stored.'
            )}
            action={{
              label: trans.__('Compute statistics'),
              onClick: () => void model.start('statistics')
            }}
          />
        )
      }
    </Part>
  );
}

type ContentProps = ITabProps & { statistics: FeatureStatistics };

function Content(props: ContentProps): JSX.Element {
  const { model, statistics, trans, rendermime } = props;
  const { version, created_at, seconds } = statistics;
  const current = model.view.value?.version ?? version;
  const when = formatTime(created_at, trans, Date.now());
  return (
    <>
      {version < current && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'These are of version %1; version %2 is in force. Compute them again.',
            version,
            current
          )}
        </div>
      )}
      <Figures statistics={statistics} trans={trans} />
      <Parity parity={statistics.parity} trans={trans} />
      <Drift {...props} />
      <section className="jp-mlx-CrawlPage-part">
        <h3>{trans.__('Features')}</h3>
        <ProfileColumns
          columns={statistics.columns}
          note={`${trans.__('Measured %1', when)} · ${formatSeconds(seconds, trans)}`}
          rendermime={rendermime}
          trans={trans}
        />
      </section>
    </>
  );
}

function Figures(props: {
  statistics: FeatureStatistics;
  trans: TranslationBundle;
}): JSX.Element {
  const { statistics, trans } = props;
  const { rows, entities, first, last } = statistics;
  const now = Date.now();
  const figures: Array<[string, string]> = [
    [trans.__('rows'), formatNumber(rows)],
    [trans.__('entities'), formatNumber(entities)],
    [trans.__('first'), first ? formatTime(first, trans, now) : '–'],
    [trans.__('last'), last ? formatTime(last, trans, now) : '–']
  ];
  return (
    <dl className="jp-mlx-Figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Parity(props: {
  parity: FeatureParity | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { parity, trans } = props;
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={trans.__('Parity')}>
      <h3>{trans.__('Is what is served what is stored?')}</h3>
      {!parity ? (
        <p className="jp-mlx-Sample-note">
          {trans.__(
            'Nothing of it was served when it was measured: materialize it, then compute the statistics again.'
          )}
        </p>
      ) : (
        <>
          <Verdict
            good={parity.unequal === 0}
            text={
              parity.unequal === 0
                ? trans._n(
                    'Yes: %2 entity was read from both stores, and is equal.',
                    'Yes: %2 entities were read from both stores, and all are equal.',
                    parity.checked,
                    formatNumber(parity.checked)
                  )
                : trans.__(
                    'No: %1 of %2 entities differ. Materialize the view; where it stays so, its source was changed in place.',
                    formatNumber(parity.unequal),
                    formatNumber(parity.checked)
                  )
            }
            trans={trans}
          />
          {parity.examples.length > 0 && (
            <table className="jp-mlx-Table">
              <thead>
                <tr>
                  <th scope="col">{trans.__('Entity')}</th>
                  <th scope="col">{trans.__('Feature')}</th>
                  <th scope="col">{trans.__('Stored')}</th>
                  <th scope="col">{trans.__('Served')}</th>
                </tr>
              </thead>
              <tbody>
                {parity.examples.map((one, index) => (
                  <tr key={index}>
                    <th scope="row">
                      {Object.entries(one.entity)
                        .map(([key, value]) => `${key} ${cellText(value)}`)
                        .join(', ')}
                    </th>
                    <td>{one.feature}</td>
                    <td>
                      <code>{cellText(one.offline ?? null)}</code>
                    </td>
                    <td>
                      <code>{cellText(one.online ?? null)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </section>
  );
}

function Drift(props: ContentProps): JSX.Element {
  const { statistics, commands, trans } = props;
  const { baseline, drift } = statistics;
  const drifted = drift.filter(one => one.drifted);
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={trans.__('Drift')}>
      <h3>{trans.__('Is it still what models were trained on?')}</h3>
      {!baseline ? (
        <p className="jp-mlx-Sample-note">
          {trans.__(
            'No training set has features of this view, so there is nothing to measure drift from.'
          )}
        </p>
      ) : (
        <>
          <Verdict
            good={drifted.length === 0}
            text={
              drifted.length === 0
                ? trans.__('Yes: no feature has drifted.')
                : trans.__(
                    'No: %1 drifted.',
                    [...new Set(drifted.map(one => one.feature))].join(', ')
                  )
            }
            trans={trans}
          />
          <p className="jp-mlx-Sample-note">
            {trans.__('Measured from the training set')}{' '}
            <button
              type="button"
              className="jp-mlx-Link"
              onClick={() => {
                void commands.execute(CommandIDs.openTrainingSet, {
                  id: baseline.id
                });
              }}
            >
              {baseline.name}
            </button>{' '}
            {trans.__('of version %1', baseline.version)}
          </p>
          {drift.length > 0 && (
            <table className="jp-mlx-Table jp-mlx-mod-narrow">
              <thead>
                <tr>
                  <th scope="col">{trans.__('Feature')}</th>
                  <th scope="col">{trans.__('Measured by')}</th>
                  <th scope="col">{trans.__('Value')}</th>
                  <th scope="col">{trans.__('Limit')}</th>
                  <th scope="col">{trans.__('Verdict')}</th>
                </tr>
              </thead>
              <tbody>
                {drift.map(one => (
                  <tr key={`${one.feature}/${one.test}`}>
                    <th scope="row">{one.feature}</th>
                    <td title={testTitle(one, trans)}>
                      {testLabel(one, trans)}
                    </td>
                    <td data-number="">{figure(one, one.statistic)}</td>
                    <td data-number="">{figure(one, one.threshold)}</td>
                    <td>
                      {one.drifted ? (
                        <strong className="jp-mlx-Row-bad">
                          {trans.__('drifted')}
                        </strong>
                      ) : one.statistic === null ? (
                        trans.__('not measured')
                      ) : (
                        trans.__('steady')
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </section>
  );
}

function figure(drift: FeatureDrift, value: number | null): string {
  return value !== null && drift.test === 'missing'
    ? percent(value)
    : formatNumber(value);
}

function testLabel(drift: FeatureDrift, trans: TranslationBundle): string {
  return drift.test === 'psi'
    ? trans.__('stability index')
    : trans.__('more missing');
}

function testTitle(drift: FeatureDrift, trans: TranslationBundle): string {
  return drift.test === 'psi'
    ? trans.__(
        'Population stability index over the deciles or values of the training set'
      )
    : trans.__('By how much the share of missing values grew');
}
