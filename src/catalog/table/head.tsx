/**
 * The table page's head: what it is, then what to do with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Table } from '../../api/types';
import { tableIcon } from '../../icons';
import { CommandIDs } from '../../tokens';
import { formatTime } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { InlineText } from '../../ui/inline';
import { ErrorBox, Loading } from '../../ui/parts';
import { rowsText, sizeText } from '../words';
import type { ITabProps } from './parts';
import { WorkNote } from './parts';
import { Tags } from './tags';

/** The head of the page. */
export function TableHead(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const table = model.table.value;
  if (!table) {
    return model.table.error ? (
      <ErrorBox
        error={model.table.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.table.reload()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the table…')} />
    );
  }
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <tableIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name" title={table.location}>
          <span className="jp-mlx-TableHead-database">{table.database}.</span>
          {table.name}
        </h2>
        <Tags
          model={model}
          trans={trans}
          tags={table.tags}
          inherited={inheritedOf(table)}
        />
        <Buttons {...props} table={table} />
      </div>
      <div className="jp-mlx-TableHead-facts">{facts(table, trans)}</div>
      <div className="jp-mlx-TableHead-notes">
        <span className="jp-mlx-TableHead-note">
          {trans.__('Owner:')}{' '}
          <InlineText
            text={table.owner ?? ''}
            placeholder={trans.__('nobody yet')}
            label={trans.__('Change the owner')}
            canEdit={model.may('alter')}
            onChange={owner => model.annotate({ owner })}
            trans={trans}
          />
        </span>
        <InlineText
          text={table.description ?? ''}
          placeholder={trans.__('No description yet')}
          label={trans.__('Change the description')}
          canEdit={model.may('alter')}
          onChange={description => model.annotate({ description })}
          trans={trans}
        />
      </div>
      {table.state === 'deprecated' && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'The last crawl did not find this table in its source any more. What was known of it is kept.'
          )}
        </div>
      )}
      {(model.error ?? model.table.error) && (
        <ErrorBox error={(model.error ?? model.table.error)!} trans={trans} />
      )}
      <WorkNote
        {...props}
        work="crawl"
        text={trans.__('The source is being crawled…')}
      />
      <WorkNote
        {...props}
        work="profile"
        text={trans.__('The profile is being made…')}
      />
    </>
  );
}

/** The table's tags that come from its database. */
function inheritedOf(table: Table): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table.tags).filter(([key]) => !(key in table.own_tags))
  );
}

function facts(table: Table, trans: TranslationBundle): string {
  return [
    rowsText(table, trans),
    trans._n('%1 column', '%1 columns', table.columns.length),
    table.partitions > 0 &&
      trans._n('%1 partition', '%1 partitions', table.partitions),
    sizeText(table, trans),
    table.format,
    trans.__('version %1', table.version),
    trans.__('changed %1', formatTime(table.updated_at, trans, Date.now())),
    trans.__('from %1', table.source)
  ]
    .filter(Boolean)
    .join(' · ');
}

function Buttons(props: ITabProps & { table: Table }): JSX.Element {
  const { model, commands, trans, table } = props;
  const isProfiled = Boolean(model.profile.value?.profile);
  return (
    <span className="jp-mlx-RunHead-buttons">
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-mod-accept"
        title={trans.__('Write code that reads this table into a notebook')}
        onClick={() => {
          void commands.execute(CommandIDs.insertTable, { id: table.id });
        }}
      >
        {trans.__('Insert in notebook')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={Boolean(model.working('profile'))}
        title={trans.__('Count and measure all columns, as a job')}
        onClick={() => void model.start('profile')}
      >
        {isProfiled ? trans.__('Profile again') : trans.__('Profile')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={Boolean(model.working('crawl'))}
        title={trans.__('Crawl the source of this table')}
        onClick={() => void model.start('crawl')}
      >
        {trans.__('Crawl again')}
      </button>
    </span>
  );
}
