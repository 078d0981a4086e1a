import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { ModelsSection } from '../list';
import { ModelsModel } from '../model';
import { aliasTexts } from '../words';
import { aModel, anExperiment } from './runs-samples';

const list = (...items: unknown[]) => ({ json: { items, next_cursor: null } });

describe('Models in the panel', () => {
  let server: TestServer;
  let events: EventStream;
  let models: ModelsModel;
  let section: ModelsSection;
  let commands: CommandRegistry;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET models/registered', list(aModel()));
    server.on('GET models/experiments', list(anExperiment()));
    server.on('GET models/deployments', list());
    server.on(
      'GET models/registered/delay-model/versions',
      list({ name: 'delay-model', version: 4, aliases: ['challenger'] })
    );
    const client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    models = new ModelsModel({ client, events });
    commands = new CommandRegistry();
    section = new ModelsSection({
      models,
      commands,
      trans: nullTranslator.load('jupyter_mlx'),
      createView: () => Promise.resolve(new Widget())
    });
    events.start(0);
    await until(() => events.status === 'live');
  });

  afterEach(async () => {
    models.dispose();
    events.dispose();
    await server.stop();
  });

  const asked = (path: string) =>
    server.seen.filter(one => one.path === path).length;
  const kinds = () => section.rows.map(row => row.kind);

  it('asks MLflow nothing before it is seen', async () => {
    expect(asked('models/registered')).toBe(0);
    await section.createContent();
    await until(() => models.status === 'ready');
    expect(section.badge.text).toBe('1');
    expect(kinds()).toEqual(['group', 'model', 'group', 'experiment']);
  });

  it('shows the versions of a model that is opened', async () => {
    await models.load();
    section.setOpen(section.rows[1], true);
    await until(() => kinds().includes('version'));
    expect(aliasTexts(aModel())).toEqual(['v3 champion', 'v4 challenger']);
  });

  it('shows what could be read when MLflow is down, and why the rest is not there', async () => {
    const down = {
      status: 503,
      json: { error: { code: 'tracking_down', message: 'It is down.' } }
    };
    server.on('GET models/registered', down);
    server.on('GET models/experiments', down);
    server.on('GET models/deployments', list({ name: 'd', model: 'm' }));
    await models.load();
    expect(models.status).toBe('failed');
    expect(models.error?.message).toBe('It is down.');
    expect(kinds()).toEqual(['group', 'deployment']);
    server.on('GET models/registered', list(aModel()));
    server.on('GET models/experiments', list());
    await models.load();
    expect(models.error).toBeNull();
  });

  it('reads again what events say is another', async () => {
    await models.load();
    server.on('GET models/registered', list(aModel({ name: 'other' })));
    const told: string[] = [];
    models.outdated.connect((_, { model }) => told.push(model));
    server.push({
      id: 1,
      kind: 'models.changed',
      subject: 'delay-model',
      data: { model: 'delay-model', what: 'alias' }
    });
    await until(() => models.models[0]?.name === 'other');
    expect(told).toEqual(['delay-model']);
    expect(asked('models/experiments')).toBe(1);
    server.push({
      id: 2,
      kind: 'job.state',
      subject: 'r1',
      data: { state: 'SUCCEEDED' }
    });
    await until(() => asked('models/experiments') === 2);
  });

  it('narrows to what is searched for, and opens the first hit', async () => {
    await models.load();
    const opened: unknown[] = [];
    commands.addCommand('mlx:open-experiment', {
      describedBy: { args: { type: 'object', properties: {} } },
      execute: args => {
        opened.push(args.id);
      }
    });
    section.search('delays');
    expect(kinds()).toEqual(['group', 'experiment']);
    expect(section.openFirst()).toBe(true);
    expect(opened).toEqual(['1']);
    section.search('nothing so called');
    expect(section.openFirst()).toBe(false);
  });
});
