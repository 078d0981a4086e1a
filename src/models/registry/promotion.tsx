/**
 * A promotion: what came of it, with the figures of its gate.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Promotion, RunState } from '../../api/types';
import { ErrorBox } from '../../ui/parts';
import { Checks, JobLink, Outcome } from './parts';
import type { ILinkProps } from './parts';
import { promotionText, shortDigest, versionText } from './words';

const SIGNS: Record<Promotion['state'], RunState> = {
  CHECKING: 'RUNNING',
  PROMOTED: 'SUCCEEDED',
  REFUSED: 'FAILED',
  CONFLICT: 'FAILED',
  FAILED: 'FAILED'
};

/** What came of it, in a word with a sign. */
export function PromotionState(props: {
  promotion: Promotion;
  trans: TranslationBundle;
}): JSX.Element {
  const { promotion, trans } = props;
  return (
    <Outcome
      state={SIGNS[promotion.state]}
      text={
        promotion.overridden
          ? trans.__('%1, overridden', promotionText(promotion.state, trans))
          : promotionText(promotion.state, trans)
      }
      trans={trans}
    />
  );
}

/** What came of it in a sentence, then the gate's figures. */
export function PromotionResult(
  props: ILinkProps & { promotion: Promotion }
): JSX.Element {
  const { promotion, trans } = props;
  const { policy, run_id, error, checks } = promotion;
  return (
    <div className="jp-mlx-Promotion" data-state={promotion.state}>
      <p className="jp-mlx-Promotion-said" role="status">
        <Outcome
          state={SIGNS[promotion.state]}
          text={sentence(promotion, trans)}
          trans={trans}
        />
        {run_id && (
          <>
            {' '}
            {trans.__('Its gate is job')} <JobLink {...props} id={run_id} />
          </>
        )}
        {policy && (
          <span title={policy.digest}>
            {' · '}
            {trans.__(
              '%1, version %2, %3',
              policy.name,
              policy.number,
              shortDigest(policy.digest)
            )}
          </span>
        )}
      </p>
      {checks.length > 0 && <Checks checks={checks} trans={trans} />}
      {error && isSaid(promotion) && error.remedy && (
        <p className="jp-mlx-Leakage-remedy">{error.remedy}</p>
      )}
      {error && !isSaid(promotion) && <ErrorBox error={error} trans={trans} />}
    </div>
  );
}

/** Whether the figures say what the error would. */
function isSaid({ state, checks }: Promotion): boolean {
  return state === 'REFUSED' && checks.length > 0;
}

function sentence(promotion: Promotion, trans: TranslationBundle): string {
  const { alias, state, from } = promotion;
  const to = versionText(promotion.version, trans);
  switch (state) {
    case 'CHECKING':
      return trans.__('The gate checks whether %1 may be “%2”…', to, alias);
    case 'PROMOTED':
      return promotion.version === null
        ? trans.__('“%1” was taken away.', alias)
        : promotion.overridden
          ? trans.__('%1 is “%2”, whatever its gate said.', to, alias)
          : trans.__('%1 is “%2” now.', to, alias);
    case 'REFUSED':
      return from === null
        ? trans.__('Refused: no version is “%1”, as before.', alias)
        : trans.__(
            'Refused: “%1” stays at %2.',
            alias,
            versionText(from, trans)
          );
    case 'CONFLICT':
      return trans.__(
        'Somebody else moved “%1” meanwhile, so nothing was changed.',
        alias
      );
    case 'FAILED':
      return trans.__('The gate could not be run, so nothing was changed.');
  }
}
