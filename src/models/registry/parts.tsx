/**
 * Small parts that the pages of the registry share.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { CheckResult, RunState } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { formatSeconds, shortId } from '../../ui/format';
import { StateIcon, Verdict } from '../../ui/parts';
import { CHAMPION, changeText, failing, figureText, metricText } from './words';
import type { Metrics } from './words';

export interface ILinkProps {
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** A button that reads as a link. */
export function Link(props: {
  text: string;
  title?: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="jp-mlx-Link"
      title={props.title}
      onClick={props.onClick}
    >
      {props.text}
    </button>
  );
}

/** A job, by the first characters of its id. */
export function JobLink(props: ILinkProps & { id: string }): JSX.Element {
  const { id, commands, trans } = props;
  return (
    <Link
      text={`#${shortId(id)}`}
      title={trans.__('Open the job')}
      onClick={() => void commands.execute(CommandIDs.openRun, { id })}
    />
  );
}

/** A version of a model, which opens its page. */
export function VersionLink(
  props: ILinkProps & { name: string; version: number }
): JSX.Element {
  const { name, version, commands, trans } = props;
  return (
    <Link
      text={`v${version}`}
      title={trans.__('Open version %1', version)}
      onClick={() => {
        void commands.execute(CommandIDs.openModelVersion, { name, version });
      }}
    />
  );
}

/** The aliases of a version; the champion stands out. */
export function Aliases(props: {
  aliases: ReadonlyArray<string>;
}): JSX.Element | null {
  const { aliases } = props;
  if (aliases.length === 0) {
    return null;
  }
  return (
    <span className="jp-mlx-Tags jp-mlx-Aliases">
      {aliases.map(alias => (
        <span
          key={alias}
          className="jp-mlx-Tag"
          title={alias}
          data-champion={alias === CHAMPION || undefined}
        >
          {alias}
        </span>
      ))}
    </span>
  );
}

/** A sign with its word: what went well, what did not, what goes on. */
export function Outcome(props: {
  state: RunState;
  text: string;
  trans: TranslationBundle;
}): JSX.Element {
  return (
    <span className="jp-mlx-Outcome" data-state={props.state}>
      <StateIcon state={props.state} trans={props.trans} />
      {props.text}
    </span>
  );
}

/** A metric, beside the champion's. */
export function MetricCell(props: {
  name: string;
  metrics: Metrics;
  /** Of the champion; null for the champion itself. */
  champion: Metrics | null;
}): JSX.Element {
  const { name, metrics, champion } = props;
  const change = changeText(champion?.[name], metrics[name]);
  return (
    <td data-number="">
      {metricText(metrics[name])}
      {change && <span className="jp-mlx-Figures-change">{change}</span>}
    </td>
  );
}

/** What a gate says in one sentence, then each check with its figures; what failed comes first. */
export function Checks(props: {
  checks: ReadonlyArray<CheckResult>;
  trans: TranslationBundle;
}): JSX.Element {
  const { checks, trans } = props;
  const bad = failing(checks);
  const isTimed = checks.some(isNoticed);
  return (
    <>
      <Verdict
        good={bad.length === 0}
        text={
          bad.length === 0
            ? trans._n('%1 check passed.', '%1 checks passed.', checks.length)
            : trans.__(
                '%1 of %2 checks failed: %3',
                bad.length,
                checks.length,
                bad[0].message
              )
        }
        trans={trans}
      />
      {checks.length > 0 && (
        <table className="jp-mlx-Table jp-mlx-Checks">
          <thead>
            <tr>
              <th scope="col">{trans.__('Check')}</th>
              <th scope="col">{trans.__('Result')}</th>
              <th scope="col">{trans.__('Found')}</th>
              <th scope="col">{trans.__('Asked for')}</th>
              <th scope="col">{trans.__('In words')}</th>
              {isTimed && <th scope="col">{trans.__('Took')}</th>}
            </tr>
          </thead>
          <tbody>
            {[...bad, ...checks.filter(one => one.passed)].map(one => (
              <CheckRow
                key={one.name}
                check={one}
                isTimed={isTimed}
                trans={trans}
              />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Seconds below which nobody asks how long a check took. */
const NOTICED = 0.1;

function isNoticed({ seconds }: CheckResult): boolean {
  return seconds !== undefined && seconds >= NOTICED;
}

function CheckRow(props: {
  check: CheckResult;
  isTimed: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { check, isTimed, trans } = props;
  return (
    <tr data-passed={check.passed}>
      <th scope="row" title={check.kind}>
        {check.name}
      </th>
      <td>
        <Outcome
          state={check.passed ? 'SUCCEEDED' : 'FAILED'}
          text={check.passed ? trans.__('passed') : trans.__('failed')}
          trans={trans}
        />
      </td>
      <td data-number={typeof check.value === 'number' ? '' : undefined}>
        {figureText(check.value)}
      </td>
      <td>{figureText(check.bound)}</td>
      <td>{check.message}</td>
      {isTimed && (
        <td data-number="">
          {isNoticed(check) ? formatSeconds(check.seconds ?? 0, trans) : ''}
        </td>
      )}
    </tr>
  );
}
