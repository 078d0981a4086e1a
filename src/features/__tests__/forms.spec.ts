import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { MlxError } from '../../api/errors';
import { EventStream } from '../../api/events';
import { JobsModel } from '../../jobs/model';
import { BuilderModel, fieldOf } from '../builder/model';
import { pathsOf, relocated } from '../builder/snippet';
import { LookUpModel } from '../lookup/model';
import { FeaturesModel } from '../model';
import { PickerModel } from '../picker/model';
import { aPreview, aProject, list, someViews } from './samples';

const LABELS = {
  columns: [
    { name: 'origin', type: 'string', role: 'key' },
    { name: 'at', type: 'timestamp[us, tz=UTC]', role: 'time' },
    { name: 'late', type: 'int64', role: 'value' }
  ],
  rows: 10
};

describe('Forms on features', () => {
  let server: TestServer;
  let events: EventStream;
  let features: FeaturesModel;
  let client: MlxClient;
  let jobs: JobsModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET features/projects', list(aProject()));
    server.on('GET features/views', list(...someViews()));
    server.on('POST features/training-sets/labels', { json: LABELS });
    server.on('POST features/training-sets/preview', { json: aPreview() });
    client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    features = new FeaturesModel({ client, events });
    jobs = new JobsModel({ client, events });
    await features.load();
  });

  afterEach(async () => {
    features.dispose();
    jobs.dispose();
    events.dispose();
    await server.stop();
  });

  const bodies = (path: string) =>
    server.seen.filter(one => one.path === path).map(one => one.body);

  describe('the picker', () => {
    let picker: PickerModel;

    beforeEach(async () => {
      picker = new PickerModel(features);
      await until(() => picker.views !== null);
    });

    afterEach(() => picker.dispose());

    const row = (key: string) => {
      const found = picker.rows.find(one => one.key === key);
      if (!found) {
        throw new Error(`No row ${key}`);
      }
      return found;
    };

    it('names whole views by their name, and others by feature', () => {
      picker.toggle(row('view:weather'));
      expect(picker.names).toEqual(['weather']);
      picker.setOpen(row('view:weather'), true);
      picker.toggle(row('view:weather:wind'));
      expect(picker.names).toEqual(['weather:temp']);
      expect(picker.checked(row('view:weather'))).toBe('mixed');
    });

    it('knows the keys of views that others are computed from', () => {
      picker.toggle(row('view:metric'));
      expect(picker.inputs).toEqual(['origin', 'hour']);
    });

    it('takes a service until something else is checked', () => {
      picker.chooseService('delay');
      expect(picker.names).toEqual(['delay']);
      expect(picker.count).toBe(2);
      picker.toggle(row('view:carrier'));
      expect(picker.service).toBe('');
      expect(picker.names).toEqual(['weather:temp', 'carrier', 'metric']);
    });

    it('opens a view whose features a search is about', () => {
      picker.query = 'rate';
      expect(picker.rows.map(one => one.key)).toEqual([
        'view:carrier',
        'view:carrier:rate'
      ]);
    });

    it('takes what it is asked for before it knows the views', async () => {
      const early = new FeaturesModel({ client, events });
      const late = new PickerModel(early);
      late.take({ project: 'flights', names: ['weather:wind'] });
      expect(late.state.names).toEqual(['weather:wind']);
      await early.load();
      await until(() => late.count === 1);
      expect(late.names).toEqual(['weather:wind']);
      late.dispose();
      early.dispose();
    });

    it('drops a feature that is there no more', async () => {
      picker.take({ project: '', names: ['weather', 'carrier:rate'] });
      server.on('GET features/views', list(someViews()[1]));
      await features.load();
      await until(() => picker.count === 1);
      expect(picker.names).toEqual(['carrier']);
    });
  });

  describe('the builder', () => {
    let model: BuilderModel;

    beforeEach(async () => {
      model = new BuilderModel({
        client,
        features,
        jobs,
        files: async folder => [`${folder}labels.csv`, `${folder}other.csv`]
      });
      await until(() => model.picker.views !== null);
    });

    afterEach(() => model.dispose());

    const fill = async (): Promise<void> => {
      model.labels.choose('labels.csv');
      await until(() => model.labels.labels !== null);
      model.picker.take({ project: 'flights', names: ['weather'] });
    };

    it('inspects labels by itself, and takes the only column for the target', async () => {
      await fill();
      expect(model.targets).toEqual(['late']);
      expect(model.target).toBe('late');
      expect(model.request).toEqual({
        labels: 'labels.csv',
        features: ['weather'],
        project: 'flights',
        target: 'late'
      });
      expect(model.isReady).toBe(true);
    });

    it('keeps to it that there is no target', async () => {
      await fill();
      model.target = '';
      expect(model.request).not.toHaveProperty('target');
    });

    it('suggests files that go on from what is typed', async () => {
      model.labels.text = 'data/la';
      await until(() => model.labels.suggestions.length > 0);
      expect(model.labels.suggestions).toEqual(['data/labels.csv']);
    });

    it('keeps the text of each kind of labels', () => {
      model.labels.choose('labels.csv');
      model.labels.kind = 'sql';
      model.labels.text = 'SELECT 1';
      model.labels.kind = 'file';
      expect(model.labels.text).toBe('labels.csv');
      expect(model.state.labels.texts.sql).toBe('SELECT 1');
    });

    it('says which join keys the labels lack', async () => {
      await fill();
      model.picker.take({ project: '', names: ['carrier'] });
      expect(model.missingKeys).toEqual(['carrier_id']);
      expect(model.isReady).toBe(false);
    });

    it('previews, and knows when other things were chosen since', async () => {
      await fill();
      await model.look();
      expect(model.preview?.snippet).toBe('mlx.features.training_set(...)');
      expect(model.isCurrent).toBe(true);
      model.knownOnly = true;
      expect(model.isCurrent).toBe(false);
      expect(await model.snippet()).toBe('mlx.features.training_set(...)');
      expect(bodies('features/training-sets/preview')).toHaveLength(2);
    });

    it('puts a refusal to its field until that is changed', async () => {
      await fill();
      const error = {
        code: 'feature_unknown',
        message: 'No feature `tmp`.',
        remedy: 'Did you mean `temp`?'
      };
      server.on('POST features/training-sets/preview', {
        status: 404,
        json: { error }
      });
      await model.look();
      expect(model.errorOf('features')).toMatchObject(error);
      expect(model.error).toBeNull();
      model.name = 'other';
      expect(model.errorOf('features')).not.toBe('');
      model.picker.chooseService('delay');
      expect(model.errorOf('features')).toBe('');
    });

    it('shows at once what is wrong with the labels', async () => {
      server.on('POST features/training-sets/labels', {
        status: 404,
        json: { error: { code: 'labels_missing', message: 'No such file.' } }
      });
      model.labels.choose('none.csv');
      await until(() => model.labels.error !== null);
      expect(model.errorOf('labels')).toMatchObject({
        message: 'No such file.'
      });
    });

    it('queues the job, and takes up what an earlier page kept', async () => {
      await fill();
      model.name = 'march';
      server.on('POST features/training-sets', { status: 201, json: aRun() });
      expect((await model.submit())?.id).toBe('r1');
      expect(bodies('features/training-sets')[0]).toMatchObject({
        name: 'march'
      });
      const again = new BuilderModel({
        client,
        features,
        jobs,
        files: async () => [],
        state: JSON.parse(JSON.stringify(model.state))
      });
      await until(() => again.labels.labels !== null);
      expect(again.request).toEqual(model.request);
      again.dispose();
    });
  });

  describe('the look-up', () => {
    let model: LookUpModel;

    beforeEach(async () => {
      model = new LookUpModel({ client, features });
      await until(() => model.picker.views !== null);
    });

    afterEach(() => model.dispose());

    const answers = (...row: unknown[]) =>
      server.on('POST features/online', {
        json: {
          columns: ['carrier_id', 'rate'],
          rows: [row],
          milliseconds: 0.4
        }
      });

    it('asks for the join keys in their types', async () => {
      answers(7, 0.25);
      model.picker.take({ project: '', names: ['carrier'] });
      expect(model.inputs).toEqual(['carrier_id']);
      expect(model.isReady).toBe(false);
      model.set('carrier_id', 'seven');
      expect(model.errorOf('carrier_id')).toBe('whole');
      model.set('carrier_id', '7');
      await model.look();
      expect(bodies('features/online')).toEqual([
        {
          features: ['carrier'],
          entities: [{ carrier_id: 7 }],
          project: 'flights'
        }
      ]);
      expect(model.served).toEqual([{ name: 'rate', value: 0.25 }]);
      expect(model.isUnknown).toBe(false);
    });

    it('says so where nothing is stored', async () => {
      answers(8, null);
      model.picker.take({ project: '', names: ['carrier'] });
      model.set('carrier_id', '8');
      await model.look();
      expect(model.isUnknown).toBe(true);
    });

    it('forgets the answer when something else is asked for', async () => {
      answers(7, 0.25);
      model.picker.take({ project: '', names: ['carrier'] });
      model.set('carrier_id', '7');
      await model.look();
      model.set('carrier_id', '9');
      expect(model.served).toBeNull();
    });

    it('asks for what views that are computed take from the request', async () => {
      server.on('POST features/online', {
        json: {
          columns: ['origin', 'celsius'],
          rows: [['JFK', 1]],
          milliseconds: 1
        }
      });
      model.picker.take({ project: '', names: ['metric'] });
      expect(model.inputs).toEqual(['origin', 'hour']);
      expect(model.about('hour')?.description).toBe('Of the day');
      model.set('origin', 'JFK');
      model.set('hour', 'noon');
      expect(model.errorOf('hour')).toBe('whole');
      model.set('hour', '12');
      await model.look();
      expect(bodies('features/online')[0]).toMatchObject({
        entities: [{ origin: 'JFK', hour: 12 }]
      });
    });
  });
});

describe('relocated', () => {
  it('names the files of labels from where the notebook lies', () => {
    const code = "training_set('data/labels.csv', ['weather'])";
    const paths = pathsOf('file', 'data/labels.csv');
    expect(relocated(code, paths, 'notebooks')).toBe(
      "training_set('../data/labels.csv', ['weather'])"
    );
    expect(relocated(code, paths, 'data')).toBe(
      "training_set('labels.csv', ['weather'])"
    );
    expect(relocated(code, paths, '')).toBe(code);
  });

  it('finds the files of a SELECT, and leaves what is no path from the root', () => {
    const query =
      "SELECT * FROM 'a/b.csv' JOIN '/c/d.parquet' USING (k) JOIN 's3://e/f.csv' USING (k) WHERE x = 'y'";
    expect(pathsOf('sql', query)).toEqual(['a/b.csv']);
    expect(pathsOf('table', 'lake.labels')).toEqual([]);
  });
});

describe('fieldOf', () => {
  it.each([
    [{ field: 'labels', code: 'x' }, 'labels'],
    [{ field: 'request.target', code: 'x' }, 'target'],
    [{ code: 'view_unknown' }, 'features'],
    [{ code: 'target_missing' }, 'target'],
    [{ code: 'features_timeout', field: '' }, 'features'],
    [{ code: 'project_missing' }, null]
  ])('puts %j to %s', (own, field) => {
    expect(fieldOf(new MlxError({ message: 'No.', ...own }))).toBe(field);
  });
});
