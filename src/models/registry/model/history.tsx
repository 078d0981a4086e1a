/**
 * The History tab: every move of an alias, with who, why, and what the gate said.
 */
import * as React from 'react';

import type { AliasMove } from '../../../api/types';
import { formatTime } from '../../../ui/format';
import { PagedPart } from '../../../ui/part';
import { VersionLink } from '../parts';
import { moveGateText } from '../words';
import type { ITabProps } from './parts';
import { Figures, FiguresToggle } from './promotions';

/** The moves, newest first. */
export function HistoryTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <PagedPart
      of={model.history}
      loading={trans.__('Reading the history…')}
      empty={trans.__(
        'No alias was moved yet. Promote a version: the alias “champion” is the one that others are measured against.'
      )}
      trans={trans}
    >
      {items => (
        <table className="jp-mlx-Table jp-mlx-History">
          <thead>
            <tr>
              <th scope="col">{trans.__('When')}</th>
              <th scope="col">{trans.__('Alias')}</th>
              <th scope="col">{trans.__('From')}</th>
              <th scope="col">{trans.__('To')}</th>
              <th scope="col">{trans.__('By')}</th>
              <th scope="col">{trans.__('Why')}</th>
              <th scope="col">{trans.__('Gate')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(move => (
              <Move
                key={`${move.alias}/${move.number}`}
                {...props}
                move={move}
              />
            ))}
          </tbody>
        </table>
      )}
    </PagedPart>
  );
}

function Move(props: ITabProps & { move: AliasMove }): JSX.Element {
  const { model, move, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const { promotion_id } = move;
  const version = (at: number | null): JSX.Element =>
    at === null ? (
      <>{trans.__('none')}</>
    ) : (
      <VersionLink {...props} name={model.name} version={at} />
    );
  return (
    <>
      <tr data-outside={move.outside || undefined}>
        <td>{formatTime(move.at, trans, Date.now())}</td>
        <th scope="row" title={trans.__('Move %1 of this alias', move.number)}>
          {move.alias}
        </th>
        <td>{version(move.from)}</td>
        <td>{version(move.to)}</td>
        <td>{move.by || '–'}</td>
        <td>{move.why || '–'}</td>
        <td>
          <span
            className={
              move.outside || move.overridden ? 'jp-mlx-Mark' : undefined
            }
            data-warn={move.outside || move.overridden || undefined}
          >
            {moveGateText(move, trans)}
          </span>{' '}
          {promotion_id &&
            (move.gate === 'passed' || move.gate === 'refused') && (
              <FiguresToggle
                isOpen={isOpen}
                onToggle={() => setOpen(!isOpen)}
                trans={trans}
              />
            )}
        </td>
      </tr>
      {isOpen && promotion_id && (
        <tr>
          <td colSpan={7}>
            <Figures {...props} id={promotion_id} />
          </td>
        </tr>
      )}
    </>
  );
}
