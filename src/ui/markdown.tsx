/**
 * Markdown of whoever wrote it, by the application's own renderer, which takes out what could act.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../api/errors';

const MIME = 'text/markdown';

/** The text, rendered; as it was written where the application renders no Markdown. */
export function Markdown(props: {
  text: string;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { text, rendermime, trans } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [error, setError] = React.useState('');
  // Its end comes before React takes the host out: Lumino detaches only what is in the page.
  React.useLayoutEffect(() => {
    const host = node.current;
    if (!host) {
      return;
    }
    if (!rendermime.getFactory(MIME)) {
      setError(trans.__('This application renders no Markdown.'));
      return;
    }
    const renderer = rendermime.createRenderer(MIME);
    Widget.attach(renderer, host);
    renderer
      .renderModel(
        rendermime.createModel({ data: { [MIME]: text }, trusted: false })
      )
      .catch(reason => setError(MlxError.from(reason).message));
    return () => {
      Widget.detach(renderer);
      renderer.dispose();
    };
  }, [text, rendermime]);
  return error ? (
    <>
      <div className="jp-mlx-Note">{error}</div>
      <pre className="jp-mlx-Log">{text}</pre>
    </>
  ) : (
    <div ref={node} className="jp-mlx-Markdown" />
  );
}
