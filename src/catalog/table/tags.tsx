/**
 * Tags of a table or column, with a popover to change them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useSignals } from '../../ui/hooks';
import { ErrorBox, IconButton } from '../../ui/parts';
import type { TableModel } from './model';

interface IProps {
  model: TableModel;
  trans: TranslationBundle;
  /** The column; the table itself without it. */
  column?: string;
  tags: Record<string, string>;
  /** Tags that come from above and can only be overridden. */
  inherited: Record<string, string>;
}

/** The tags as chips, each with a way to take it away, and a button to add one. */
export function Tags(props: IProps): JSX.Element {
  const { model, trans, column, tags, inherited } = props;
  const what = column ?? trans.__('the table');
  return (
    <span className="jp-mlx-Tags jp-mlx-mod-edit">
      {Object.entries(tags).map(([key, value]) => {
        const isOwn = inherited[key] !== value;
        return (
          <span
            key={key}
            className="jp-mlx-Tag"
            data-inherited={isOwn ? undefined : ''}
            title={
              isOwn
                ? `${key}=${value}`
                : trans.__('%1=%2, inherited', key, value)
            }
          >
            {key}={value}
            {isOwn && model.may('tag') && (
              <button
                type="button"
                className="jp-mlx-Tag-remove"
                aria-label={trans.__('Take %1=%2 from %3', key, value, what)}
                title={trans.__('Take it away')}
                onClick={() => void model.tag(key, null, column)}
              >
                ×
              </button>
            )}
          </span>
        );
      })}
      {model.may('tag') && <AddTag {...props} what={what} />}
    </span>
  );
}

function AddTag(props: IProps & { what: string }): JSX.Element {
  const { model, trans, what } = props;
  const [open, setOpen] = React.useState(false);
  const holder = React.useRef<HTMLSpanElement>(null);
  const close = (): void => {
    setOpen(false);
    holder.current?.querySelector('button')?.focus();
  };
  return (
    <span ref={holder} className="jp-mlx-AddTag">
      <IconButton
        icon={addIcon}
        label={trans.__('Tag %1', what)}
        onClick={() => {
          void model.tagKeys.want();
          setOpen(!open);
        }}
      />
      {open && <Popover {...props} anchor={holder} onClose={close} />}
    </span>
  );
}

function Popover(
  props: IProps & {
    what: string;
    anchor: React.RefObject<HTMLElement>;
    onClose: () => void;
  }
): JSX.Element {
  const { model, trans, column, what, anchor, onClose } = props;
  useSignals(model.tagKeys.changed, model.changed);
  const node = React.useRef<HTMLFormElement>(null);
  const [key, setKey] = React.useState('');
  const [value, setValue] = React.useState('');
  const [tried, setTried] = React.useState(false);
  const id = React.useId();
  const keys = model.tagKeys.value ?? [];
  const known = keys.find(one => one.key === key);
  const isDefined = known?.values.includes(value) ?? false;
  const canSend = key.trim() !== '' && value.trim() !== '';
  React.useLayoutEffect(() => {
    const form = node.current!;
    // In the top layer nothing that scrolls cuts it off; a click beside it closes it.
    form.showPopover();
    const at = anchor.current!.getBoundingClientRect();
    const { width, height } = form.getBoundingClientRect();
    form.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    form.style.top = `${at.bottom + height + 8 > innerHeight ? Math.max(8, at.top - height - 4) : at.bottom + 4}px`;
    form.querySelector('input')?.focus();
    const onToggle = (event: Event): void => {
      if ((event as ToggleEvent).newState === 'closed') {
        onClose();
      }
    };
    form.addEventListener('toggle', onToggle);
    return () => form.removeEventListener('toggle', onToggle);
  }, []);
  const send = async (): Promise<void> => {
    setTried(true);
    await (isDefined
      ? model.tag(key, value, column)
      : model.defineAndTag(key.trim(), value.trim(), column));
    if (!model.error) {
      onClose();
    }
  };
  return (
    <form
      ref={node}
      className="jp-mlx-Popover"
      role="dialog"
      aria-label={trans.__('Tag %1', what)}
      {...{ popover: 'auto' }}
      onSubmit={event => {
        event.preventDefault();
        if (canSend) {
          void send();
        }
      }}
    >
      <label>
        {trans.__('Key')}
        <input
          className="jp-mlx-Input"
          list={`${id}-keys`}
          value={key}
          onChange={event => setKey(event.target.value)}
        />
      </label>
      <datalist id={`${id}-keys`}>
        {keys.map(one => (
          <option key={one.key} value={one.key}>
            {one.description ?? ''}
          </option>
        ))}
      </datalist>
      <label>
        {trans.__('Value')}
        <input
          className="jp-mlx-Input"
          list={`${id}-values`}
          value={value}
          onChange={event => setValue(event.target.value)}
        />
      </label>
      <datalist id={`${id}-values`}>
        {known?.values.map(one => (
          <option key={one} value={one} />
        ))}
      </datalist>
      {known && (
        <div className="jp-mlx-Chips">
          {known.values.slice(0, 8).map(one => (
            <button
              key={one}
              type="button"
              className="jp-mlx-Chip"
              aria-pressed={one === value}
              onClick={() => setValue(one)}
            >
              {one}
            </button>
          ))}
        </div>
      )}
      {canSend && !isDefined && (
        <div className="jp-mlx-Field-hint">
          {known
            ? trans.__('“%1” becomes a value of this key.', value)
            : trans.__('“%1” becomes a key of the catalog.', key)}
        </div>
      )}
      {tried && model.error && <ErrorBox error={model.error} trans={trans} />}
      <div className="jp-mlx-Popover-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={!canSend}
        >
          {trans.__('Tag')}
        </button>
        <button type="button" className="jp-mlx-Button" onClick={onClose}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}
