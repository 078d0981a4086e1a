import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import * as React from 'react';

import { FormFrame, FormReady } from '../form';
import { FormWidget } from '../form-widget';
import { useSignals } from '../hooks';

const trans = nullTranslator.load('jupyter_mlx');

class TestModel {
  readonly changed = new Signal<this, void>(this);
  isReady = false;
  error: Error | null = null;
  sent = 0;
  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
  }
}

class TwoFields extends FormWidget<{ model: TestModel }> {
  protected get first(): string {
    return '#one';
  }

  protected render(): JSX.Element {
    return <Form {...this.props} onDrawn={this.onDrawn} />;
  }
}

function Form(props: { model: TestModel; onDrawn: () => void }): JSX.Element {
  const { model, onDrawn } = props;
  useSignals(model.changed);
  return (
    <FormReady
      isReady={model.isReady}
      loading={trans.__('Reading…')}
      error={model.error}
      onRetry={() => undefined}
      onDrawn={onDrawn}
      trans={trans}
    >
      {() => (
        <FormFrame
          title={trans.__('A form')}
          lead={trans.__('It is sent.')}
          error={null}
          submit={trans.__('Send')}
          isSubmitting={model.sent > 0}
          isWrong={model.sent === 0}
          onSubmit={async () => {
            model.sent += 1;
            model.changed.emit();
          }}
          trans={trans}
        >
          <input id="one" />
          <button id="two" type="button" />
        </FormFrame>
      )}
    </FormReady>
  );
}

describe('FormWidget', () => {
  let form: TwoFields;
  let model: TestModel;

  beforeEach(async () => {
    (
      globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
    ).IS_REACT_ACT_ENVIRONMENT = true;
    model = new TestModel();
    form = new TwoFields({ model });
    await act(async () => {
      Widget.attach(form, document.body);
      await form.renderPromise;
    });
    await change({ isReady: true });
  });

  const change = (to: Partial<TestModel>): Promise<void> =>
    act(async () => {
      Object.assign(model, to);
      model.changed.emit();
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

  it('waits for what it needs, and says why that could not be read', async () => {
    await change({ isReady: false });
    expect(form.node.textContent).toBe('Reading…');
    await change({ error: new Error('No.') });
    expect(form.node.querySelector('[role="alert"]')?.textContent).toContain(
      'No.'
    );
    expect(form.node.querySelector('form')).toBeNull();
  });

  it('is sent once', async () => {
    const button =
      form.node.querySelector<HTMLButtonElement>('[type="submit"]')!;
    const foot = button.parentElement!;
    expect(foot.textContent).toBe('SendSome fields need another value.');
    await act(async () => button.click());
    await act(async () => button.click());
    expect(model.sent).toBe(1);
    expect(foot.textContent).toBe('Is being sent…');
  });

  it('disposes its model with itself', () => {
    act(() => form.dispose());
    expect(model.isDisposed).toBe(true);
  });
});
