/**
 * nbdime's view of two notebooks: the only module that knows nbdime.
 */
import type * as nbformat from '@jupyterlab/nbformat';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import type { IDiffEntry } from 'nbdime/lib/diff/diffentries';
import { NotebookDiffModel } from 'nbdime/lib/diff/model';
import { NotebookDiffWidget } from 'nbdime/lib/diff/widget';

import 'nbdime/lib/common/collapsible.css';
import 'nbdime/lib/common/dragpanel.css';
import 'nbdime/lib/styles/variables.css';
import 'nbdime/lib/styles/common.css';
import 'nbdime/lib/styles/diff.css';
import 'nbdime/lib/upstreaming/flexpanel.css';

import type { Diff } from '../api/types';
import { DOMAIN } from '../tokens';

/** The widget that shows a difference. */
export async function createDiffWidget(
  notebook: NonNullable<Diff['notebook']>,
  rendermime: IRenderMimeRegistry,
  translator: ITranslator
): Promise<Widget> {
  const model = new NotebookDiffModel(
    notebook.base as unknown as nbformat.INotebookContent,
    notebook.diff as unknown as IDiffEntry[]
  );
  const widget = new NotebookDiffWidget({ model, rendermime, translator });
  await widget.init();
  nameParts(widget.node, translator.load(DOMAIN));
  // nbdime's own styles apply below this class.
  widget.addClass('nbdime-root');
  widget.addClass('jp-mlx-NotebookDiff');
  return widget;
}

/** nbdime's editors and folding buttons have no names of their own. */
function nameParts(node: HTMLElement, trans: TranslationBundle): void {
  for (const editor of node.querySelectorAll('.cm-content')) {
    editor.setAttribute('aria-label', trans.__('Source'));
  }
  for (const scroller of node.querySelectorAll<HTMLElement>('.cm-scroller')) {
    scroller.tabIndex = 0;
  }
  const buttons = node.querySelectorAll('.jp-CollapsiblePanel-header-icon');
  for (const button of buttons) {
    button.setAttribute('aria-label', trans.__('Fold or unfold'));
  }
}
