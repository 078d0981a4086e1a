/**
 * A text that is changed where it stands.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from './parts';

/** The text with a pencil; then a field that Enter keeps and Escape leaves. */
export function InlineText(props: {
  text: string;
  /** What stands where there is no text. */
  placeholder: string;
  /** What is changed, as the pencil's name. */
  label: string;
  canEdit: boolean;
  onChange: (text: string | null) => Promise<void>;
  trans: TranslationBundle;
}): JSX.Element {
  const { text, placeholder, label, canEdit, onChange, trans } = props;
  const [draft, setDraft] = React.useState<string | null>(null);
  const holder = React.useRef<HTMLSpanElement>(null);
  const end = (): void => {
    setDraft(null);
    requestAnimationFrame(() =>
      holder.current?.querySelector('button')?.focus()
    );
  };
  if (draft !== null) {
    return (
      <span ref={holder} className="jp-mlx-Inline">
        <input
          className="jp-mlx-Input"
          aria-label={label}
          placeholder={placeholder}
          title={trans.__('Enter keeps it, Escape leaves it as it was')}
          autoFocus
          value={draft}
          onChange={event => setDraft(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Enter') {
              event.preventDefault();
              void onChange(draft.trim() || null).then(end);
            } else if (event.key === 'Escape') {
              event.stopPropagation();
              end();
            }
          }}
          onBlur={() => setDraft(null)}
        />
      </span>
    );
  }
  return (
    <span ref={holder} className="jp-mlx-Inline">
      <span data-empty={text ? undefined : ''} title={text || undefined}>
        {text || placeholder}
      </span>
      {canEdit && (
        <IconButton
          icon={editIcon}
          label={label}
          onClick={() => setDraft(text)}
        />
      )}
    </span>
  );
}
