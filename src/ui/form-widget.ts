/**
 * Forms as widgets of their own.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A form: the keyboard is where it is needed first, as soon as that is drawn.
 */
export abstract class FormWidget<
  P extends FormWidget.IProps
> extends ReactWidget {
  constructor(props: P) {
    super();
    this.props = props;
    this.addClass('jp-mlx-Form');
    this.node.tabIndex = -1;
    this.node.addEventListener('focusin', event => {
      if (event.target !== this.node) {
        this._last = event.target as HTMLElement;
      }
    });
  }

  /** The model is the widget's own. */
  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  /** What the form is drawn with. */
  protected readonly props: P;

  /** The selector of what takes the focus. */
  protected abstract get first(): string;

  /** The keyboard comes back to where it was. */
  protected override onActivateRequest(): void {
    const { _last: last } = this;
    if (last && this.node.contains(last)) {
      // A click activates too, before it arrives: what it is on must not move away from under it.
      last.focus({ preventScroll: true });
    } else {
      this._focusFirst();
    }
  }

  /** The fields are there: what was activated before them has waited for them with the keyboard. */
  protected readonly onDrawn = (): void => {
    const { activeElement } = document;
    // The palette, which closes meanwhile, leaves the focus to nobody.
    const isFree = activeElement === document.body || !activeElement;
    if (activeElement === this.node || (isFree && this.isVisible)) {
      this._focusFirst();
    }
  };

  private _focusFirst(): void {
    const first = this.node.querySelector<HTMLElement>(this.first);
    (first ?? this.node).focus();
  }

  private _last: HTMLElement | null = null;
}

export namespace FormWidget {
  /** What every form is drawn with. */
  export interface IProps {
    model: { dispose(): void };
  }
}

/** Tell a form's widget when its fields are in the document. */
export function useDrawn(isDrawn: boolean, onDrawn: () => void): void {
  React.useLayoutEffect(() => {
    if (isDrawn) {
      onDrawn();
    }
  }, [isDrawn, onDrawn]);
}
