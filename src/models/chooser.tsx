/**
 * Choosing columns of runs: searched, read by pages.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunColumn } from '../api/types';
import { useSignals } from '../ui/hooks';
import { ErrorBox, Loading } from '../ui/parts';
import type { ColumnList } from './columns';
import { columnName } from './words';

/** A button that opens the list of columns, with those that are chosen checked. */
export function ColumnChooser(props: {
  label: string;
  list: ColumnList;
  chosen: ReadonlyArray<string>;
  /** How many can be chosen. */
  most: number;
  onChange: (columns: string[]) => void;
  /** Takes the choice back, where there is one to take back. */
  onReset?: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { label, chosen, onReset, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const holder = React.useRef<HTMLSpanElement>(null);
  const close = (): void => {
    setOpen(false);
    holder.current?.querySelector('button')?.focus();
  };
  return (
    <span
      ref={holder}
      className="jp-mlx-Chooser"
      onKeyDown={event => {
        if (event.key === 'Escape' && isOpen) {
          event.stopPropagation();
          close();
        }
      }}
      onBlur={event => {
        const next = event.relatedTarget;
        if (next && !event.currentTarget.contains(next)) {
          setOpen(false);
        }
      }}
    >
      <button
        type="button"
        className="jp-mlx-Button"
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        onClick={() => setOpen(!isOpen)}
      >
        {label} <span className="jp-mlx-Chip-count">{chosen.length}</span>
      </button>
      {isOpen && (
        <div className="jp-mlx-Chooser-popup" role="dialog" aria-label={label}>
          <List {...props} />
          <div className="jp-mlx-Popover-foot">
            <button type="button" className="jp-mlx-Button" onClick={close}>
              {trans.__('Close')}
            </button>
            {onReset && (
              <button type="button" className="jp-mlx-Button" onClick={onReset}>
                {trans.__('The usual ones')}
              </button>
            )}
          </div>
        </div>
      )}
    </span>
  );
}

function List(props: {
  list: ColumnList;
  chosen: ReadonlyArray<string>;
  most: number;
  onChange: (columns: string[]) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { list, chosen, most, onChange, trans } = props;
  useSignals(list.changed);
  React.useEffect(() => {
    void list.want();
  }, [list]);
  const found = list.items ?? [];
  const isSearching = list.query.trim() !== '';
  // Chosen ones stand first, since they may be far down the list.
  const others = found.filter(one => !chosen.includes(one.column));
  const toggle = (column: string): void =>
    onChange(
      chosen.includes(column)
        ? chosen.filter(one => one !== column)
        : [...chosen, column]
    );
  return (
    <>
      <input
        type="search"
        className="jp-mlx-Input"
        aria-label={trans.__('Search columns')}
        placeholder={
          list.total === null
            ? trans.__('Search columns')
            : trans._n('Search %1 column', 'Search %1 columns', list.total)
        }
        autoFocus
        value={list.query}
        onChange={event => list.search(event.target.value)}
      />
      {list.error && (
        <ErrorBox
          error={list.error}
          trans={trans}
          action={{
            label: trans.__('Try again'),
            onClick: () => void list.reload()
          }}
        />
      )}
      {!list.items && !list.error && (
        <Loading text={trans.__('Asking MLflow for the columns…')} />
      )}
      <ul className="jp-mlx-Chooser-list" tabIndex={-1}>
        {!isSearching &&
          chosen.map(column => (
            <Choice
              key={column}
              column={column}
              of={found.find(one => one.column === column)}
              isChosen
              onToggle={toggle}
              trans={trans}
            />
          ))}
        {(isSearching ? found : others).map(one => (
          <Choice
            key={one.column}
            column={one.column}
            of={one}
            isChosen={chosen.includes(one.column)}
            isFull={chosen.length >= most}
            onToggle={toggle}
            trans={trans}
          />
        ))}
        {list.items?.length === 0 && (
          <li>{trans.__('No column is called so.')}</li>
        )}
      </ul>
      {list.hasMore && (
        <button
          type="button"
          className="jp-mlx-Link"
          onClick={() => void list.more()}
        >
          {trans.__('Show more columns')}
        </button>
      )}
    </>
  );
}

function Choice(props: {
  column: string;
  of: RunColumn | undefined;
  isChosen: boolean;
  isFull?: boolean;
  onToggle: (column: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { column, of, isChosen, isFull, onToggle, trans } = props;
  return (
    <li>
      <label title={column}>
        <input
          type="checkbox"
          checked={isChosen}
          disabled={isFull && !isChosen}
          onChange={() => onToggle(column)}
        />
        <span className="jp-mlx-Row-name">{columnName(column)}</span>
        <span className="jp-mlx-Row-detail">{kindLabel(column, trans)}</span>
        {of?.runs !== null && of && (
          <span className="jp-mlx-Chip-count">{of.runs}</span>
        )}
      </label>
    </li>
  );
}

function kindLabel(column: string, trans: TranslationBundle): string {
  return column.startsWith('metrics.')
    ? trans.__('metric')
    : column.startsWith('params.')
      ? trans.__('parameter')
      : trans.__('tag');
}
