/**
 * A file of the server that is chosen in a dialog.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';

/** Ask for a file; null where none is wanted. */
export async function chooseFile(
  manager: IDocumentManager,
  options: {
    title: string;
    /** Whether a file of this name can be chosen. */
    isOffered: (name: string) => boolean;
  }
): Promise<string | null> {
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const { value, button } = await FileDialog.getOpenFiles({
    manager,
    title: options.title,
    filter: item => (options.isOffered(item.name) ? {} : null)
  });
  const [file] = value ?? [];
  return button.accept && file && file.type !== 'directory' ? file.path : null;
}
