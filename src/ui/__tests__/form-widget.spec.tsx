import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import * as React from 'react';

import { FormWidget, useDrawn } from '../form-widget';

class TwoFields extends FormWidget {
  protected get first(): string {
    return '#one';
  }

  protected render(): JSX.Element {
    return <Fields onDrawn={this.onDrawn} />;
  }
}

function Fields(props: { onDrawn: () => void }): JSX.Element {
  useDrawn(true, props.onDrawn);
  return (
    <>
      <input id="one" />
      <button id="two" />
    </>
  );
}

describe('FormWidget', () => {
  let form: TwoFields;

  beforeEach(async () => {
    (
      globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
    ).IS_REACT_ACT_ENVIRONMENT = true;
    form = new TwoFields();
    await act(async () => {
      Widget.attach(form, document.body);
      await form.renderPromise;
    });
  });

  afterEach(() => {
    act(() => form.dispose());
  });

  it('takes the keyboard to its first control when it is drawn', () => {
    expect(document.activeElement?.id).toBe('one');
  });

  it('gives the keyboard back to where it was, and moves nothing', () => {
    const two = form.node.querySelector<HTMLElement>('#two')!;
    two.focus();
    two.blur();
    const focus = jest.spyOn(two, 'focus');
    MessageLoop.sendMessage(form, Widget.Msg.ActivateRequest);
    expect(document.activeElement).toBe(two);
    expect(focus).toHaveBeenCalledWith({ preventScroll: true });
  });
});
