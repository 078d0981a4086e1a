import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, aRun, aSchedule, until } from '../../../__tests__/server';
import { MlxClient } from '../../../api/client';
import type { NotebookInfo } from '../../../api/types';
import { FormModel } from '../model';

const trans = nullTranslator.load('jupyter_mlx');

const INFO: NotebookInfo = {
  path: 'a.ipynb',
  digest: 'sha256:1',
  inspected: true,
  kernel: 'python3',
  language: 'python',
  cells: 3,
  last: null,
  parameters: [
    {
      name: 'epochs',
      type: 'int',
      default: 10,
      default_source: '10',
      nullable: false,
      help: ''
    },
    {
      name: 'lr',
      type: 'float',
      default: 0.1,
      default_source: '0.1',
      nullable: false,
      help: ''
    }
  ]
};

describe('FormModel', () => {
  let server: TestServer;
  let info: NotebookInfo;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    info = INFO;
    server.on('GET notebooks/parameters', () => ({ json: info }));
    server.on('GET config', {
      json: {
        version: '0.1.0',
        kernels: [
          { name: 'python3', display_name: 'Python 3', language: 'python' }
        ],
        default_kernel: 'python3',
        gpus: 1,
        timezones: ['UTC'],
        agent: { running: true },
        mlflow_tracking_uri: '',
        secrets: ['TOKEN']
      }
    });
    server.on('POST jobs', { status: 201, json: aRun() });
  });

  afterEach(() => server.stop());

  const make = async (clone?: ReturnType<typeof aRun>) => {
    const client = new MlxClient({ serverSettings: server.settings });
    const model = new FormModel({ client, path: 'a.ipynb', trans, clone });
    await model.load();
    return model;
  };

  it('is ready to be submitted as it opens', async () => {
    const model = await make();
    expect(model.isValid).toBe(true);
    const result = await model.submit();
    expect(result?.run?.id).toBe('r1');
    expect(server.seen[server.seen.length - 1].body).toEqual({
      notebook: 'a.ipynb',
      parameters: {}
    });
  });

  it('sends what differs from the notebook, typed', async () => {
    const model = await make();
    model.setText('epochs', '20');
    model.setText('lr', '0.10');
    model.set('gpus', '1');
    model.set('include', '*.csv\n\n data/*.json ');
    model.set('tags', 'team=risk');
    model.setSecret('TOKEN', true);
    await model.submit();
    expect(server.seen[server.seen.length - 1].body).toEqual({
      notebook: 'a.ipynb',
      parameters: { epochs: 20 },
      gpus: 1,
      include: ['*.csv', 'data/*.json'],
      tags: { team: 'risk' },
      secrets: ['TOKEN']
    });
  });

  it('sends nothing while a field is wrong', async () => {
    const model = await make();
    model.setText('epochs', 'many');
    model.set('gpus', '2');
    expect(model.errorOf('parameters.epochs')).not.toBe('');
    expect(model.errorOf('gpus')).not.toBe('');
    expect(await model.submit()).toBeNull();
    expect(server.seen.some(one => one.method === 'POST')).toBe(false);
  });

  it('starts from the last run of the notebook', async () => {
    info = {
      ...INFO,
      last: { parameters: { epochs: 3 }, kernel: 'gone', timeout_s: 60 }
    };
    const model = await make();
    expect(model.text('epochs')).toBe('3');
    expect(model.settings.timeout_s).toBe('60');
    expect(model.settings.kernel).toBe('');
    model.resetParameters();
    expect(model.text('epochs')).toBe('10');
  });

  it('puts what the server refuses beside its field, until the field changes', async () => {
    server.on('POST jobs', {
      status: 400,
      json: {
        error: {
          code: 'parameter_type',
          message: 'No.',
          remedy: 'Do.',
          field: 'parameters.lr'
        }
      }
    });
    const model = await make();
    expect(await model.submit()).toBeNull();
    expect(model.errorOf('parameters.lr')).toMatchObject({ remedy: 'Do.' });
    expect(model.submission.error).toBeNull();
    model.setText('lr', '0.2');
    expect(model.errorOf('parameters.lr')).toBe('');
  });

  it('shows what is about no field above the form', async () => {
    server.on('POST jobs', {
      status: 404,
      json: { error: { code: 'notebook_missing', message: 'Gone.' } }
    });
    const model = await make();
    await model.submit();
    expect(model.submission.error?.code).toBe('notebook_missing');
  });

  it('uses the same key again for the same request only', async () => {
    server.on('POST jobs', { status: 503, text: '' });
    const model = await make();
    await model.submit();
    await model.submit();
    model.setText('epochs', '11');
    await model.submit();
    const keys = server.seen
      .filter(one => one.method === 'POST')
      .map(one => one.headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('takes parameters as JSON where the notebook declares none', async () => {
    info = { ...INFO, parameters: [], inspected: false };
    const model = await make();
    model.set('extra', '[1]');
    expect(model.isValid).toBe(false);
    model.set('extra', '{"lr": 0.5}');
    expect(model.request.parameters).toEqual({ lr: 0.5 });
  });

  it('previews a schedule in words and creates it', async () => {
    server.on('GET schedules/preview', ({ query }) =>
      query.get('cron') === 'x'
        ? {
            status: 400,
            json: {
              error: { code: 'cron', message: 'No cron.', field: 'cron' }
            }
          }
        : { json: { words: 'Every day', next_fires: [] } }
    );
    server.on('POST schedules', { status: 201, json: aSchedule() });
    const model = await make();
    model.setMode('schedule');
    await until(() => model.preview?.words === 'Every day');
    model.set('cron', 'x');
    await until(() => model.errorOf('cron') !== '');
    model.set('cron', '0 6 * * *');
    model.set('timezone', 'UTC');
    const result = await model.submit();
    expect(result?.schedule?.id).toBe('s1');
    expect(server.seen[server.seen.length - 1].body).toEqual({
      job: { notebook: 'a.ipynb', parameters: {} },
      cron: '0 6 * * *',
      timezone: 'UTC'
    });
  });

  it('clones with all that the same version declares', async () => {
    server.on('POST jobs/r1/clone', { status: 201, json: aRun({ id: 'r2' }) });
    const model = await make(aRun({ parameters: { epochs: 3 } }));
    expect(model.parameters.map(one => one.name)).toEqual(['epochs', 'lr']);
    expect(model.text('epochs')).toBe('3');
    model.setText('lr', '0.3');
    await model.submit();
    expect(server.seen[server.seen.length - 1].body).toEqual({
      parameters: { lr: 0.3 }
    });
  });

  it('clones a run whose notebook is another now, with the parameters that differ', async () => {
    info = { ...INFO, digest: 'sha256:2' };
    server.on('POST jobs/r1/clone', { status: 201, json: aRun({ id: 'r2' }) });
    const model = await make(aRun({ parameters: { epochs: 3, on: true } }));
    expect(model.parameters.map(one => one.type)).toEqual(['float', 'bool']);
    model.setText('epochs', '4');
    const result = await model.submit();
    expect(result?.run?.id).toBe('r2');
    expect(server.seen[server.seen.length - 1].body).toEqual({
      parameters: { epochs: 4 }
    });
  });
});
