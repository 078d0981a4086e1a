/**
 * The Evaluation tab: what was measured on which data, and against whom.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Evaluation, EvaluationSummary } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { Chart } from '../../../ui/chart';
import { formatNumber, formatTime, percent } from '../../../ui/format';
import { rankedNames } from '../../../ui/metrics';
import { Part } from '../../../ui/part';
import { Empty, Verdict } from '../../../ui/parts';
import { JobLink, Outcome } from '../parts';
import { betterText, boundsText, changeText, metricText } from '../words';
import { calibrationSpec } from './charts';
import type { ITabProps } from './parts';
import { Slices } from './slices';

/** The newest evaluation, and a choice of older ones. */
export function EvaluationTab(props: ITabProps): JSX.Element {
  const { model, value, commands, trans } = props;
  const { evaluations } = value;
  const [chosen, setChosen] = React.useState<string | null>(null);
  const one = evaluations.find(({ id }) => id === chosen) ?? evaluations[0];
  const evaluate = (): void => {
    void commands.execute(CommandIDs.evaluateModel, {
      name: value.name,
      version: value.version
    });
  };
  if (!one) {
    return model.working('evaluate') ? (
      <Empty text={trans.__('It is being evaluated; the job is above.')} />
    ) : (
      <Empty
        text={trans.__(
          'It was not evaluated yet. A job measures it on data that you choose: metrics with their intervals, slices, calibration, and whether it is better than the champion.'
        )}
        action={{ label: trans.__('Evaluate…'), onClick: evaluate }}
      />
    );
  }
  return (
    <>
      <div className="jp-mlx-TableTools">
        <label>
          {trans.__('Evaluation')}
          <select
            className="jp-mlx-Select"
            value={one.id}
            onChange={event => setChosen(event.target.value)}
          >
            {evaluations.map(each => (
              <option key={each.id} value={each.id}>
                {optionText(each, trans)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="jp-mlx-Button" onClick={evaluate}>
          {trans.__('Evaluate…')}
        </button>
      </div>
      <Part
        key={one.id}
        of={model.evaluation(one.id)}
        loading={trans.__('Reading the evaluation…')}
        trans={trans}
      >
        {evaluation => <Content {...props} evaluation={evaluation} />}
      </Part>
    </>
  );
}

function optionText(one: EvaluationSummary, trans: TranslationBundle): string {
  return trans.__(
    '%1 on %2, by %3',
    formatTime(one.at, trans, Date.now()),
    one.data,
    one.by
  );
}

type ContentProps = ITabProps & { evaluation: Evaluation };

function Content(props: ContentProps): JSX.Element {
  const { evaluation, rendermime, trans } = props;
  const { calibration, comparison, run_id } = evaluation;
  return (
    <>
      <p className="jp-mlx-Sample-note">
        {trans.__(
          '%1 of %2 on %3 rows of %4, with %5 intervals.',
          kindText(evaluation.kind, trans),
          evaluation.target,
          formatNumber(evaluation.rows),
          evaluation.data,
          percent(evaluation.confidence)
        )}{' '}
        {run_id && (
          <>
            {trans.__('Job')} <JobLink {...props} id={run_id} />
          </>
        )}
      </p>
      {comparison && <Comparison {...props} />}
      <div className="jp-mlx-Profile">
        <Metrics {...props} />
        {calibration && (
          <section className="jp-mlx-CrawlPage-part">
            <h3>{trans.__('Calibration')}</h3>
            <Chart
              title={trans.__(
                'What came true against what was stated; off by %1 on average',
                percent(calibration.error)
              )}
              spec={style =>
                calibrationSpec(calibration, style, {
                  stated: trans.__('stated'),
                  observed: trans.__('came true'),
                  rows: trans.__('rows')
                })
              }
              rendermime={rendermime}
              trans={trans}
            />
          </section>
        )}
      </div>
      <Slices evaluation={evaluation} trans={trans} />
      <Pictures {...props} />
    </>
  );
}

function kindText(kind: Evaluation['kind'], trans: TranslationBundle): string {
  switch (kind) {
    case 'classifier':
      return trans.__('Classification');
    case 'regressor':
      return trans.__('Regression');
    case 'forecaster':
      return trans.__('Forecast');
  }
}

/** Champion against challenger, in one sentence. */
function Comparison(props: ContentProps): JSX.Element | null {
  const { trans } = props;
  const { comparison } = props.evaluation;
  if (!comparison) {
    return null;
  }
  const { better, message } = comparison;
  return better === null ? (
    <p className="jp-mlx-Verdict">
      <Outcome
        state="SKIPPED"
        text={`${message} (${betterText(better, trans)})`}
        trans={trans}
      />
    </p>
  ) : (
    <Verdict good={better} text={message} trans={trans} />
  );
}

function Metrics(props: ContentProps): JSX.Element {
  const { model, evaluation, trans } = props;
  const { other } = model;
  const names = rankedNames(
    Object.keys({ ...evaluation.metrics, ...evaluation.intervals })
  );
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans.__('Metrics')}</h3>
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <thead>
          <tr>
            <th scope="col">{trans.__('Metric')}</th>
            <th scope="col">{trans.__('Value')}</th>
            <th scope="col">{trans.__('Interval')}</th>
            {other && (
              <th scope="col">{trans.__('Against v%1', other.version)}</th>
            )}
          </tr>
        </thead>
        <tbody>
          {names.map(name => {
            const interval = evaluation.intervals[name];
            const value = evaluation.metrics[name] ?? interval?.value;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-number="">{metricText(value)}</td>
                <td data-number="">
                  {interval ? boundsText(interval) || '–' : '–'}
                </td>
                {other && (
                  <td data-number="">
                    {changeText(other.metrics[name], value) || '–'}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** What MLflow drew, each a link to its file. */
function Pictures(props: ContentProps): JSX.Element | null {
  const { model, evaluation, trans } = props;
  const { pictures, mlflow_run_id } = evaluation;
  if (pictures.length === 0 || !mlflow_run_id) {
    return null;
  }
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans.__('Pictures')}</h3>
      <div className="jp-mlx-Pictures">
        {pictures.map(path => {
          const url = model.pictureUrl(mlflow_run_id, path);
          const name = path.split('/').pop() ?? path;
          return (
            <figure key={path}>
              <a href={url} target="_blank" rel="noreferrer">
                <img src={url} alt={name} loading="lazy" />
              </a>
              <figcaption>{name}</figcaption>
            </figure>
          );
        })}
      </div>
    </section>
  );
}
