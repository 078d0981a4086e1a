import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import type { IModelData } from '../../api/types';
import { JobsModel } from '../../jobs/model';
import { ModelsModel } from '../model';
import { EvaluateModel } from '../registry/evaluate/model';
import { RegisteredModelModel } from '../registry/model/model';
import { PromoteModel } from '../registry/promote/model';
import { VersionModel } from '../registry/version/model';
import {
  aModel,
  aPolicy,
  aPromotion,
  aSummary,
  aVersion,
  anEvaluation,
  list
} from './registry-samples';

const trans = nullTranslator.load('jupyter_mlx');

describe('The registry', () => {
  let server: TestServer;
  let client: MlxClient;
  let events: EventStream;
  let models: ModelsModel;
  let jobs: JobsModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET models/registered', list(aModel()));
    server.on('GET models/experiments', list());
    server.on('GET models/deployments', list());
    server.on('GET models/policies', list(aPolicy()));
    server.on('GET models/registered/delay', { json: aModel() });
    server.on(
      'GET models/registered/delay/versions',
      list(aSummary(), aSummary({ version: 1, run_id: 'mlflow1' }))
    );
    server.on('GET models/registered/delay/versions/2', { json: aVersion() });
    server.on('GET models/registered/delay/versions/1', {
      json: aVersion({ version: 1, metrics: { auc: 0.7 } })
    });
    server.on('GET features/training-sets', list());
    client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    models = new ModelsModel({ client, events });
    jobs = new JobsModel({ client, events });
    events.start(0);
    await until(() => events.status === 'live');
  });

  afterEach(async () => {
    models.dispose();
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  const asked = (path: string, method = 'GET') =>
    server.seen.filter(one => one.path === path && one.method === method);

  const push = (data: Partial<IModelData>) =>
    server.push({
      id: server.latest + 1,
      kind: 'models.changed',
      subject: 'delay',
      data: { model: 'delay', ...data }
    });

  describe('The page of a model', () => {
    let page: RegisteredModelModel;

    beforeEach(async () => {
      page = new RegisteredModelModel({
        name: 'delay',
        client,
        models,
        events
      });
      await page.load();
    });

    afterEach(() => page.dispose());

    it('knows the champion and its figures', async () => {
      expect(page.champion.number).toBe(1);
      await until(() => page.champion.version !== null);
      expect(page.champion.version?.metrics).toEqual({ auc: 0.7 });
      expect(asked('models/registered/delay/history')).toHaveLength(0);
    });

    it('reads its history when an alias was moved, and nothing of others', async () => {
      server.on('GET models/registered/delay/history', list());
      await page.history.want();
      push({ model: 'other', what: 'alias' });
      server.on(
        'GET models/registered/delay/history',
        list({ alias: 'champion', number: 1 })
      );
      push({ what: 'alias' });
      await until(() => page.history.value?.items.length === 1);
      expect(asked('models/registered/delay/history')).toHaveLength(2);
    });

    it('keeps as much of a list as was shown when it is read again', async () => {
      server.on('GET models/registered/delay/promotions', ({ query }) => ({
        json: query.get('cursor')
          ? { items: [{ id: 'p1' }], next_cursor: null }
          : { items: [{ id: 'p2' }], next_cursor: 'next' }
      }));
      await page.promotions.want();
      await page.promotions.more();
      expect(page.promotions.value?.items).toHaveLength(2);
      await page.promotions.refresh();
      expect(page.promotions.value?.items).toHaveLength(2);
    });

    it('shows only policies that guard it', async () => {
      server.on(
        'GET models/policies',
        list(
          aPolicy(),
          aPolicy({ name: 'all', model: 'del*' }),
          aPolicy({ name: 'other', model: 'delays' })
        )
      );
      await page.policies.want();
      expect(page.policies.value?.map(one => one.name)).toEqual([
        'gate',
        'all'
      ]);
    });

    it('keeps the text of a policy that the server refuses', async () => {
      const error = {
        code: 'policy_invalid',
        message: 'Line 2: no such check.'
      };
      server.on('POST models/policies', { status: 400, json: { error } });
      page.editor.open('name: gate');
      page.editor.set('name: gate\nchecks: 1');
      expect(await page.editor.apply()).toBeNull();
      expect(page.editor.text).toBe('name: gate\nchecks: 1');
      expect(page.editor.error?.message).toBe('Line 2: no such check.');
      server.on('POST models/policies', { status: 201, json: aPolicy() });
      await page.editor.apply();
      expect(page.editor.text).toBeNull();
    });
  });

  describe('The page of a version', () => {
    let page: VersionModel;

    beforeEach(async () => {
      server.on('GET models/registered/delay/versions/2', {
        json: aVersion({ evaluations: [anEvaluation()] })
      });
      server.on('GET models/evaluations/e1', { json: anEvaluation() });
      page = new VersionModel({
        name: 'delay',
        version: 2,
        client,
        models,
        jobs,
        events
      });
      await page.load();
    });

    afterEach(() => page.dispose());

    it('reads its newest evaluation with it', async () => {
      await until(() => page.newest !== null);
      expect(page.newest?.intervals.auc.low).toBe(0.7);
      await until(() => page.other !== null);
      expect(page.other?.metrics.auc).toBe(0.7);
    });

    it('keeps a card that is edited while the version is read again', async () => {
      page.editCard();
      page.setCard('# Mine');
      expect(page.isCardOvertaken).toBe(false);
      server.on('GET models/registered/delay/versions/2', {
        json: aVersion({ card: '# Theirs' })
      });
      push({ version: 2, what: 'changed' });
      await until(() => page.isCardOvertaken);
      expect(page.draft.card?.text).toBe('# Mine');
      const error = { code: 'x', message: 'No.' };
      server.on('PATCH models/registered/delay/versions/2', {
        status: 403,
        json: { error }
      });
      await page.saveCard();
      expect(page.error?.message).toBe('No.');
      expect(page.draft.card?.text).toBe('# Mine');
      server.on('PATCH models/registered/delay/versions/2', {
        json: aVersion({ card: '# Mine', card_edited: true })
      });
      await page.saveCard();
      expect(page.draft.card).toBeNull();
      expect(page.version.value?.card).toBe('# Mine');
    });

    it('asks for changes with the comment, which is then empty', async () => {
      const path = 'models/registered/delay/versions/2/approvals';
      server.on(`POST ${path}`, { status: 201, json: {} });
      page.setComment('  No slices.  ');
      await page.approve(false);
      expect(asked(path, 'POST')[0].body).toEqual({
        approved: false,
        comment: 'No slices.',
        digest: page.version.value?.digest,
        card: ''
      });
      expect(page.draft.comment).toBe('');
    });

    it('follows the job that evaluates it', async () => {
      const parameters = { model: 'delay', version: 2 };
      jobs.update(aRun({ parameters }));
      page.follow('evaluate', 'r1');
      expect(page.working('evaluate')?.id).toBe('r1');
      const run = aRun({ parameters, state: 'FAILED' });
      jobs.update(run);
      expect(page.working('evaluate')).toBeUndefined();
      expect(page.failed('evaluate')?.id).toBe('r1');
    });
  });

  describe('The form that promotes', () => {
    let form: PromoteModel;

    beforeEach(async () => {
      const options = { client, models, jobs, trans };
      form = new PromoteModel({ ...options, name: 'delay', version: 2 });
      await form.load();
    });

    afterEach(() => form.dispose());

    it('says what guards the alias, and who has it', () => {
      expect(form.settings.alias).toBe('champion');
      expect(form.guard?.name).toBe('gate');
      expect(form.from).toBe(1);
      form.set('alias', 'challenger');
      expect(form.guard).toBeNull();
      expect(form.from).toBeNull();
    });

    it('sends what was seen, and follows the gate to its refusal', async () => {
      server.on('POST models/registered/delay/promotions', {
        status: 201,
        json: aPromotion()
      });
      form.set('why', 'Better.');
      await form.submit();
      expect(
        asked('models/registered/delay/promotions', 'POST')[0].body
      ).toEqual({
        version: 2,
        alias: 'champion',
        expected: 1,
        why: 'Better.'
      });
      expect(form.promotion?.state).toBe('CHECKING');
      server.on('GET models/promotions/p1', {
        json: aPromotion({ state: 'REFUSED' })
      });
      push({ what: 'promotion', id: 'p1', state: 'REFUSED' });
      await until(() => form.promotion?.state === 'REFUSED');
      form.again();
      expect(form.settings.why).toBe('Better.');
    });

    it('reads the result when the job of the gate has ended without an event', async () => {
      server.on('POST models/registered/delay/promotions', {
        status: 201,
        json: aPromotion()
      });
      server.on('GET models/promotions/p1', {
        json: aPromotion({ state: 'PROMOTED' })
      });
      await form.submit();
      jobs.update(
        aRun({ state: 'SUCCEEDED', ended_at: '2026-01-01T10:01:00Z' })
      );
      await until(() => form.promotion?.state === 'PROMOTED');
    });

    it('says who was faster, and shows what is so now', async () => {
      const error = { code: 'alias_moved', message: 'bob moved it to v3.' };
      server.on('POST models/registered/delay/promotions', {
        status: 409,
        json: { error }
      });
      server.on('GET models/registered/delay', {
        json: aModel({ aliases: { champion: 3 } })
      });
      await form.submit();
      expect(form.submission.error?.message).toBe('bob moved it to v3.');
      await until(() => form.from === 3);
    });

    it('wants a reason for an override, and another version', async () => {
      form.override = true;
      await form.submit();
      expect(form.errorOf('why')).toBe('Whoever overrides a gate says why.');
      form.override = false;
      form.set('version', '1');
      await form.submit();
      expect(form.errorOf('alias')).toBe('Version 1 has this alias already.');
      expect(asked('models/registered/delay/promotions', 'POST')).toHaveLength(
        0
      );
    });

    it('tells of a model that there is not at its field', async () => {
      const error = { code: 'model_unknown', message: 'No such model.' };
      server.on('GET models/registered/none', { status: 404, json: { error } });
      form.set('name', 'none');
      await until(() => form.errorOf('name') !== '');
      expect(form.errorOf('name')).toMatchObject({ message: 'No such model.' });
    });
  });

  describe('The form that evaluates', () => {
    let form: EvaluateModel;

    beforeEach(() => {
      form = new EvaluateModel({
        client,
        models,
        trans,
        name: 'delay',
        version: 2
      });
    });

    afterEach(() => form.dispose());

    it('is filled in by the champion’s last evaluation', async () => {
      server.on('GET models/registered/delay/versions/1', {
        json: aVersion({ version: 1, evaluations: [anEvaluation()] })
      });
      server.on('GET models/evaluations/e1', { json: anEvaluation() });
      await form.load();
      expect(form.settings).toMatchObject({
        model: 'delay',
        version: '2',
        data: 'flights',
        target: 'late',
        slices: 'origin, carrier',
        bootstrap: '500'
      });
      server.on('POST models/evaluations', { status: 201, json: aRun() });
      expect((await form.submit())?.id).toBe('r1');
      expect(asked('models/evaluations', 'POST')[0].body).toEqual({
        model: 'delay',
        version: 2,
        kind: 'classifier',
        data: 'flights',
        target: 'late',
        slices: ['origin', 'carrier'],
        bootstrap: 500
      });
    });

    it('takes the target of a training set, but not what was typed', async () => {
      server.on(
        'GET features/training-sets',
        list({ id: 's1', name: 'flights', target: 'late' })
      );
      await form.load();
      expect(form.offered).toEqual(['flights']);
      form.set('data', 'flights');
      expect(form.settings.target).toBe('late');
      form.set('target', 'cancelled');
      form.set('data', 's1');
      expect(form.settings.target).toBe('cancelled');
    });

    it('puts a refusal to its field', async () => {
      await form.load();
      form.set('data', 'flights');
      form.set('target', 'late');
      const error = { code: 'x', message: 'No such table.', field: 'data' };
      server.on('POST models/evaluations', { status: 400, json: { error } });
      expect(await form.submit()).toBeNull();
      expect(form.errorOf('data')).toMatchObject({ message: 'No such table.' });
      expect(form.submission.error).toBeNull();
    });
  });
});
