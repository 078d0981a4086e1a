/**
 * A JSON value as a tree that opens by level.
 */
import * as React from 'react';

import { formatValue } from './format';

/** Lists longer than this stay folded at first. */
const SHORT = 12;

/** The members of a value, each on a line; larger ones fold. */
export function Tree(props: { value: unknown; label: string }): JSX.Element {
  return (
    <div className="jp-mlx-Tree" role="group" aria-label={props.label}>
      <Members value={props.value} />
    </div>
  );
}

function Members(props: { value: unknown }): JSX.Element {
  const entries = Object.entries(props.value as object);
  return (
    <>
      {entries.map(([name, value]) => (
        <Member key={name} name={name} value={value} />
      ))}
    </>
  );
}

function Member(props: { name: string; value: unknown }): JSX.Element {
  const { name, value } = props;
  const isBranch =
    value !== null && typeof value === 'object' && Object.keys(value).length;
  const [open, setOpen] = React.useState(
    Boolean(isBranch && Object.keys(value as object).length <= SHORT)
  );
  if (!isBranch) {
    const text = formatValue(value);
    return (
      <div className="jp-mlx-Tree-leaf">
        <span className="jp-mlx-Tree-name">{name}</span>
        {text.includes('\n') ? (
          <pre className="jp-mlx-Source">{text}</pre>
        ) : (
          <code>{text}</code>
        )}
      </div>
    );
  }
  return (
    <details open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="jp-mlx-Tree-name">{name}</span>
        <span className="jp-mlx-Tree-count">
          {Object.keys(value as object).length}
        </span>
      </summary>
      {open && (
        <div className="jp-mlx-Tree-members">
          <Members value={value} />
        </div>
      )}
    </details>
  );
}
