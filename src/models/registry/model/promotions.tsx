/**
 * The Promotions tab: what was asked for, and what came of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Promotion } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatTime } from '../../../ui/format';
import { PagedPart, Part } from '../../../ui/part';
import { VersionLink } from '../parts';
import { PromotionResult, PromotionState } from '../promotion';
import { versionText } from '../words';
import type { ITabProps } from './parts';

/** The promotions, newest first. */
export function PromotionsTab(props: ITabProps): JSX.Element {
  const { model, commands, trans } = props;
  return (
    <PagedPart
      of={model.promotions}
      loading={trans.__('Reading the promotions…')}
      empty={trans.__('Nothing was asked to be promoted yet.')}
      action={{
        label: trans.__('Promote…'),
        onClick: () => {
          const version = model.model.value?.latest ?? null;
          void commands.execute(CommandIDs.promoteModel, {
            name: model.name,
            version
          });
        }
      }}
      trans={trans}
    >
      {items => (
        <table className="jp-mlx-Table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Asked for')}</th>
              <th scope="col">{trans.__('Version')}</th>
              <th scope="col">{trans.__('Alias')}</th>
              <th scope="col">{trans.__('Result')}</th>
              <th scope="col">{trans.__('By')}</th>
              <th scope="col">{trans.__('Why')}</th>
              <th scope="col">{trans.__('Policy')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(one => (
              <Row key={one.id} {...props} one={one} />
            ))}
          </tbody>
        </table>
      )}
    </PagedPart>
  );
}

function Row(props: ITabProps & { one: Promotion }): JSX.Element {
  const { one, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  return (
    <>
      <tr data-promotion={one.id}>
        <td>{formatTime(one.created_at, trans, Date.now())}</td>
        <th scope="row">
          {one.version === null ? (
            versionText(null, trans)
          ) : (
            <VersionLink {...props} name={one.model} version={one.version} />
          )}
        </th>
        <td>{one.alias}</td>
        <td>
          <PromotionState promotion={one} trans={trans} />{' '}
          <FiguresToggle
            isOpen={isOpen}
            onToggle={() => setOpen(!isOpen)}
            trans={trans}
          />
        </td>
        <td>{one.by}</td>
        <td>{one.why || '–'}</td>
        <td>{one.policy ? `${one.policy.name} v${one.policy.number}` : '–'}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={7}>
            <PromotionResult {...props} promotion={one} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Opens and closes the figures of a promotion. */
export function FiguresToggle(props: {
  isOpen: boolean;
  onToggle: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { isOpen, onToggle, trans } = props;
  return (
    <button
      type="button"
      className="jp-mlx-Link"
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      {isOpen ? trans.__('hide figures') : trans.__('figures')}
    </button>
  );
}

/** The figures of a promotion by its id. */
export function Figures(props: ITabProps & { id: string }): JSX.Element {
  const { model, id, trans } = props;
  return (
    <Part
      of={model.promotion(id)}
      loading={trans.__('Reading the figures…')}
      trans={trans}
    >
      {promotion => <PromotionResult {...props} promotion={promotion} />}
    </Part>
  );
}
