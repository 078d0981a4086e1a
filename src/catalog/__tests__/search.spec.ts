import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import type { ICatalogClient, ICatalogModel } from '../../tokens';
import { CommandIDs } from '../../tokens';
import { CatalogSection } from '../list';
import { SearchModel, facetTerm, hasTerm, pieces, toggleTerm } from '../search';
import { aHit } from './samples';

describe('pieces', () => {
  it('takes a snippet apart at its marks', () => {
    expect(pieces('the ⟦origin⟧ of a ⟦flight⟧')).toEqual([
      { text: 'the ', marked: false },
      { text: 'origin', marked: true },
      { text: ' of a ', marked: false },
      { text: 'flight', marked: true }
    ]);
  });

  it('leaves a mark that has no end as it is', () => {
    expect(pieces('a ⟦b')).toEqual([{ text: 'a ⟦b', marked: false }]);
  });
});

describe('terms of facets', () => {
  it('quotes values with spaces', () => {
    expect(facetTerm('owner', 'Ada L')).toBe('owner:"Ada L"');
    expect(facetTerm('tag', 'pii=yes')).toBe('tag:pii=yes');
  });

  it('asks for freshness by its own word', () => {
    expect(facetTerm('freshness', '7d')).toBe('fresh:7d');
  });

  it('adds a term once and takes it away again', () => {
    const query = toggleTerm('origin', 'owner:"Ada L"');
    expect(query).toBe('origin owner:"Ada L"');
    expect(hasTerm(query, 'owner:"ada l"')).toBe(true);
    expect(toggleTerm(query, 'owner:"Ada L"')).toBe('origin');
  });
});

describe('SearchModel', () => {
  let server: TestServer;
  let model: SearchModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET catalog/search', ({ query }) => ({
      json: {
        total: 2,
        hits: [aHit({ name: query.get('cursor') ? 'b' : 'a' })],
        facets: {},
        next_cursor: query.get('cursor') ? null : 'next'
      }
    }));
    model = new SearchModel(
      new MlxClient({ serverSettings: server.settings }).catalog
    );
  });

  afterEach(async () => {
    model.dispose();
    await server.stop();
  });

  it('asks once for what was typed in one go', async () => {
    model.search('tag:pii=yes');
    model.search('tag:pii=yes origin');
    await until(() => model.result !== null);
    expect(server.seen.map(one => one.query.get('q'))).toEqual([
      'tag:pii=yes origin'
    ]);
  });

  it('waits for the answer before it gives the first hit', async () => {
    model.search('origin');
    expect((await model.first())?.name).toBe('a');
  });

  it('appends the next page', async () => {
    model.search('origin');
    await model.first();
    await model.more();
    expect(model.result?.hits.map(hit => hit.name)).toEqual(['a', 'b']);
  });

  it('forgets what it found when nothing is searched for', async () => {
    model.search('origin');
    await model.first();
    model.search('');
    expect(model.isActive).toBe(false);
    expect(model.result).toBeNull();
  });

  it('says what is wrong with a query', async () => {
    server.on('GET catalog/search', {
      status: 400,
      json: { error: { code: 'query_invalid', message: 'What is `size:`?' } }
    });
    model.search('size:3');
    await until(() => model.error !== null);
    expect(model.error?.message).toBe('What is `size:`?');
  });
});

describe('hits', () => {
  const section = (...known: string[]) => {
    const commands = new CommandRegistry();
    const opened: unknown[] = [];
    for (const id of known) {
      commands.addCommand(id, {
        execute: args => void opened.push([id, args]),
        describedBy: { args: {} }
      });
    }
    const client = {} as unknown as ICatalogClient;
    const made = new CatalogSection({
      catalog: {
        changed: new Signal({}),
        outdated: new Signal({})
      } as unknown as ICatalogModel,
      client,
      commands,
      trans: nullTranslator.load('jupyter_mlx'),
      createView: () => Promise.reject(new Error('no view'))
    });
    return { made, opened };
  };
  const view = aHit({ kind: 'feature_view', id: 'v1', path: 'p/weather' });

  it('open the page of their feature view', () => {
    const { made, opened } = section(
      CommandIDs.openTable,
      CommandIDs.openFeatureView
    );
    made.openHit(view);
    made.openHit({ ...view, kind: 'feature', path: 'p/weather.temp' });
    made.openHit(aHit());
    expect(opened).toEqual([
      [CommandIDs.openFeatureView, { id: 'v1' }],
      [CommandIDs.openFeatureView, { id: 'v1' }],
      [CommandIDs.openTable, { id: 't1' }]
    ]);
  });

  it('offer nothing that nobody opens', () => {
    const { made, opened } = section(CommandIDs.openTable);
    expect(made.canOpen(view)).toBe(false);
    made.openHit(view);
    expect(opened).toEqual([]);
  });
});
