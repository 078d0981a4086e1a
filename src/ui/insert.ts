/**
 * Code that goes into the notebook that is in use.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Write code into a new cell of the current notebook; to the clipboard where there is none.
 * The code may depend on the notebook's folder, which is the server's root where there is none.
 */
export async function insertCode(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null,
  code: string | ((folder: string) => string),
  trans: TranslationBundle
): Promise<void> {
  const panel = notebooks?.currentWidget ?? null;
  const text = (folder: string): string =>
    typeof code === 'string' ? code : code(folder);
  if (panel && !panel.model?.readOnly) {
    await addCell(panel, text(PathExt.dirname(panel.context.path)));
    app.shell.activateById(panel.id);
  } else {
    Clipboard.copyToSystem(text(''));
    Notification.info(
      trans.__(
        'No notebook is open that can be changed, so the code is on the clipboard: paste it into a cell.'
      ),
      { autoClose: 6000 }
    );
  }
}

/** A new code cell below the active one, which is then the active one. */
async function addCell(panel: NotebookPanel, code: string): Promise<void> {
  const { NotebookActions } = await import('@jupyterlab/notebook');
  const { content } = panel;
  NotebookActions.insertBelow(content);
  content.activeCell?.model.sharedModel.setSource(code);
  await content.scrollToItem(content.activeCellIndex);
}
