/**
 * A tree of rows, walked with the arrow keys as ARIA says.
 */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What the tree knows of a row. */
export interface ITreeRow {
  /** Unique in the tree. */
  key: string;
  kind: string;
  /** 1 for the outermost. */
  level: number;
  /** The key of the row that it is in; empty for the outermost. */
  parent: string;
  /** Whether it is open, of rows that can be. */
  open?: boolean;
}

/** How the rows of a tree look, and what they do. */
export interface ITreeProps<R extends ITreeRow> {
  label: string;
  rows: ReadonlyArray<R>;
  icon: (row: R) => LabIcon | undefined;
  title: (row: R) => string;
  /** The `data-` attributes of a row beside those of every row. */
  data?: (row: R) => Readonly<Record<string, string | undefined>>;
  /** Whether a row is checked, of trees whose rows can be. */
  checked?: (row: R) => boolean | 'mixed';
  /** What stands after the icon. */
  text: (row: R) => JSX.Element;
  setOpen: (row: R, open: boolean) => void;
  /** What a click and Enter do. */
  activate: (row: R) => void;
}

/** The tree. */
export function TreeView<R extends ITreeRow>(
  props: ITreeProps<R>
): JSX.Element {
  const { rows, label } = props;
  const [active, setActive] = React.useState('');
  const node = React.useRef<HTMLDivElement>(null);
  const current = rows.some(row => row.key === active) ? active : rows[0]?.key;
  const focus = (key: string | undefined): void => {
    if (key) {
      setActive(key);
      node.current
        ?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
        ?.focus();
    }
  };
  return (
    <div
      ref={node}
      role="tree"
      aria-label={label}
      className="jp-mlx-TreeView"
      onKeyDown={event => onKey(event, props, current, focus)}
    >
      {rows.map(row => (
        <TreeRow
          key={row.key}
          {...props}
          row={row}
          isActive={row.key === current}
          onFocus={() => setActive(row.key)}
        />
      ))}
    </div>
  );
}

/** At its ends up and down are whose the tree is in: the panel goes on to other sections. */
function onKey<R extends ITreeRow>(
  event: React.KeyboardEvent,
  props: ITreeProps<R>,
  current: string | undefined,
  focus: (key: string | undefined) => void
): void {
  const { rows, setOpen, activate } = props;
  const row = rows.find(one => one.key === current);
  if (!row) {
    return;
  }
  switch (event.key) {
    case 'ArrowDown':
    case 'ArrowUp': {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = rows[rows.indexOf(row) + step];
      if (!next) {
        return;
      }
      focus(next.key);
      break;
    }
    case 'ArrowRight':
      if (row.open) {
        focus(rows.find(one => one.parent === row.key)?.key);
      } else if (row.open === false) {
        setOpen(row, true);
      }
      break;
    case 'ArrowLeft':
      if (row.open) {
        setOpen(row, false);
      } else {
        focus(row.parent);
      }
      break;
    case 'Home':
      focus(rows[0].key);
      break;
    case 'End':
      focus(rows[rows.length - 1].key);
      break;
    case 'Enter':
    case ' ':
      activate(row);
      break;
    default:
      return;
  }
  event.preventDefault();
}

function TreeRow<R extends ITreeRow>(
  props: ITreeProps<R> & { row: R; isActive: boolean; onFocus: () => void }
): JSX.Element {
  const { row, isActive, onFocus, icon, title, data, checked, text } = props;
  const Icon = icon(row)?.react;
  const canOpen = row.open !== undefined;
  const Caret = row.open ? caretDownIcon.react : caretRightIcon.react;
  return (
    <div
      role="treeitem"
      className="jp-mlx-TreeRow"
      data-mlx-row=""
      data-key={row.key}
      data-kind={row.kind}
      {...data?.(row)}
      aria-level={row.level}
      aria-expanded={row.open}
      aria-selected={isActive}
      aria-checked={checked?.(row)}
      tabIndex={isActive ? 0 : -1}
      title={title(row)}
      style={{ paddingLeft: `${8 + (row.level - 1) * 14}px` }}
      onFocus={onFocus}
      onClick={() => props.activate(row)}
    >
      <span
        className="jp-mlx-TreeRow-caret"
        onClick={event => {
          if (canOpen) {
            event.stopPropagation();
            props.setOpen(row, !row.open);
          }
        }}
      >
        {canOpen && <Caret tag="span" />}
      </span>
      {checked && (
        <span className="jp-mlx-Check" data-checked={String(checked(row))} />
      )}
      {Icon && <Icon tag="span" className="jp-mlx-TreeRow-icon" />}
      {text(row)}
    </div>
  );
}
