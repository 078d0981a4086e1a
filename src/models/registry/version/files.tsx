/**
 * The Files tab: what the version consists of, and its tags.
 */
import * as React from 'react';

import { formatBytes } from '../../../ui/format';
import type { ITabProps } from './parts';

/** Flavours, size, digest, tags. */
export function FilesTab(props: ITabProps): JSX.Element {
  const { value, trans } = props;
  return (
    <>
      <dl className="jp-mlx-Facts">
        <dt>{trans.__('Flavours')}</dt>
        <dd>{value.flavors.join(', ') || trans.__('not known')}</dd>
        <dt>{trans.__('Size')}</dt>
        <dd>
          {value.size_bytes === null
            ? trans.__('not known')
            : formatBytes(value.size_bytes)}
        </dd>
        <dt>{trans.__('Digest of its files')}</dt>
        <dd>
          {value.digest ? <code>{value.digest}</code> : trans.__('not known')}
        </dd>
        <dt>{trans.__('State')}</dt>
        <dd>{value.state}</dd>
      </dl>
      <Tags {...props} />
    </>
  );
}

function Tags(props: ITabProps): JSX.Element {
  const { model, value, trans } = props;
  const tags = Object.entries(value.tags);
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={trans.__('Tags')}>
      <h3>{trans.__('Tags')}</h3>
      {tags.length > 0 && (
        <table className="jp-mlx-Table jp-mlx-mod-narrow">
          <tbody>
            {tags.map(([key, text]) => (
              <tr key={key}>
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>{text}</td>
                <td>
                  <button
                    type="button"
                    className="jp-mlx-Link"
                    aria-label={trans.__('Take the tag %1 away', key)}
                    disabled={model.sending}
                    onClick={() => void model.tag(key, null)}
                  >
                    {trans.__('Take away')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <TagForm {...props} />
    </section>
  );
}

function TagForm(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const [key, setKey] = React.useState('');
  const [text, setText] = React.useState('');
  const first = React.useRef<HTMLInputElement>(null);
  const submit = async (): Promise<void> => {
    if (await model.tag(key.trim(), text)) {
      setKey('');
      setText('');
      first.current?.focus();
    }
  };
  return (
    <form
      className="jp-mlx-TableTools"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (key.trim()) {
          void submit();
        }
      }}
    >
      <label>
        {trans.__('Key')}
        <input
          ref={first}
          className="jp-mlx-Input"
          value={key}
          onChange={event => setKey(event.target.value)}
        />
      </label>
      <label>
        {trans.__('Value')}
        <input
          className="jp-mlx-Input"
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="jp-mlx-Button"
        disabled={model.sending || !key.trim()}
      >
        {trans.__('Set tag')}
      </button>
    </form>
  );
}
