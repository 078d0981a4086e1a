import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { MlxError } from '../../api/errors';
import { EventStream } from '../../api/events';
import { inputOf, kindOf, parseInput, parseRows } from '../deployment/inputs';
import { DeploymentModel, revisionBefore } from '../deployment/model';
import { answerTable } from '../deployment/predictions';
import { ROWS } from '../deployment/try-model';
import { ModelsModel } from '../model';
import { aDeployment, aSignature } from './deployment-samples';

const trans = nullTranslator.load('jupyter_mlx');
const PATH = 'models/deployments/delay';

describe('The deployment page', () => {
  let server: TestServer;
  let events: EventStream;
  let models: ModelsModel;
  let model: DeploymentModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on(`GET ${PATH}`, { json: aDeployment() });
    const client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    models = new ModelsModel({ client, events });
    model = new DeploymentModel({ name: 'delay', client, models, trans });
    events.start(0);
    await until(() => events.status === 'live');
    await model.load();
  });

  afterEach(async () => {
    model.dispose();
    models.dispose();
    events.dispose();
    await server.stop();
  });

  const sent = (route: string): unknown[] =>
    server.seen
      .filter(one => `${one.method} ${one.path}` === route)
      .map(one => one.body);

  const push = (id: number, data: Record<string, unknown>): void =>
    server.push({ id, kind: 'deployment.changed', subject: 'd1', data });

  it('reads again what an event says is another', async () => {
    server.on(`GET ${PATH}`, { json: aDeployment({ state: 'FAILED' }) });
    push(1, { name: 'other', model: 'm', state: 'READY' });
    push(2, { name: 'delay', model: 'm', state: 'FAILED' });
    await until(() => model.deployment.value?.state === 'FAILED');
    expect(sent(`GET ${PATH}`)).toHaveLength(2);
  });

  it('looks again at a change elsewhere, which tells of nothing by itself', async () => {
    const elsewhere = new DeploymentModel({
      name: 'delay',
      client: new MlxClient({ serverSettings: server.settings }),
      models,
      trans,
      look: 1
    });
    const target = 'sagemaker';
    server.on(`GET ${PATH}`, {
      json: aDeployment({ target, state: 'UPDATING' })
    });
    await elsewhere.load();
    server.on(`GET ${PATH}`, { json: aDeployment({ target }) });
    await until(() => elsewhere.deployment.value?.state === 'READY');
    elsewhere.dispose();
  });

  it('says when it was taken away', async () => {
    push(1, { name: 'delay', model: 'm', state: 'REMOVING', removed: true });
    await until(() => model.isRemoved);
  });

  it('goes back to the revision before, or to any', () => {
    const revisions = [3, 2, 1].map(number => ({
      ...aDeployment().revisions[0],
      number
    }));
    const deployment = aDeployment({ revision: 3, revisions });
    expect(revisionBefore(deployment)?.number).toBe(2);
    expect(revisionBefore(deployment, 1)?.number).toBe(1);
    expect(revisionBefore(aDeployment())).toBeUndefined();
  });

  describe('traffic', () => {
    const shares = (): unknown =>
      model.traffic.shares.map(one => [one.version, one.tenths]);

    it('is put in force over the revision that was seen', async () => {
      const routes = [
        { version: 1, share: 0.8 },
        { version: 2, share: 0.2 }
      ];
      server.on(`GET ${PATH}`, { json: aDeployment({ routes, revision: 2 }) });
      // The answer is older than what an event brings meanwhile.
      server.on(`PATCH ${PATH}`, async () => {
        push(1, { name: 'delay', model: 'm', state: 'READY' });
        await until(() => model.deployment.value?.revision === 2);
        return {
          json: aDeployment({ routes, revision: 2, state: 'UPDATING' })
        };
      });
      model.traffic.add(2, false);
      model.traffic.setShare(2, 200);
      model.traffic.why = ' a canary ';
      await model.traffic.apply();
      expect(sent(`PATCH ${PATH}`)).toEqual([
        { routes, expected: 1, why: 'a canary' }
      ]);
      expect(model.deployment.value?.state).toBe('READY');
      expect(model.traffic.isEdited).toBe(false);
      expect(model.traffic.revision).toBe(2);
      expect(model.traffic.why).toBe('');
    });

    it('follows the server until it is edited', async () => {
      const routes = [{ version: 2, share: 1 }];
      server.on(`GET ${PATH}`, { json: aDeployment({ routes, revision: 2 }) });
      await model.deployment.reload();
      expect(shares()).toEqual([[2, 1000]]);
    });

    it('keeps an edit that another has overtaken, and tells of it', async () => {
      model.traffic.add(3, false);
      const routes = [{ version: 2, share: 1 }];
      server.on(`GET ${PATH}`, { json: aDeployment({ routes, revision: 2 }) });
      server.on(`PATCH ${PATH}`, {
        status: 409,
        json: { error: { code: 'revision_conflict', message: 'Another one.' } }
      });
      await model.traffic.apply();
      expect(model.traffic.error?.message).toBe('Another one.');
      expect(model.traffic.overtakenBy).toBe(2);
      expect(shares()).toEqual([
        [1, 900],
        [3, 100]
      ]);
      model.traffic.rebase();
      expect(model.traffic.overtakenBy).toBeNull();
      expect(model.traffic.revision).toBe(2);
      expect(model.traffic.isEdited).toBe(true);
      model.traffic.reset();
      expect(shares()).toEqual([[2, 1000]]);
    });
  });

  describe('the form that scores', () => {
    it('starts from the example, with what each field shows', () => {
      const texts = aSignature().inputs.map(one =>
        model.trial.textOf(one.name ?? '')
      );
      expect(texts).toEqual([
        '1400',
        '180',
        'UA',
        'false',
        '2013-01-31T17:05:00',
        '[0.5,1]'
      ]);
    });

    it('sends values in the types of the signature', async () => {
      server.on(`POST ${PATH}/invocations`, {
        json: { predictions: [0.7], version: 1, milliseconds: 4.2 }
      });
      model.trial.set('carrier', '');
      model.trial.setParameter('threshold', '0.25');
      model.trial.version = 1;
      await model.trial.score();
      expect(sent(`POST ${PATH}/invocations`)).toEqual([
        {
          inputs: [
            {
              distance: 1400,
              seats: 180,
              late: false,
              at: '2013-01-31T17:05:00',
              rates: [0.5, 1]
            }
          ],
          parameters: { threshold: 0.25 },
          version: 1
        }
      ]);
      expect(model.trial.scored?.predictions).toEqual([0.7]);
    });

    it('sends nothing that is wrong, and says so at the field', async () => {
      model.trial.set('distance', '');
      expect(model.trial.errorOf('distance')).toBe('');
      model.trial.set('seats', '1.5');
      await model.trial.score();
      expect(sent(`POST ${PATH}/invocations`)).toEqual([]);
      expect(model.trial.errorOf('distance')).toBe('It needs a value.');
      expect(model.trial.errorOf('seats')).toBe('A whole number.');
    });

    it('shows what the server refuses at the field that it names', async () => {
      server.on(`POST ${PATH}/invocations`, {
        status: 400,
        json: {
          error: {
            code: 'input_invalid',
            message: 'The column “seats” must be a long.',
            remedy: 'Send a whole number.'
          }
        }
      });
      await model.trial.score();
      expect(model.trial.errorOf('seats')).toMatchObject({
        code: 'input_invalid'
      });
      expect(model.trial.error).toBeNull();
      model.trial.set('seats', '181');
      expect(model.trial.errorOf('seats')).toBe('');
    });

    it('takes what was typed along to JSON and back', () => {
      model.trial.set('distance', '99.5');
      model.trial.mode = 'rows';
      const [row] = JSON.parse(model.trial.rows);
      expect(row).toMatchObject({ distance: 99.5, rates: [0.5, 1] });
      model.trial.rows = '[{"distance": 7}]';
      model.trial.mode = 'fields';
      expect(model.trial.textOf('distance')).toBe('7');
      expect(model.trial.textOf('seats')).toBe('');
    });

    it('has rows alone where the signature has no names', async () => {
      server.on(`GET ${PATH}`, { json: aDeployment({ signature: null }) });
      await model.deployment.reload();
      expect(model.trial.mode).toBe('rows');
      model.trial.rows = '[1, 2]';
      expect(model.trial.errorOf(ROWS)).toMatch('A list of objects');
    });

    it('keeps what was typed when the deployment is read again', async () => {
      model.trial.set('distance', '7');
      server.on(`GET ${PATH}`, {
        json: aDeployment({ signature: aSignature({ parameters: [] }) })
      });
      await model.deployment.reload();
      expect(model.trial.textOf('distance')).toBe('7');
    });
  });
});

describe('Inputs', () => {
  const field = (type: string, shape: number[] | null = null) => ({
    name: 'x',
    type,
    required: true,
    shape
  });

  it('are typed by the type of the signature', () => {
    const kinds = [
      'integer',
      'long',
      'int64',
      'float',
      'double',
      'float32',
      'boolean',
      'string',
      'datetime',
      'binary',
      'array of double',
      'object'
    ].map(type => kindOf(field(type)));
    expect(kinds).toEqual([
      ...Array(3).fill('whole'),
      ...Array(3).fill('number'),
      'boolean',
      'text',
      'time',
      'bytes',
      'json',
      'json'
    ]);
    expect(kindOf(field('float32', [-1, 3]))).toBe('json');
  });

  it('say what is wrong with a text', () => {
    const wrong: Array<[string, string]> = [
      ['long', '1.5'],
      ['long', '9007199254740993'],
      ['double', 'much'],
      ['datetime', 'soon'],
      ['array of double', '[1,'],
      ['string', '']
    ];
    for (const [type, text] of wrong) {
      expect(parseInput(text, field(type), trans)).toHaveProperty('error');
    }
    expect(parseInput(' a ', field('string'), trans)).toEqual({ value: ' a ' });
    expect(parseInput('-1e3', field('double'), trans)).toEqual({
      value: -1000
    });
  });

  it('are rows where they are typed as JSON', () => {
    expect(parseRows('{"a": 1}', trans)).toEqual({ rows: [{ a: 1 }] });
    expect(parseRows('[]', trans)).toHaveProperty('error');
    expect(parseRows('{', trans)).toHaveProperty('error');
  });

  it('are found by what an error names', () => {
    const names = ['distance', 'seats'];
    const error = (field: string, message = '') =>
      new MlxError({ code: 'input_invalid', message, field });
    expect(inputOf(error('inputs.distance'), names)).toBe('distance');
    expect(inputOf(error('inputs[0].seats'), names)).toBe('seats');
    expect(inputOf(error('inputs', "Missing 'seats'."), names)).toBe('seats');
    const both = "Missing 'seats', 'distance'.";
    expect(inputOf(error('inputs', both), names)).toBe('');
  });
});

describe('Predictions', () => {
  it('are a column, or the columns that they name', () => {
    expect(answerTable([1, [2, 3]], trans).rows).toEqual([[1], [[2, 3]]]);
    const named = answerTable([{ a: 1 }, { a: 2, b: 3 }], trans);
    expect(named.columns.map(one => one.name)).toEqual(['a', 'b']);
    expect(named.rows).toEqual([
      [1, null],
      [2, 3]
    ]);
  });
});
