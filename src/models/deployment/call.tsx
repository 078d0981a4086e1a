/**
 * The How to call tab: address, token, and code that calls the deployment.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { DeploymentToken } from '../../api/types';
import { useSignals } from '../../ui/hooks';
import { ErrorBox } from '../../ui/parts';
import { Copy } from './parts';
import type { ITabProps } from './parts';

/** The token is asked for when somebody wants it, and is not shown unasked. */
export function CallTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const { value, error } = model.token;
  if (value) {
    return <Call token={value} trans={trans} />;
  }
  return (
    <div className="jp-mlx-Empty">
      <p>
        {trans.__(
          'Whoever has the token can have rows scored. Each time it is shown, that is written into the audit log.'
        )}
      </p>
      {error && <ErrorBox error={error} trans={trans} />}
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-mod-accept"
        onClick={() => void model.token.reload()}
      >
        {trans.__('Show how to call it')}
      </button>
    </div>
  );
}

function Call(props: {
  token: DeploymentToken;
  trans: TranslationBundle;
}): JSX.Element {
  const { token, trans } = props;
  const [isShown, setShown] = React.useState(false);
  return (
    <>
      <dl className="jp-mlx-Facts">
        <dt>{trans.__('Address')}</dt>
        <dd className="jp-mlx-Call-value">
          <code>{token.address}</code>
          <Copy
            text={token.address}
            label={trans.__('Copy the address')}
            trans={trans}
          />
        </dd>
        {token.token !== null && (
          <>
            <dt>{trans.__('Token')}</dt>
            <dd className="jp-mlx-Call-value">
              <code>{isShown ? token.token : '•'.repeat(16)}</code>
              <button
                type="button"
                className="jp-mlx-Link"
                aria-pressed={isShown}
                onClick={() => setShown(!isShown)}
              >
                {isShown ? trans.__('Hide') : trans.__('Show')}
              </button>
              <Copy
                text={token.token}
                label={trans.__('Copy the token')}
                trans={trans}
              />
            </dd>
          </>
        )}
      </dl>
      <Code
        title={trans.__('From a terminal')}
        code={token.curl}
        secret={isShown ? null : token.token}
        trans={trans}
      />
      <Code
        title={trans.__('From Python')}
        code={token.python}
        secret={isShown ? null : token.token}
        trans={trans}
      />
    </>
  );
}

/** Code that is copied whole, and shown without the token until that is shown. */
function Code(props: {
  title: string;
  code: string;
  secret: string | null;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { title, code, secret, trans } = props;
  if (!code) {
    return null;
  }
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={title}>
      <h3 className="jp-mlx-Call-value">
        {title}
        <Copy text={code} label={trans.__('Copy the code')} trans={trans} />
      </h3>
      <pre className="jp-mlx-mod-definition">
        {secret ? code.split(secret).join('•'.repeat(16)) : code}
      </pre>
    </section>
  );
}
