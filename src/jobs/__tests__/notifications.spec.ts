import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { aRun } from '../../__tests__/server';
import { CommandIDs } from '../../tokens';
import { tell } from '../plugins/notifications';

describe('The end of a gate', () => {
  const opened: unknown[] = [];
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.openModel, {
    describedBy: { args: { type: 'object' } },
    execute: args => {
      opened.push(args);
    }
  });
  const trans = nullTranslator.load('');
  const tags = { promotion: 'p1', models: 'delay' };

  afterEach(() => {
    Notification.dismiss();
  });

  it('that refuses is no error that stays: it leads to the promotion', () => {
    tell(aRun({ name: 'Gate', state: 'FAILED', tags }), commands, trans);
    const [{ type, message, options }] = Notification.manager.notifications;
    expect(type).toBe('warning');
    expect(message).toMatch(/^Gate: not passed/);
    expect(options.autoClose).toBeGreaterThan(0);
    options.actions?.[0].callback(new MouseEvent('click'));
    expect(opened).toEqual([{ name: 'delay', tab: 'promotions' }]);
  });

  it('of any other job that failed stays until it is seen', () => {
    tell(aRun({ name: 'train', state: 'FAILED' }), commands, trans);
    const [{ type, options }] = Notification.manager.notifications;
    expect(type).toBe('error');
    expect(options.autoClose).toBe(false);
  });
});
