/**
 * Documents of the shell with what they are restored by.
 */
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/** A page that is restored with the tab that it shows. */
export interface ITabbed extends Widget {
  readonly tabChanged: ISignal<unknown, void>;
  showTab(name: string): void;
}

/** The document itself, whatever frame the shell put it in. */
export function contentOf<T extends Widget>(widget: Widget): T {
  return (widget instanceof MainAreaWidget ? widget.content : widget) as T;
}

/** Have a document restored after a reload, where the shell can; and as it is now, whenever one of the signals fires. */
export async function track<T extends Widget>(
  tracker: WidgetTracker<MainAreaWidget<T>>,
  widget: Widget,
  changes: (content: T) => ReadonlyArray<ISignal<unknown, void>> = () => []
): Promise<void> {
  if (widget instanceof MainAreaWidget && !tracker.has(widget)) {
    const document = widget as MainAreaWidget<T>;
    await tracker.add(document);
    for (const changed of changes(document.content)) {
      changed.connect(() => void tracker.save(document));
    }
  }
}

/** Track a page with its tab, and show the tab that is asked for, if any. */
export async function trackPage<T extends ITabbed>(
  tracker: WidgetTracker<MainAreaWidget<T>>,
  widget: Widget,
  tab: unknown,
  changes: (content: T) => ReadonlyArray<ISignal<unknown, void>> = () => []
): Promise<T> {
  await track(tracker, widget, page => [page.tabChanged, ...changes(page)]);
  const page = contentOf<T>(widget);
  if (typeof tab === 'string') {
    page.showTab(tab);
  }
  return page;
}
