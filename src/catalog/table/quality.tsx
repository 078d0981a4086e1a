/**
 * The Quality tab: rules, what the profile recommends, the last results.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Quality, QualityResult, QualityRule } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { formatNumber, formatTime, formatValue } from '../../ui/format';
import { Part } from '../../ui/part';
import { Empty, StateIcon } from '../../ui/parts';
import type { ITabProps } from './parts';
import { WorkNote } from './parts';

/** Rules and results. */
export function QualityTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.quality}
      loading={trans.__('Reading the rules…')}
      trans={trans}
    >
      {quality => <Content {...props} quality={quality} />}
    </Part>
  );
}

type ContentProps = ITabProps & { quality: Quality };

function Content(props: ContentProps): JSX.Element {
  const { model, quality, trans } = props;
  const { rules, recommended, results } = quality;
  const isNew = (rule: QualityRule): boolean =>
    !rules.some(one => keyOf(one) === keyOf(rule));
  const offered = recommended.filter(isNew);
  const canEdit = model.may('alter');
  return (
    <>
      <WorkNote
        {...props}
        work="quality"
        text={trans.__('The rules are being checked…')}
      />
      {results[0] && <Result {...props} result={results[0]} />}
      <section className="jp-mlx-CrawlPage-part">
        <h3>{trans.__('Rules')}</h3>
        {rules.length === 0 ? (
          <Empty
            text={
              offered.length
                ? trans.__(
                    'There are no rules yet. Accept some that the profile recommends.'
                  )
                : trans.__(
                    'There are no rules yet. Profile the table: rules are recommended from its profile.'
                  )
            }
            action={
              offered.length === 0 && !model.profile.value?.profile
                ? {
                    label: trans.__('Profile the table'),
                    onClick: () => void model.start('profile')
                  }
                : undefined
            }
          />
        ) : (
          <>
            <Rules
              {...props}
              rules={rules}
              action={trans.__('Remove')}
              canEdit={canEdit}
              onAction={rule => {
                void model.setRules(rules.filter(one => one !== rule));
              }}
            />
            <button
              type="button"
              className="jp-mlx-Button jp-mlx-More"
              disabled={Boolean(model.working('quality'))}
              onClick={() => void model.start('quality')}
            >
              {trans.__('Check now')}
            </button>
          </>
        )}
      </section>
      {offered.length > 0 && (
        <section className="jp-mlx-CrawlPage-part">
          <h3>{trans.__('Recommended')}</h3>
          <Rules
            {...props}
            rules={offered}
            action={trans.__('Accept')}
            canEdit={canEdit}
            onAction={rule => void model.setRules([...rules, rule])}
          />
          {canEdit && offered.length > 1 && (
            <button
              type="button"
              className="jp-mlx-Button jp-mlx-More"
              onClick={() => void model.setRules([...rules, ...offered])}
            >
              {trans.__('Accept all %1', offered.length)}
            </button>
          )}
        </section>
      )}
      {results.length > 1 && <History {...props} />}
    </>
  );
}

function keyOf(rule: QualityRule): string {
  return JSON.stringify([rule.column, rule.check, rule.arguments ?? {}]);
}

function Rules(
  props: ContentProps & {
    rules: ReadonlyArray<QualityRule>;
    action: string;
    canEdit: boolean;
    onAction: (rule: QualityRule) => void;
  }
): JSX.Element {
  const { rules, action, canEdit, onAction, trans } = props;
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Column')}</th>
          <th scope="col">{trans.__('Rule')}</th>
          <th scope="col">{trans.__('Why')}</th>
          {canEdit && <th scope="col">{trans.__('Action')}</th>}
        </tr>
      </thead>
      <tbody>
        {rules.map(rule => (
          <tr key={keyOf(rule)}>
            <th scope="row">{rule.column ?? trans.__('the table')}</th>
            <td>{ruleText(rule, trans)}</td>
            <td>{rule.reason ?? ''}</td>
            {canEdit && (
              <td>
                <button
                  type="button"
                  className="jp-mlx-Link"
                  aria-label={trans.__(
                    '%1: %2 %3',
                    action,
                    rule.column ?? trans.__('the table'),
                    ruleText(rule, trans)
                  )}
                  onClick={() => onAction(rule)}
                >
                  {action}
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A rule as a sentence without its subject. */
export function ruleText(rule: QualityRule, trans: TranslationBundle): string {
  const given = (rule.arguments ?? {}) as Record<string, unknown>;
  const args = Object.entries(given)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join(', ');
  switch (rule.check) {
    case 'not_null':
      return trans.__('is never null');
    case 'unique':
      return trans.__('has no value twice');
    case 'in_range':
      return trans.__('lies in a range: %1', args);
    case 'isin':
      return trans.__('is one of: %1', args);
    case 'str_matches':
      return trans.__('matches a pattern: %1', args);
    case 'str_length':
      return trans.__('has a length: %1', args);
    case 'type':
      return trans.__('has the type: %1', args);
    case 'row_count':
      return trans.__('has so many rows: %1', args);
    case 'null_share':
      return trans.__('has few nulls: %1', args);
  }
}

function Result(props: ContentProps & { result: QualityResult }): JSX.Element {
  const { result, trans, commands } = props;
  const failing = result.checks.filter(check => !check.passed);
  const { run_id } = result;
  return (
    <section className="jp-mlx-CrawlPage-part">
      <div className="jp-mlx-RunHead-line">
        <StateIcon
          state={result.passed ? 'SUCCEEDED' : 'FAILED'}
          trans={trans}
        />
        <strong>
          {result.passed
            ? trans._n(
                'The %1 rule holds',
                'All %1 rules hold',
                result.checks.length
              )
            : trans.__(
                '%1 of %2 rules do not hold',
                failing.length,
                result.checks.length
              )}
        </strong>
        <span>{formatTime(result.time, trans, Date.now())}</span>
        {run_id && (
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => {
              void commands.execute(CommandIDs.openRun, { id: run_id });
            }}
          >
            {trans.__('Open run')}
          </button>
        )}
      </div>
      {failing.map(check => (
        <div key={keyOf(check.rule)} className="jp-mlx-Note">
          <strong>{check.rule.column ?? trans.__('The table')}</strong>{' '}
          {ruleText(check.rule, trans)}:{' '}
          {check.message ??
            trans._n(
              '%2 row does not',
              '%2 rows do not',
              check.failures ?? 0,
              formatNumber(check.failures)
            )}
          {check.examples?.length
            ? ` (${check.examples.slice(0, 5).map(formatValue).join(', ')})`
            : ''}
        </div>
      ))}
    </section>
  );
}

function History(props: ContentProps): JSX.Element {
  const { quality, trans } = props;
  return (
    <details className="jp-mlx-Details jp-mlx-CrawlPage-part">
      <summary>{trans.__('Earlier results')}</summary>
      <ul>
        {quality.results.slice(1).map(result => (
          <li key={result.id}>
            {formatTime(result.time, trans, Date.now())}{' '}
            {result.passed
              ? trans.__('all rules held')
              : trans.__('some rules did not hold')}
          </li>
        ))}
      </ul>
    </details>
  );
}
