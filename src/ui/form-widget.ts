/**
 * Forms as widgets of their own.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A form: the keyboard is where it is needed first, as soon as that is drawn.
 */
export abstract class FormWidget extends ReactWidget {
  constructor() {
    super();
    this.addClass('jp-mlx-Form');
    this.node.tabIndex = -1;
  }

  /** The selector of what takes the focus. */
  protected abstract get first(): string;

  protected override onActivateRequest(): void {
    const first = this.node.querySelector<HTMLElement>(this.first);
    (first ?? this.node).focus();
  }

  /** The fields are there: what was activated before them has waited for them with the keyboard. */
  protected readonly onDrawn = (): void => {
    const { activeElement } = document;
    // The palette, which closes meanwhile, leaves the focus to nobody.
    const isFree = activeElement === document.body || !activeElement;
    if (activeElement === this.node || (isFree && this.isVisible)) {
      this.onActivateRequest();
    }
  };
}

/** Tell a form's widget when its fields are in the document. */
export function useDrawn(isDrawn: boolean, onDrawn: () => void): void {
  React.useLayoutEffect(() => {
    if (isDrawn) {
      onDrawn();
    }
  }, [isDrawn, onDrawn]);
}
