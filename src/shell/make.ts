/**
 * Making documents, whose code is only loaded when one is opened.
 */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Make a document. That it can't be made is told: whoever asked for it by a click sees no rejected promise. */
export async function make<T>(
  factory: () => T | Promise<T>,
  trans: TranslationBundle
): Promise<T> {
  try {
    return await factory();
  } catch (reason) {
    const isLost = (reason as Error)?.name === 'ChunkLoadError';
    Notification.error(
      isLost
        ? trans.__(
            'The page could not be loaded from the server.\n\nOpen it again when the server answers.'
          )
        : trans.__('The page could not be opened: %1', String(reason)),
      { autoClose: 10000 }
    );
    throw reason;
  }
}
