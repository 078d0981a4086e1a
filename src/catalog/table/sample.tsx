/**
 * The Sample tab: rows of the table, filtered and sorted by the server.
 */
import * as React from 'react';

import { formatSeconds } from '../../ui/format';
import { Grid } from '../../ui/grid';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { PLAIN_CELLS } from '../../ui/rows';
import type { ITabProps } from './parts';
import { PlainRows } from './rows';

/** The rows with their tools. */
export function SampleTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { sample } = model;
  const [plain, setPlain] = React.useState<boolean | null>(null);
  useSignals(sample.changed);
  React.useEffect(() => {
    void sample.want();
  }, [sample]);
  const { preview, error } = sample;
  const cells = preview ? preview.rows.length * preview.columns.length : 0;
  const isPlain = plain ?? cells <= PLAIN_CELLS;
  return (
    <>
      <Tools {...props} plain={isPlain} onPlain={value => setPlain(value)} />
      {error && <ErrorBox error={error} trans={trans} />}
      {!preview && !error && <Loading text={trans.__('Reading rows…')} />}
      {preview && (
        <>
          <Note {...props} />
          {preview.rows.length === 0 ? (
            <Empty
              text={
                sample.query.filter
                  ? trans.__('No row is such.')
                  : trans.__('The table has no rows.')
              }
            />
          ) : isPlain ? (
            <PlainRows sample={sample} preview={preview} trans={trans} />
          ) : (
            <Grid table={preview} trans={trans} />
          )}
        </>
      )}
      {sample.hasMore && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          disabled={sample.loading}
          onClick={() => void sample.more()}
        >
          {trans.__('Show more rows')}
        </button>
      )}
    </>
  );
}

function Tools(
  props: ITabProps & { plain: boolean; onPlain: (plain: boolean) => void }
): JSX.Element {
  const { model, trans, plain, onPlain } = props;
  const { sample } = model;
  const [filter, setFilter] = React.useState(sample.query.filter ?? '');
  const columns = sample.preview?.columns ?? [];
  const sort = sample.query.sort ?? '';
  return (
    <form
      className="jp-mlx-TableTools"
      onSubmit={event => {
        event.preventDefault();
        void sample.ask({ filter: filter.trim() });
      }}
    >
      <input
        type="search"
        className="jp-mlx-Input jp-mlx-mod-code"
        aria-label={trans.__('Filter rows')}
        placeholder={trans.__('Filter, as in SQL: dep_delay > 60')}
        title={trans.__('Enter filters')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
      />
      <label>
        {trans.__('Sort by')}
        <select
          className="jp-mlx-Select"
          value={sort.replace(/^-/, '')}
          onChange={event => void sample.ask({ sort: event.target.value })}
        >
          <option value="">{trans.__('nothing')}</option>
          {columns.map(column => (
            <option key={column.name} value={column.name}>
              {column.name}
            </option>
          ))}
        </select>
      </label>
      {sort && (
        <button
          type="button"
          className="jp-mlx-Chip"
          aria-pressed={sort.startsWith('-')}
          onClick={() => {
            void sample.ask({
              sort: sort.startsWith('-') ? sort.slice(1) : `-${sort}`
            });
          }}
        >
          {trans.__('Largest first')}
        </button>
      )}
      <button
        type="button"
        className="jp-mlx-Chip"
        aria-pressed={sample.query.sample ?? false}
        onClick={() => void sample.ask({ sample: !sample.query.sample })}
      >
        {trans.__('Random rows')}
      </button>
      <button
        type="button"
        className="jp-mlx-Chip"
        aria-pressed={plain}
        title={trans.__(
          'A table that screen readers read and the mouse selects'
        )}
        onClick={() => onPlain(!plain)}
      >
        {trans.__('Plain table')}
      </button>
    </form>
  );
}

/** How many rows there are to see, how long it took, and what is left out. */
function Note(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { preview, loading, error } = model.sample;
  const { rows, truncated, seconds, filtered, masked } = preview!;
  const parts = [
    loading
      ? trans.__('Reading rows…')
      : truncated
        ? trans.__('The first %1 rows', rows.length)
        : trans._n('%1 row', '%1 rows', rows.length),
    !loading && formatSeconds(seconds, trans),
    error && trans.__('as they were before'),
    filtered && trans.__('rows that you may not see are left out'),
    masked?.length && trans.__('masked: %1', masked.join(', '))
  ].filter(Boolean);
  return (
    <div className="jp-mlx-Sample-note" role="status">
      {parts.join(' · ')}
    </div>
  );
}
