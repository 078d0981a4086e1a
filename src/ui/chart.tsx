/**
 * Vega-Lite charts in the theme's colours.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { MlxError } from '../api/errors';
import { VEGALITE } from './charts';
import type { IChartStyle } from './charts';

/** A chart by the application's own renderer, drawn again in another theme. */
export function Chart(props: {
  title: string;
  spec: (style: IChartStyle) => Record<string, unknown> | null;
  /** What the specification, which is then never null, is made of: the chart is drawn again where it is another. */
  of?: unknown;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { title, spec, of, rendermime, trans } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [error, setError] = React.useState('');
  const isThere = of !== undefined || spec(NO_STYLE) !== null;
  // Its end comes before React takes the host out: Lumino detaches only what is in the page.
  React.useLayoutEffect(() => {
    const host = node.current;
    if (!host) {
      return;
    }
    let drawn: Widget | null = null;
    const clear = (): void => {
      if (drawn) {
        Widget.detach(drawn);
        drawn.dispose();
        drawn = null;
      }
    };
    const draw = (): void => {
      clear();
      if (!rendermime.getFactory(VEGALITE)) {
        setError(trans.__('This application draws no Vega-Lite charts.'));
        return;
      }
      const renderer = rendermime.createRenderer(VEGALITE);
      drawn = renderer;
      Widget.attach(renderer, host);
      host.removeAttribute('data-drawn');
      const data = { [VEGALITE]: spec(themeOf(host)), ...NO_PICTURE };
      renderer
        .renderModel(
          rendermime.createModel({
            data: data as ReadonlyPartialJSONObject,
            metadata: { [VEGALITE]: { embed_options: { actions: false } } }
          })
        )
        .then(() => host.setAttribute('data-drawn', ''))
        .catch(reason => setError(MlxError.from(reason).message));
    };
    draw();
    const themes = new MutationObserver(draw);
    themes.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });
    return () => {
      themes.disconnect();
      clear();
    };
  }, [isThere, of]);
  return isThere ? (
    <figure className="jp-mlx-Chart">
      <figcaption>{title}</figcaption>
      {error ? <div className="jp-mlx-Note">{error}</div> : <div ref={node} />}
    </figure>
  ) : null;
}

/** A chart that has a picture is drawn once; without it the renderer draws a second one, to be saved in a notebook. */
const NO_PICTURE = { 'image/png': 'none' };

const NO_STYLE: IChartStyle = {
  text: '',
  grid: '',
  mark: '',
  font: '',
  dark: false
};

function themeOf(host: HTMLElement): IChartStyle {
  const style = getComputedStyle(host);
  const variable = (name: string): string =>
    style.getPropertyValue(name).trim();
  return {
    text: variable('--jp-ui-font-color1'),
    grid: variable('--jp-border-color2'),
    mark: variable('--jp-brand-color1'),
    font: variable('--jp-ui-font-family'),
    dark: document.body.dataset.jpThemeLight === 'false'
  };
}
