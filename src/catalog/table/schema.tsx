/**
 * The Schema tab: each column with its type, tags, statistics and what is said of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Column, Table } from '../../api/types';
import { Bars, show } from '../../ui/bars';
import { percent } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { InlineText } from '../../ui/inline';
import { Empty, Loading } from '../../ui/parts';
import type { ITabProps } from './parts';
import { Tags } from './tags';

/** The columns of the table. */
export function SchemaTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const table = model.table.value;
  const [filter, setFilter] = React.useState('');
  if (!table) {
    return <Loading text={trans.__('Reading the columns…')} />;
  }
  if (table.columns.length === 0) {
    return <Empty text={trans.__('The table has no columns.')} />;
  }
  const word = filter.toLowerCase();
  const columns = table.columns.filter(column =>
    `${column.name} ${column.type}`.toLowerCase().includes(word)
  );
  return (
    <>
      {table.columns.length > 20 && (
        <input
          type="search"
          className="jp-mlx-Input jp-mlx-TableTools"
          aria-label={trans.__('Narrow the columns')}
          placeholder={trans.__('Narrow the columns…')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      )}
      {model.profile.value?.profile === null && !model.working('profile') && (
        <p className="jp-mlx-Sample-note">
          {trans.__('Nulls and distributions are measured by a profile.')}{' '}
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => void model.start('profile')}
          >
            {trans.__('Profile the table')}
          </button>
        </p>
      )}
      <table className="jp-mlx-Table jp-mlx-Schema">
        <thead>
          <tr>
            <th scope="col">{trans.__('Column')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Tags')}</th>
            <th scope="col">{trans.__('Nulls')}</th>
            <th scope="col">{trans.__('Distribution')}</th>
            <th scope="col">{trans.__('Description')}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(column => (
            <ColumnRow
              key={column.name}
              {...props}
              column={column}
              table={table}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function ColumnRow(
  props: ITabProps & { column: Column; table: Table }
): JSX.Element {
  const { model, trans, column, table } = props;
  return (
    <tr data-column={column.name}>
      <th scope="row" tabIndex={-1}>
        <span className="jp-mlx-Schema-name" title={column.name}>
          {column.name}
        </span>
        <Marks column={column} table={table} trans={trans} />
      </th>
      <td>
        <code
          title={column.hive_type && trans.__('In Glue: %1', column.hive_type)}
        >
          {column.type}
        </code>
        {column.types && (
          <div className="jp-mlx-Field-hint">
            {Object.entries(column.types)
              .map(([type, share]) => `${type} ${percent(share)}`)
              .join(', ')}
          </div>
        )}
      </td>
      <td>
        <Tags
          model={model}
          trans={trans}
          column={column.name}
          tags={column.tags ?? {}}
          inherited={table.tags}
        />
      </td>
      <Nulls {...props} />
      <td>
        <Distribution {...props} />
      </td>
      <td>
        <InlineText
          text={column.description ?? column.comment ?? ''}
          placeholder="–"
          label={trans.__('Change the description of %1', column.name)}
          canEdit={model.may('alter')}
          onChange={description => model.annotate({ description }, column.name)}
          trans={trans}
        />
      </td>
    </tr>
  );
}

/** What is special about a column. */
function Marks(props: {
  column: Column;
  table: Table;
  trans: TranslationBundle;
}): JSX.Element {
  const { column, table, trans } = props;
  const foreign = table.foreign_keys.find(key =>
    key.columns.includes(column.name)
  );
  const marks: Array<[string, string]> = [];
  if (table.primary_key.includes(column.name)) {
    marks.push([trans.__('key'), trans.__('Part of the primary key')]);
  }
  if (foreign) {
    marks.push([
      trans.__('→ %1', foreign.table),
      trans.__(
        'Refers to %1 (%2)',
        foreign.table,
        foreign.references.join(', ')
      )
    ]);
  }
  if (column.partition) {
    marks.push([trans.__('partition'), trans.__('The data is cut by it')]);
  }
  if (column.masked) {
    marks.push([
      trans.__('masked'),
      trans.__('You see its values masked: %1', column.masked)
    ]);
  }
  return (
    <>
      {marks.map(([text, title]) => (
        <span key={text} className="jp-mlx-Mark" title={title}>
          {text}
        </span>
      ))}
    </>
  );
}

function Nulls(
  props: ITabProps & { column: Column; table: Table }
): JSX.Element {
  const { model, column, table, trans } = props;
  const profile = model.profileOf(column);
  const { nulls } = column.statistics ?? {};
  const share = profile
    ? profile.count && profile.nulls / profile.count
    : nulls !== undefined && table.rows
      ? nulls / table.rows
      : column.presence !== undefined
        ? 1 - column.presence
        : null;
  if (share === null) {
    return (
      <td data-number="" title={trans.__('Not counted yet')}>
        {column.nullable === false ? trans.__('never') : '–'}
      </td>
    );
  }
  return <td data-number="">{percent(share)}</td>;
}

function Distribution(
  props: ITabProps & { column: Column }
): JSX.Element | null {
  const { model, column, trans } = props;
  const profile = model.profileOf(column);
  if (profile) {
    return (
      <>
        <Bars profile={profile} trans={trans} />
        {profile.distinct !== null && profile.distinct !== undefined && (
          <div className="jp-mlx-Field-hint">
            {profile.approximate
              ? trans.__('about %1 distinct', show(profile.distinct))
              : trans.__('%1 distinct', show(profile.distinct))}
          </div>
        )}
      </>
    );
  }
  const { min, max } = column.statistics ?? {};
  return min === undefined && max === undefined ? null : (
    <span className="jp-mlx-Schema-range">
      {show(min)} … {show(max)}
    </span>
  );
}
