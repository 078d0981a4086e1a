import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
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
