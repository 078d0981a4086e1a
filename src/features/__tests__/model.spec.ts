import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { EventStream } from '../../api/events';
import { FeaturesSection } from '../list';
import { FeaturesModel } from '../model';
import { repositoryOf } from '../names';
import { matching } from '../search';
import { visibleRows } from '../tree';
import { aProject, aView, list, someViews } from './samples';

describe('The feature store in the panel', () => {
  let server: TestServer;
  let events: EventStream;
  let features: FeaturesModel;
  let client: MlxClient;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET features/projects', list(aProject()));
    server.on('GET features/views', list(...someViews()));
    client = new MlxClient({ serverSettings: server.settings });
    events = new EventStream({ serverSettings: server.settings });
    features = new FeaturesModel({ client, events });
    events.start(0);
    await until(() => events.status === 'live');
  });

  afterEach(async () => {
    features.dispose();
    events.dispose();
    await server.stop();
  });

  const asked = (path: string) =>
    server.seen.filter(one => one.path === path).length;

  it('reads views only of projects that are opened, and all their pages', async () => {
    const [first, ...rest] = someViews();
    server.on('GET features/views', ({ query }) => ({
      json: query.get('cursor')
        ? { items: rest, next_cursor: null }
        : { items: [first], next_cursor: 'next' }
    }));
    await features.load();
    expect(features.total).toBe(3);
    expect(features.viewsOf('flights')).toBeNull();
    await features.loadViews('flights');
    expect(features.viewsOf('flights')?.items.map(one => one.name)).toEqual([
      'weather',
      'carrier',
      'metric'
    ]);
    await features.loadViews('flights');
    expect(asked('features/views')).toBe(2);
  });

  it('reads again what an event says is another', async () => {
    await features.load();
    await features.loadViews('flights');
    server.on('GET features/views', list(aView({ version: 3 })));
    server.push({
      id: 1,
      kind: 'features.changed',
      subject: 'v1',
      data: { what: 'views', ids: ['v1'] }
    });
    await until(() => features.viewsOf('flights')?.items[0].version === 3);
  });

  it('forgets the views of a project that is gone', async () => {
    await features.load();
    await features.loadViews('flights');
    server.on('GET features/projects', list());
    await features.load();
    expect(features.viewsOf('flights')).toBeNull();
  });

  it('says why views could not be read, and reads them when asked again', async () => {
    server.on('GET features/views', {
      status: 403,
      json: { error: { code: 'permission_missing', message: 'No.' } }
    });
    await features.load();
    await features.loadViews('flights');
    expect(features.viewsOf('flights')?.error?.message).toBe('No.');
    const rows = visibleRows(
      features,
      new Set(['project:flights', 'project:flights/views'])
    );
    expect(rows.map(row => row.kind)).toContain('error');
    server.on('GET features/views', list(...someViews()));
    await features.loadViews('flights');
    expect(features.viewsOf('flights')?.error).toBeNull();
  });

  it('draws the open part of the tree alone', async () => {
    await features.load();
    await features.loadViews('flights');
    const kinds = (...open: string[]) =>
      visibleRows(features, new Set(open)).map(row => row.kind);
    expect(kinds()).toEqual(['project']);
    expect(kinds('project:flights')).toEqual([
      'project',
      'group',
      'group',
      'group'
    ]);
    expect(
      kinds('project:flights', 'project:flights/views', 'view:v1')
    ).toEqual([
      'project',
      'group',
      'view',
      'feature',
      'feature',
      'view',
      'view',
      'group',
      'group'
    ]);
    expect(kinds('project:flights', 'project:flights/entities')).toContain(
      'entity'
    );
    expect(kinds('project:flights', 'project:flights/services')).toContain(
      'service'
    );
  });

  describe('its section', () => {
    let section: FeaturesSection;
    let opened: unknown[];

    beforeEach(() => {
      const commands = new CommandRegistry();
      opened = [];
      commands.addCommand('mlx:open-feature-view', {
        describedBy: { args: { type: 'object', properties: {} } },
        execute: args => opened.push(args)
      });
      section = new FeaturesSection({
        features,
        client: client.features,
        commands,
        trans: nullTranslator.load('jupyter_mlx'),
        createView: async () => new Widget()
      });
    });

    it('opens the only project with its views', async () => {
      await features.load();
      await until(() => section.rows.some(row => row.kind === 'view'));
      expect(section.badge.text).toBe('3');
    });

    it('leaves several projects folded', async () => {
      server.on(
        'GET features/projects',
        list(aProject(), aProject({ id: 'p2', name: 'shop' }))
      );
      await features.load();
      expect(section.rows.map(row => row.kind)).toEqual(['project', 'project']);
    });

    it('asks once for what was typed in one go, and opens the first hit', async () => {
      section.search('te');
      section.search('temp');
      expect(section.openFirst()).toBe(false);
      await until(() => section.found.views !== null);
      expect(
        server.seen
          .filter(one => one.path === 'features/views')
          .map(one => one.query.get('q'))
      ).toEqual(['temp']);
      expect(section.openFirst()).toBe(true);
      expect(opened).toEqual([{ id: 'v1' }]);
      section.search('');
      expect(section.found.isActive).toBe(false);
    });
  });
});

describe('matching', () => {
  it('names the features that a query is about', () => {
    expect(matching(aView(), 'temp')).toEqual(['temp']);
    expect(matching(aView(), 'weather')).toEqual([]);
  });
});

describe('repositoryOf', () => {
  it('takes a folder, and the file that makes one a repository', () => {
    expect(repositoryOf({ path: 'a/b', type: 'directory' })).toBe('a/b');
    expect(repositoryOf({ path: 'a/feature_store.yaml', type: 'file' })).toBe(
      'a'
    );
    expect(repositoryOf({ path: 'a/b.py', type: 'file' })).toBeNull();
  });
});
