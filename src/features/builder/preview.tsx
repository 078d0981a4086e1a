/**
 * What the training set would be like: leaks first, then what was found, then rows.
 */
import * as React from 'react';

import { formatNumber } from '../../ui/format';
import { Empty, Loading } from '../../ui/parts';
import { Rows } from '../../ui/rows';
import { FoundBars, LeakageReport } from '../report';
import type { IBuilderProps } from './page';

/** The preview, or how to get one. */
export function PreviewPart(props: IBuilderProps): JSX.Element {
  const { model, trans } = props;
  const { preview, busy } = model;
  if (!preview) {
    return busy === 'preview' ? (
      <Loading text={trans.__('Features of the first labels are looked up…')} />
    ) : (
      <Empty
        text={trans.__(
          'A preview looks the features of the first labels up and says what may leak the answer. Nothing is kept.'
        )}
      />
    );
  }
  const { labels, looked_at } = preview;
  return (
    <>
      <p className="jp-mlx-Sample-note" role="status">
        {busy === 'preview'
          ? trans.__('Features of the first labels are looked up…')
          : looked_at < labels
            ? trans.__(
                'Of the first %1 of %2 labels',
                formatNumber(looked_at),
                formatNumber(labels)
              )
            : trans._n(
                'Of %2 label',
                'Of all %2 labels',
                labels,
                formatNumber(labels)
              )}
      </p>
      {!model.isCurrent && busy === null && (
        <div className="jp-mlx-Note" role="status">
          {trans.__('This is of other choices than those on the left.')}{' '}
          {model.isReady && (
            <button
              type="button"
              className="jp-mlx-Link"
              onClick={() => void model.look()}
            >
              {trans.__('Preview again')}
            </button>
          )}
        </div>
      )}
      <LeakageReport findings={preview.leakage} trans={trans} />
      <FoundBars views={preview.views} trans={trans} />
      <section className="jp-mlx-CrawlPage-part">
        <h3>{trans.__('First rows')}</h3>
        <Rows table={preview} trans={trans} />
      </section>
    </>
  );
}
