/**
 * The Profile tab: every column measured, one of them at a time as charts.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import * as React from 'react';

import type { Profile } from '../../api/types';
import { formatNumber, formatSeconds, formatTime } from '../../ui/format';
import { Part } from '../../ui/part';
import { Empty } from '../../ui/parts';
import { ProfileColumns } from '../../ui/profile';
import type { ITabProps } from './parts';
import { WorkNote } from './parts';

export interface IProfileProps extends ITabProps {
  rendermime: IRenderMimeRegistry;
}

/** The profile, or how to get one. */
export function ProfileTab(props: IProfileProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.profile}
      loading={trans.__('Reading the profile…')}
      trans={trans}
    >
      {({ profile }) =>
        profile ? (
          <Columns {...props} profile={profile} />
        ) : model.working('profile') ? (
          <WorkNote
            {...props}
            work="profile"
            text={trans.__('The profile is being made…')}
          />
        ) : (
          <Empty
            text={trans.__(
              'This version has no profile yet. A job counts nulls and distinct values, quantiles, histograms and top values of every column.'
            )}
            action={{
              label: trans.__('Profile the table'),
              onClick: () => void model.start('profile')
            }}
          />
        )
      }
    </Part>
  );
}

function Columns(props: IProfileProps & { profile: Profile }): JSX.Element {
  const { profile, trans, rendermime } = props;
  const of = profile.sampled
    ? trans.__('Of a sample of %1 rows', formatNumber(profile.rows))
    : trans._n(
        'Of all of %2 row',
        'Of all %2 rows',
        profile.rows,
        formatNumber(profile.rows)
      );
  const when = formatTime(profile.created_at, trans, Date.now());
  return (
    <ProfileColumns
      columns={profile.columns}
      note={`${of} · ${when} · ${formatSeconds(profile.seconds, trans)}`}
      rendermime={rendermime}
      trans={trans}
    />
  );
}
