/**
 * The dialog that asks in which flavour a table is to be read.
 */
import type { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Snippet } from '../api/types';

/** The flavours with the code of the chosen one. */
export class SnippetPicker
  extends ReactWidget
  implements Dialog.IBodyWidget<string>
{
  constructor(options: SnippetPicker.IOptions) {
    super();
    this._options = options;
    this._chosen = options.chosen;
    this.addClass('jp-mlx-Picker');
  }

  getValue(): string {
    return this._chosen;
  }

  protected override render(): JSX.Element {
    const { snippets, trans } = this._options;
    const chosen = snippets.find(one => one.name === this._chosen);
    return (
      <>
        <div
          className="jp-mlx-Choices"
          role="radiogroup"
          aria-label={trans.__('Read it with')}
        >
          {snippets.map(one => (
            <label key={one.name}>
              <input
                type="radio"
                name="jp-mlx-snippet"
                checked={one.name === this._chosen}
                onChange={() => {
                  this._chosen = one.name;
                  this.update();
                }}
              />
              {one.label}
            </label>
          ))}
        </div>
        {chosen?.needs && (
          <div className="jp-mlx-Note">
            {trans.__(
              'It needs %1, which is not installed here.',
              chosen.needs
            )}
          </div>
        )}
        <pre
          className="jp-mlx-Source jp-mlx-mod-snippet"
          tabIndex={0}
          aria-label={trans.__('Code')}
        >
          {chosen?.code}
        </pre>
      </>
    );
  }

  private _options: SnippetPicker.IOptions;
  private _chosen: string;
}

export namespace SnippetPicker {
  export interface IOptions {
    snippets: ReadonlyArray<Snippet>;
    /** The name of the flavour that is chosen at first. */
    chosen: string;
    trans: TranslationBundle;
  }
}
