/**
 * Documents over the page, where the main area has no tabs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { IMlxShell } from '../tokens';
import { make } from './make';

/** One document at a time, in a dialog that leaves JupyterLab's own dialogs above it. */
export class DialogShell implements IMlxShell {
  constructor(trans: TranslationBundle) {
    this._labels = trans;
  }

  async open<T extends Widget>(
    id: string,
    factory: () => T | Promise<T>
  ): Promise<T> {
    if (this._current?.id === id) {
      this._current.activate();
      return this._current.content as T;
    }
    const content = await make(factory, this._labels);
    this._current?.dispose();
    const frame = new Frame(id, content, this._labels);
    frame.disposed.connect(() => {
      if (this._current === frame) {
        this._current = null;
      }
    });
    this._current = frame;
    Widget.attach(frame, document.body);
    frame.activate();
    return content;
  }

  close(id: string): void {
    if (this._current?.id === id) {
      this._current.dispose();
    }
  }

  private _labels: TranslationBundle;
  private _current: Frame | null = null;
}

/** The frame of a document: a title, a close button, the content. */
class Frame extends Widget {
  constructor(id: string, content: Widget, trans: TranslationBundle) {
    super();
    this.id = id;
    this.content = content;
    this.addClass('jp-mlx-Frame');
    // Themes apply to what is outside the shell only below this class.
    this.addClass('jp-ThemedContainer');
    this.node.setAttribute('role', 'dialog');
    this.node.tabIndex = -1;
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(new FrameHead(content, trans, this));
    layout.addWidget(content);
  }

  readonly content: Widget;

  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && event.key === 'Escape') {
      event.stopPropagation();
      this.dispose();
    }
  }

  protected override onAfterAttach(): void {
    this._before = document.activeElement;
    this.node.addEventListener('keydown', this);
  }

  protected override onBeforeDetach(): void {
    this.node.removeEventListener('keydown', this);
    if (this._before instanceof HTMLElement) {
      this._before.focus();
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus();
    this.content.activate();
  }

  private _before: Element | null = null;
}

class FrameHead extends Widget {
  constructor(content: Widget, trans: TranslationBundle, frame: Widget) {
    super();
    this.addClass('jp-mlx-Frame-head');
    const label = document.createElement('span');
    const show = () => {
      label.textContent = content.title.label;
      frame.node.setAttribute('aria-label', content.title.label);
    };
    // A document learns its name when it has read what it shows.
    content.title.changed.connect(show);
    show();
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'jp-mlx-IconButton';
    close.setAttribute('aria-label', trans.__('Close'));
    close.onclick = () => frame.dispose();
    closeIcon.element({ container: close });
    this.node.append(label, close);
  }
}
