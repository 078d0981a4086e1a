import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { StateDB } from '@jupyterlab/statedb';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import * as React from 'react';

import { TabbedPage } from '../tabbed-page';
import { trackPage } from '../track';

const trans = nullTranslator.load('jupyter_mlx');

class TestModel {
  loads = 0;
  isDisposed = false;

  async load(): Promise<void> {
    this.loads += 1;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

interface IProps {
  model: TestModel;
  trans: typeof trans;
}

class TestPage extends TabbedPage<IProps> {
  constructor(props: IProps) {
    super(props);
    this.build({
      label: trans.__('Parts'),
      idPrefix: 'test',
      head: () => <h2>{trans.__('Head')}</h2>,
      tabs: [
        { id: 'one', label: trans.__('One'), view: () => <input id="one" /> },
        {
          id: 'two',
          label: trans.__('Two'),
          view: () => <p data-row="a" tabIndex={0} />
        },
        { id: 'own', label: trans.__('Own'), widget: () => new Widget() }
      ]
    });
  }

  focusOn(selector: string): void {
    this.reveal(selector);
  }
}

describe('A page of tabs', () => {
  let page: TestPage;
  let model: TestModel;

  beforeEach(async () => {
    (
      globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
    ).IS_REACT_ACT_ENVIRONMENT = true;
    model = new TestModel();
    page = new TestPage({ model, trans });
    await draw(() => Widget.attach(page, document.body));
  });

  afterEach(() => act(() => page.dispose()));

  /** Do it, and draw what came of it. */
  const draw = (action: () => void): Promise<void> =>
    act(async () => {
      action();
      MessageLoop.flush();
    });

  const tab = (name: string): HTMLElement =>
    page.node.querySelector<HTMLElement>(`[id="test-tab-${name}"]`)!;

  it('shows the first tab, and makes others when they are first shown', async () => {
    expect(model.loads).toBe(1);
    expect(page.tab).toBe('one');
    expect(page.node.querySelector('[data-row]')).toBeNull();
    await draw(() => page.showTab('two'));
    expect(page.node.querySelector('[data-row]')).not.toBeNull();
    expect(page.node.querySelector('#one')).not.toBeNull();
    const panel = page.node.querySelector('[role="tabpanel"]')!;
    expect(panel.getAttribute('aria-labelledby')).toBe('test-tab-two');
    expect(panel.id).toBe(tab('two').getAttribute('aria-controls'));
  });

  it('passes over a tab that it does not have', () => {
    page.showTab('three');
    expect(page.tab).toBe('one');
  });

  it('is walked with the arrow keys, from the last tab to the first', async () => {
    const press = (key: string): Promise<void> =>
      draw(() =>
        tab(page.tab).dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true })
        )
      );
    await press('ArrowLeft');
    expect(page.tab).toBe('own');
    await press('ArrowRight');
    expect(page.tab).toBe('one');
    await press('ArrowRight');
    expect(document.activeElement).toBe(tab('two'));
    expect(tab('two').getAttribute('aria-selected')).toBe('true');
  });

  it('is saved with its tab, and once only whenever another is shown', async () => {
    const tracker = new WidgetTracker<MainAreaWidget<TestPage>>({
      namespace: 'test'
    });
    const connector = new StateDB();
    await tracker.restore({
      connector,
      registry: new CommandRegistry(),
      command: 'test:open',
      args: ({ content }) => ({ tab: content.tab }),
      name: () => 'page'
    });
    const saved: string[] = [];
    connector.changed.connect((_, { id, type }) => {
      saved.push(`${type} ${id}`);
    });
    const state = async (): Promise<unknown> =>
      (await connector.fetch('test:page')) as unknown;
    const document = new MainAreaWidget({ content: page });
    await draw(() => void trackPage(tracker, document, 'two'));
    expect(page.tab).toBe('two');
    expect(await state()).toEqual({ data: { tab: 'two' } });
    await draw(() => void trackPage(tracker, document, undefined));
    expect(page.tab).toBe('two');
    saved.length = 0;
    await draw(() => page.showTab('one'));
    await draw(() => page.showTab('one'));
    expect(await state()).toEqual({ data: { tab: 'one' } });
    expect(saved).toEqual(['save test:page']);
    document.dispose();
  });

  it('gives the focus to what is drawn later', async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
    page.focusOn('[data-row="a"]');
    await frame();
    await draw(() => page.showTab('two'));
    const row = page.node.querySelector<HTMLElement>('[data-row]')!;
    row.scrollIntoView = jest.fn();
    page.focusOn('[data-row="a"]');
    await frame();
    expect(document.activeElement).toBe(row);
  });

  it('disposes its model with itself', () => {
    act(() => page.dispose());
    expect(model.isDisposed).toBe(true);
  });
});
