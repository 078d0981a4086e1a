import { nullTranslator } from '@jupyterlab/translation';

import { TestServer, aRun, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { SourceFormModel } from '../form/model';
import { kindOf } from '../form/request';
import { CatalogModel } from '../model';
import { isData } from '../names';
import { aSource } from './samples';

const trans = nullTranslator.load('jupyter_mlx');

describe('kindOf', () => {
  it.each([
    ['data/flights', 'files'],
    ['s3://bucket/prefix', 's3'],
    ['postgresql+psycopg://db/shop', 'relational'],
    ['mongodb+srv://host/db', 'mongodb'],
    ['rediss://host', 'redis'],
    ['dynamodb://', 'dynamodb'],
    ['  ', null]
  ])('takes %s for %s', (location, kind) => {
    expect(kindOf(location)).toBe(kind);
  });
});

describe('isData', () => {
  it('knows data by its name, compressed or not', () => {
    expect(isData('a.parquet')).toBe(true);
    expect(isData('access.LOG.gz')).toBe(true);
    expect(isData('notes.md')).toBe(false);
    expect(isData('a.ipynb')).toBe(false);
  });
});

describe('SourceFormModel', () => {
  let server: TestServer;
  let model: SourceFormModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('POST catalog/sources', { status: 201, json: aSource() });
    server.on('POST catalog/crawls', { status: 201, json: aRun() });
    const client = new MlxClient({ serverSettings: server.settings });
    const events = new EventStream({ serverSettings: server.settings });
    model = new SourceFormModel({
      client,
      catalog: new CatalogModel({ client, events }),
      trans,
      location: 'data/lake'
    });
  });

  afterEach(async () => {
    model.dispose();
    await server.stop();
  });

  const bodies = () => server.seen.map(({ path, body }) => [path, body]);

  it('adds the source and crawls it', async () => {
    model.set('exclude', '*.tmp\n\n_*');
    model.set('update', 'merge');
    model.set('more', '{"sample": 5}');
    const result = await model.submit();
    expect(result?.run?.id).toBe('r1');
    expect(bodies()).toEqual([
      [
        'catalog/sources',
        {
          location: 'data/lake',
          options: { sample: 5, exclude: ['*.tmp', '_*'], update: 'merge' }
        }
      ],
      ['catalog/crawls', { source: 's1' }]
    ]);
  });

  it('only adds it where it is not to be crawled now', async () => {
    model.crawlNow = false;
    expect((await model.submit())?.run).toBeNull();
    expect(bodies()).toHaveLength(1);
  });

  it('says what is missing when it is sent, not before', async () => {
    model.set('location', ' ');
    expect(model.errorOf('location')).toBe('');
    expect(await model.submit()).toBeNull();
    expect(model.errorOf('location')).not.toBe('');
    expect(server.seen).toEqual([]);
  });

  it('wants further options as a JSON object', () => {
    model.set('more', '[1]');
    expect(model.errorOf('more')).not.toBe('');
    expect(model.isValid).toBe(false);
  });

  it('puts a refusal to the field that it is about', async () => {
    const error = { code: 'name_taken', message: 'Taken.', field: 'name' };
    server.on('POST catalog/sources', { status: 409, json: { error } });
    expect(await model.submit()).toBeNull();
    expect(model.errorOf('name')).toMatchObject({ code: 'name_taken' });
    expect(model.submission.error).toBeNull();
  });

  it('does not add the source twice when only its crawl is refused', async () => {
    server.on('POST catalog/crawls', {
      status: 400,
      json: { error: { code: 'x', message: 'No.' } }
    });
    expect(await model.submit()).toBeNull();
    expect(model.submission.error?.message).toBe('No.');
    server.on('POST catalog/crawls', { status: 201, json: aRun() });
    await model.submit();
    expect(
      server.seen.filter(one => one.path === 'catalog/sources')
    ).toHaveLength(1);
  });

  it('schedules the crawl, and says what a cron means', async () => {
    server.on('GET schedules/preview', {
      json: { cron: '0 6 * * *', words: 'Every day at 06:00', next_fires: [] }
    });
    server.on('PUT catalog/sources/s1/schedule', { json: {} });
    model.scheduled = true;
    await until(() => model.preview !== null);
    await model.submit();
    const put = server.seen.find(one => one.method === 'PUT');
    expect(put?.body).toMatchObject({ cron: '0 6 * * *' });
  });
});
