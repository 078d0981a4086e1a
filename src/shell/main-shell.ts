/**
 * Documents in JupyterLab's main area.
 */
import type { ILabShell } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import type { IMlxShell } from '../tokens';
import { make } from './make';

/** One main area tab a document. */
export class MainShell implements IMlxShell {
  constructor(labShell: ILabShell, trans: TranslationBundle) {
    this._labShell = labShell;
    this._labels = trans;
  }

  async open<T extends Widget>(
    id: string,
    factory: () => T | Promise<T>
  ): Promise<MainAreaWidget<T>> {
    let document = this._documents.get(id) as MainAreaWidget<T> | undefined;
    if (!document) {
      const content = await make(factory, this._labels);
      // Another call may have opened the document while this one made it.
      document = this._documents.get(id) as MainAreaWidget<T> | undefined;
      if (document) {
        content.dispose();
      } else {
        document = this._add(id, content);
      }
    }
    this._labShell.activateById(document.id);
    return document;
  }

  close(id: string): void {
    this._documents.get(id)?.dispose();
  }

  private _add<T extends Widget>(id: string, content: T): MainAreaWidget<T> {
    const document = new MainAreaWidget({ content });
    // Our documents bring their own buttons; an empty bar would only take room.
    document.toolbar.hide();
    document.id = id;
    document.title.closable = true;
    document.disposed.connect(() => {
      this._documents.delete(id);
    });
    this._documents.set(id, document);
    this._labShell.add(document, 'main');
    return document;
  }

  private _labShell: ILabShell;
  private _labels: TranslationBundle;
  private _documents = new Map<string, MainAreaWidget>();
}
