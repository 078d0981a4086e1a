/**
 * The Approvals tab: who looked at the version and what they said.
 */
import * as React from 'react';

import type { Approval } from '../../../api/types';
import { formatTime } from '../../../ui/format';
import { Outcome } from '../parts';
import { shortDigest } from '../words';
import type { ITabProps } from './parts';

/** What was said, and a form to say more. */
export function ApprovalsTab(props: ITabProps): JSX.Element {
  const { value, trans } = props;
  return (
    <>
      {value.approvals.length === 0 && (
        <p className="jp-mlx-Sample-note">
          {trans.__('Nobody has said anything of this version yet.')}
        </p>
      )}
      <ol className="jp-mlx-Versions">
        {value.approvals.map(one => (
          <Said key={one.id} {...props} one={one} />
        ))}
      </ol>
      <ApprovalForm {...props} />
    </>
  );
}

function Said(props: ITabProps & { one: Approval }): JSX.Element {
  const { one, trans } = props;
  return (
    <li>
      <div className="jp-mlx-Versions-head">
        <Outcome
          state={one.approved ? 'SUCCEEDED' : 'FAILED'}
          text={
            one.approved ? trans.__('approved') : trans.__('asked for changes')
          }
          trans={trans}
        />
        <span>{trans.__('by %1', one.by)}</span>
        <span>{formatTime(one.at, trans, Date.now())}</span>
        <code title={one.digest}>{shortDigest(one.digest)}</code>
      </div>
      {one.comment && <div className="jp-mlx-Said">{one.comment}</div>}
      {!one.current && (
        <div className="jp-mlx-Note">
          {trans.__(
            'The files or the card have changed since, so this is no longer about what is here.'
          )}
        </div>
      )}
    </li>
  );
}

function ApprovalForm(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const id = `jp-mlx-approve-${encodeURIComponent(model.name)}-${model.number}`;
  const needsComment = model.draft.comment.trim() === '';
  return (
    <form
      className="jp-mlx-GrantForm"
      noValidate
      onSubmit={event => event.preventDefault()}
    >
      <label htmlFor={id}>
        {trans.__('What you found')}
        <textarea
          id={id}
          className="jp-mlx-Input"
          rows={3}
          value={model.draft.comment}
          onChange={event => model.setComment(event.target.value)}
        />
      </label>
      <p className="jp-mlx-Field-hint">
        {trans.__(
          'It is bound to the files and the card as they are now: when they change, it is asked for anew.'
        )}
      </p>
      <div className="jp-mlx-Popover-foot">
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={model.sending}
          onClick={() => void model.approve(true)}
        >
          {trans.__('Approve')}
        </button>
        <button
          type="button"
          className="jp-mlx-Button"
          disabled={model.sending || needsComment}
          title={
            needsComment
              ? trans.__('Say first what is to be changed')
              : undefined
          }
          onClick={() => void model.approve(false)}
        >
          {trans.__('Ask for changes')}
        </button>
      </div>
    </form>
  );
}
