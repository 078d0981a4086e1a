import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { MlxError } from '../../api/errors';
import { EventStream } from '../../api/events';
import { DeployFormModel } from '../deployment/form/model';
import { EMPTY, proposedName, readSettings } from '../deployment/form/request';
import { ModelsModel } from '../model';
import { aDeployment, aModel } from './deployment-samples';

const trans = nullTranslator.load('jupyter_mlx');

describe('The form that deploys', () => {
  let server: TestServer;
  let events: EventStream;
  let models: ModelsModel;
  let client: MlxClient;
  let form: DeployFormModel;

  const list = (...items: unknown[]) => ({
    json: { items, next_cursor: null }
  });

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET models/registered', list(aModel()));
    server.on('GET models/experiments', list());
    server.on('GET models/deployments', list());
    server.on('GET models/registered/delay-model/versions', list());
    client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    models = new ModelsModel({ client, events });
    form = new DeployFormModel({ client, models, trans });
    await until(() => form.isReady);
  });

  afterEach(async () => {
    form.dispose();
    models.dispose();
    events.dispose();
    await server.stop();
  });

  const sent = (): unknown[] =>
    server.seen
      .filter(one => one.method === 'POST' && one.path === 'models/deployments')
      .map(one => one.body);

  it('is filled in where there is one model: its champion, on this machine', async () => {
    expect(form.settings).toMatchObject({
      model: 'delay-model',
      name: 'delay-model',
      which: 'alias:champion',
      target: 'local'
    });
    server.on('POST models/deployments', { status: 201, json: aDeployment() });
    expect((await form.submit())?.name).toBe('delay');
    expect(sent()).toEqual([
      {
        name: 'delay-model',
        target: 'local',
        model: 'delay-model',
        alias: 'champion'
      }
    ]);
  });

  it('sends the options of the target alone, in their types', async () => {
    server.on('POST models/deployments', { status: 201, json: aDeployment() });
    form.set('which', 'version:3');
    form.set('folder', 'elsewhere');
    form.set('port', '5005');
    form.set('log_share', '25');
    form.set('mask', 'name, birth_date');
    await form.submit();
    expect(sent()).toEqual([
      {
        name: 'delay-model',
        target: 'local',
        model: 'delay-model',
        version: 3,
        options: { port: 5005, log_share: 0.25, mask: ['name', 'birth_date'] }
      }
    ]);
  });

  it('says at each field what the target needs, when it is sent', async () => {
    form.set('target', 'sagemaker');
    expect(form.errorOf('role')).toBe('');
    expect(await form.submit()).toBeNull();
    expect(sent()).toEqual([]);
    for (const field of ['role', 'bucket', 'image'] as const) {
      expect(form.errorOf(field)).toBe('This target needs it.');
    }
    form.set('bucket', 'models');
    expect(form.errorOf('bucket')).toMatch('s3://bucket/prefix');
  });

  it('shows what the server refuses at its field', async () => {
    const refuse = (field: string): void =>
      server.on('POST models/deployments', {
        status: 400,
        json: { error: { code: 'x', message: 'No.', field } }
      });
    refuse('options.port');
    await form.submit();
    expect(form.errorOf('port')).toBeInstanceOf(MlxError);
    refuse('version');
    await form.submit();
    expect(form.errorOf('port')).toBe('');
    expect(form.errorOf('which')).toBeInstanceOf(MlxError);
    refuse('');
    await form.submit();
    expect(form.submission.error?.message).toBe('No.');
  });

  it('asks for a model that is not in the list', async () => {
    form.set('model', 'other');
    expect(form.settings).toMatchObject({ name: 'other', which: '' });
    server.on('GET models/registered/other', {
      json: aModel({ name: 'other', aliases: {} })
    });
    await form.seek();
    expect(form.settings.which).toBe('version:3');
    form.set('model', 'nothing');
    server.on('GET models/registered/nothing', {
      status: 404,
      json: { error: { code: 'model_unknown', message: 'There is none.' } }
    });
    await form.seek();
    expect(form.errorOf('model')).toMatchObject({ code: 'model_unknown' });
  });

  it('keeps a name that was typed', () => {
    form.set('name', 'mine');
    form.set('model', 'other');
    expect(form.settings.name).toBe('mine');
  });

  it('keeps the version that it was opened for', async () => {
    const own = new DeployFormModel({
      client,
      models,
      trans,
      model: 'delay-model',
      which: 'version:1'
    });
    expect(own.settings.which).toBe('version:1');
    own.dispose();
  });

  it('proposes names that can be', () => {
    expect(proposedName('main.ml/delay model!')).toBe('main-ml-delay-model');
    const { errors } = readSettings({ ...EMPTY, name: 'a--b' }, trans);
    expect(errors.name).toMatch('single hyphens');
  });
});
