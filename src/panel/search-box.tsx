/**
 * The one search box of the panel.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** The search box as a widget. */
export class SearchBox extends ReactWidget {
  constructor(options: SearchBox.IOptions) {
    super();
    this._options = options;
    this.addClass('jp-mlx-Search');
  }

  /** The text that the box starts from. */
  set query(value: string) {
    this._query = value;
    this._version += 1;
    this.update();
  }

  focus(): void {
    this.node.querySelector('input')?.focus();
  }

  protected override render(): JSX.Element {
    return (
      <SearchInput key={this._version} query={this._query} {...this._options} />
    );
  }

  private _options: SearchBox.IOptions;
  private _query = '';
  private _version = 0;
}

export namespace SearchBox {
  export interface IOptions {
    trans: TranslationBundle;
    onChange: (query: string) => void;
    onEnter: () => void;
    onDown: () => void;
  }
}

function SearchInput(
  props: SearchBox.IOptions & { query: string }
): JSX.Element {
  const { trans, onChange, onEnter, onDown } = props;
  const [text, setText] = React.useState(props.query);
  const change = (value: string) => {
    setText(value);
    onChange(value);
  };
  return (
    <>
      <searchIcon.react tag="span" className="jp-mlx-Search-icon" />
      <input
        type="search"
        className="jp-mlx-Input"
        aria-label={trans.__('Search the workbench')}
        placeholder={trans.__('Search jobs, tables, features…')}
        title={trans.__(
          'Enter opens the first hit, the arrow keys walk; #tag narrows jobs, tag:key=value, type: and owner: narrow tables'
        )}
        value={text}
        onChange={event => change(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            onEnter();
          } else if (event.key === 'ArrowDown') {
            event.preventDefault();
            onDown();
          } else if (event.key === 'Escape' && text) {
            change('');
          }
        }}
      />
    </>
  );
}
