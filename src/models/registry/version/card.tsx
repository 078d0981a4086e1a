/**
 * The Card tab: what the version is for, as Markdown that can be edited.
 */
import * as React from 'react';

import { CodeField } from '../../../ui/code';
import { Markdown } from '../../../ui/markdown';
import { Empty } from '../../../ui/parts';
import type { ITabProps } from './parts';

/** The card, or its editor beside what it will look like. */
export function CardTab(props: ITabProps): JSX.Element {
  const { model, value, rendermime, trans } = props;
  const edit = (): void => model.editCard();
  if (model.draft.card) {
    return <CardEditor {...props} text={model.draft.card.text} />;
  }
  if (!value.card.trim()) {
    return (
      <Empty
        text={trans.__(
          'There is no card yet: what the model is for, what it was made from, where it fails.'
        )}
        action={{ label: trans.__('Write it'), onClick: edit }}
      />
    );
  }
  return (
    <>
      <div className="jp-mlx-TableTools">
        <span className="jp-mlx-Field-hint">
          {value.card_edited
            ? trans.__('Written by hand.')
            : trans.__(
                'Made from the record, and kept current until somebody edits it.'
              )}
        </span>
        <button type="button" className="jp-mlx-Button" onClick={edit}>
          {trans.__('Edit')}
        </button>
      </div>
      <Markdown text={value.card} rendermime={rendermime} trans={trans} />
    </>
  );
}

function CardEditor(props: ITabProps & { text: string }): JSX.Element {
  const { model, text, rendermime, editors, trans } = props;
  const id = `jp-mlx-card-${encodeURIComponent(model.name)}-${model.number}`;
  return (
    <form
      className="jp-mlx-CardEditor"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void model.saveCard();
      }}
    >
      {model.isCardOvertaken && (
        <div className="jp-mlx-Note" role="status">
          {trans.__(
            'The card was changed meanwhile. What you save takes its place.'
          )}
        </div>
      )}
      <div className="jp-mlx-CardEditor-sides">
        <CodeField
          id={id}
          label={trans.__('The card as Markdown')}
          value={text}
          mimeType="text/x-markdown"
          invalid={false}
          editors={editors}
          onChange={changed => model.setCard(changed)}
        />
        <section
          className="jp-mlx-CardEditor-preview"
          aria-label={trans.__('What it looks like')}
          tabIndex={0}
        >
          <Markdown text={text} rendermime={rendermime} trans={trans} />
        </section>
      </div>
      <div className="jp-mlx-Form-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={model.sending}
        >
          {trans.__('Save')}
        </button>
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={() => model.leaveCard()}
        >
          {trans.__('Leave it')}
        </button>
      </div>
    </form>
  );
}
