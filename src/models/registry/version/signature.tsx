/**
 * The Signature tab: what goes in, what comes out.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { SignatureField } from '../../../api/types';
import { cellText } from '../../../ui/format';
import { Empty } from '../../../ui/parts';
import type { ITabProps } from './parts';

/** The signature. */
export function SignatureTab(props: ITabProps): JSX.Element {
  const { value, trans } = props;
  const { signature } = value;
  if (!signature) {
    return (
      <Empty
        text={trans.__(
          'The model has no signature, so nothing holds its inputs against one. Log it with `signature=` or `input_example=`.'
        )}
      />
    );
  }
  const { inputs, outputs, parameters, example } = signature;
  return (
    <>
      <Fields title={trans.__('Inputs')} fields={inputs} trans={trans} />
      <Fields title={trans.__('Outputs')} fields={outputs} trans={trans} />
      {parameters.length > 0 && (
        <section className="jp-mlx-CrawlPage-part">
          <h3>{trans.__('Parameters')}</h3>
          <table className="jp-mlx-Table jp-mlx-mod-narrow">
            <thead>
              <tr>
                <th scope="col">{trans.__('Name')}</th>
                <th scope="col">{trans.__('Type')}</th>
                <th scope="col">{trans.__('Default')}</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map(one => (
                <tr key={one.name}>
                  <th scope="row">{one.name}</th>
                  <td>
                    <code>{one.type}</code>
                  </td>
                  <td>{cellText(one.default ?? null)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {example !== null && example !== undefined && (
        <section className="jp-mlx-CrawlPage-part">
          <h3>{trans.__('An example that may be sent')}</h3>
          <pre
            className="jp-mlx-Source jp-mlx-mod-definition"
            tabIndex={0}
            aria-label={trans.__('An example that may be sent')}
          >
            {JSON.stringify(example, null, 2)}
          </pre>
        </section>
      )}
    </>
  );
}

function Fields(props: {
  title: string;
  fields: ReadonlyArray<SignatureField>;
  trans: TranslationBundle;
}): JSX.Element {
  const { title, fields, trans } = props;
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{title}</h3>
      {fields.length === 0 ? (
        <p className="jp-mlx-Sample-note">{trans.__('It does not say.')}</p>
      ) : (
        <table className="jp-mlx-Table jp-mlx-mod-narrow">
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col">{trans.__('Type')}</th>
              <th scope="col">{trans.__('Needed')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((one, index) => (
              <tr key={one.name ?? index}>
                <th scope="row">{one.name ?? trans.__('not named')}</th>
                <td>
                  <code>
                    {one.type}
                    {one.shape && ` (${one.shape.join(', ')})`}
                  </code>
                </td>
                <td>{one.required ? trans.__('yes') : trans.__('no')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
