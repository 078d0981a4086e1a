/**
 * Tags as chips.
 */
import * as React from 'react';

/** Tags on one line; those that do not fit are told by the title. */
export function TagChips(props: {
  tags: ReadonlyArray<string>;
  /** How many are shown; the rest are counted. */
  most?: number;
}): JSX.Element | null {
  const { tags, most = tags.length } = props;
  if (tags.length === 0) {
    return null;
  }
  return (
    <span className="jp-mlx-Tags" title={tags.join(', ')}>
      {tags.slice(0, most).map(tag => (
        <span key={tag} className="jp-mlx-Tag">
          {tag}
        </span>
      ))}
      {tags.length > most && (
        <span className="jp-mlx-Tag">+{tags.length - most}</span>
      )}
    </span>
  );
}
