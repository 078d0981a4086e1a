/**
 * The document with the tag keys of the catalog.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { MlxError } from '../../api/errors';
import type { ICatalogData, TagKey, TagKeyList } from '../../api/types';
import { databaseIcon } from '../../icons';
import type { ICatalogModel, IMlxClient } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, IconButton, Loading } from '../../ui/parts';
import { Resource } from '../../ui/resource';

/**
 * Tag keys with their values: defined here, assigned on the pages of tables.
 */
export class TagsWidget extends ReactWidget {
  constructor(options: TagsWidget.IOptions) {
    super();
    this._options = options;
    this._keys = new Resource(() => options.client.catalog.tags());
    this.addClass('jp-mlx-CrawlPage');
    this.node.tabIndex = -1;
    this.title.icon = databaseIcon;
    this.title.label = options.trans.__('Tags');
    options.catalog.outdated.connect(this._onOutdated, this);
    void this._keys.want();
  }

  protected override render(): JSX.Element {
    return <Tags {...this._options} keys={this._keys} />;
  }

  private _onOutdated(_: ICatalogModel, data: ICatalogData): void {
    if (data.what === 'tags') {
      void this._keys.refresh();
    }
  }

  private _options: TagsWidget.IOptions;
  private _keys: Resource<TagKeyList>;
}

export namespace TagsWidget {
  export interface IOptions {
    client: IMlxClient;
    catalog: ICatalogModel;
    trans: TranslationBundle;
  }
}

type Props = TagsWidget.IOptions & { keys: Resource<TagKeyList> };

function Tags(props: Props): JSX.Element {
  const { keys, client, trans } = props;
  const [error, setError] = React.useState<MlxError | null>(null);
  useSignals(keys.changed);
  const change = async (action: () => Promise<unknown>): Promise<boolean> => {
    setError(null);
    try {
      await action();
      await keys.reload();
      return true;
    } catch (reason) {
      setError(MlxError.from(reason));
      return false;
    }
  };
  if (keys.error) {
    return (
      <ErrorBox
        error={keys.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void keys.reload()
        }}
      />
    );
  }
  if (!keys.value) {
    return <Loading text={trans.__('Reading the tags…')} />;
  }
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h2 className="jp-mlx-RunHead-name">{trans.__('Tags')}</h2>
      <p className="jp-mlx-CrawlPage-rest">
        {trans.__(
          'A key has the values that are defined here, one of them on a database, table or column. Tables have the tags of their database, columns those of their table.'
        )}
      </p>
      {error && <ErrorBox error={error} trans={trans} />}
      {keys.value.items.length === 0 ? (
        <Empty text={trans.__('No key is defined yet.')} />
      ) : (
        <table className="jp-mlx-Table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Key')}</th>
              <th scope="col">{trans.__('Values')}</th>
              <th scope="col">{trans.__('Meaning')}</th>
              <th scope="col">{trans.__('Used')}</th>
              <th scope="col">{trans.__('Action')}</th>
            </tr>
          </thead>
          <tbody>
            {keys.value.items.map(one => (
              <KeyRow
                key={one.key}
                of={one}
                trans={trans}
                onRemove={() =>
                  void change(() => client.catalog.removeTag(one.key))
                }
              />
            ))}
          </tbody>
        </table>
      )}
      <KeyForm
        trans={trans}
        onDefine={request => change(() => client.catalog.defineTag(request))}
      />
    </section>
  );
}

function KeyRow(props: {
  of: TagKey;
  trans: TranslationBundle;
  onRemove: () => void;
}): JSX.Element {
  const { of: one, trans, onRemove } = props;
  return (
    <tr data-tag={one.key}>
      <th scope="row">{one.key}</th>
      <td>
        <span className="jp-mlx-Tags">
          {one.values.map(value => (
            <span key={value} className="jp-mlx-Tag">
              {value}
            </span>
          ))}
        </span>
      </td>
      <td>{one.description}</td>
      <td data-number="">{one.used}</td>
      <td>
        <IconButton
          icon={closeIcon}
          label={trans.__('Remove the key %1', one.key)}
          onClick={onRemove}
        />
      </td>
    </tr>
  );
}

function KeyForm(props: {
  trans: TranslationBundle;
  onDefine: (request: {
    key: string;
    values: string[];
    description: string | null;
  }) => Promise<boolean>;
}): JSX.Element {
  const { trans, onDefine } = props;
  const [key, setKey] = React.useState('');
  const [values, setValues] = React.useState('');
  const [description, setDescription] = React.useState('');
  const list = values
    .split(',')
    .map(value => value.trim())
    .filter(Boolean);
  const submit = async (): Promise<void> => {
    const done = await onDefine({
      key: key.trim(),
      values: list,
      description: description.trim() || null
    });
    if (done) {
      setKey('');
      setValues('');
      setDescription('');
    }
  };
  return (
    <form
      className="jp-mlx-GrantForm"
      aria-label={trans.__('Define a key')}
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {trans.__('Key')}
        <input
          className="jp-mlx-Input"
          placeholder={trans.__('pii')}
          value={key}
          onChange={event => setKey(event.target.value)}
        />
      </label>
      <label>
        {trans.__('Values, with commas between them')}
        <input
          className="jp-mlx-Input"
          placeholder={trans.__('yes, no')}
          value={values}
          onChange={event => setValues(event.target.value)}
        />
      </label>
      <label>
        {trans.__('Meaning')}
        <input
          className="jp-mlx-Input"
          value={description}
          onChange={event => setDescription(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="jp-mlx-Button jp-mlx-mod-accept"
        disabled={!key.trim() || list.length === 0}
      >
        {trans.__('Define')}
      </button>
    </form>
  );
}
