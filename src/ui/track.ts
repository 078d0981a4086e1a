/**
 * Documents of the shell with what they are restored by.
 */
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

/** The document itself, whatever frame the shell put it in. */
export function contentOf<T extends Widget>(widget: Widget): T {
  return (widget instanceof MainAreaWidget ? widget.content : widget) as T;
}

/** Have a document restored after a reload, where the shell can. */
export async function track<T extends Widget>(
  tracker: WidgetTracker<MainAreaWidget<T>>,
  widget: Widget
): Promise<void> {
  if (widget instanceof MainAreaWidget && !tracker.has(widget)) {
    await tracker.add(widget as MainAreaWidget<T>);
  }
}
