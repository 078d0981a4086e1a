import { TestServer, aRun } from '../../__tests__/server';
import { MlxClient } from '../client';
import { MlxError } from '../errors';

describe('MlxClient', () => {
  let server: TestServer;
  let client: MlxClient;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    client = new MlxClient({ serverSettings: server.settings });
  });

  afterEach(() => server.stop());

  it('asks for runs with the query that is given, and no empty part of it', async () => {
    server.on('GET jobs', {
      json: { items: [aRun()], next_cursor: null, last_event_id: 7 }
    });
    const page = await client.listRuns({ limit: 5, q: 'train', state: '' });
    expect(page.items[0].id).toBe('r1');
    const { query } = server.seen[0];
    expect(query.get('limit')).toBe('5');
    expect(query.get('q')).toBe('train');
    expect(query.has('state')).toBe(false);
  });

  it('sends the idempotency key with a new run', async () => {
    server.on('POST jobs', { status: 201, json: aRun() });
    await client.createRun({ notebook: 'a.ipynb', parameters: { lr: 1 } }, 'k');
    const [seen] = server.seen;
    expect(seen.headers['idempotency-key']).toBe('k');
    expect(seen.body).toEqual({ notebook: 'a.ipynb', parameters: { lr: 1 } });
  });

  it('turns an error answer into an error with code, message, remedy and field', async () => {
    const error = {
      code: 'parameter_unknown',
      message: 'No parameter `x`.',
      remedy: 'Did you mean `y`?',
      field: 'parameters.x'
    };
    server.on('POST jobs', { status: 400, json: { error } });
    const failure = client.createRun({ notebook: 'a.ipynb' }, 'k');
    await expect(failure).rejects.toBeInstanceOf(MlxError);
    await expect(failure).rejects.toMatchObject({ ...error, status: 400 });
  });

  it('says the status where the answer is no description of an error', async () => {
    server.on('GET config', { status: 502, text: '<html>Bad gateway</html>' });
    await expect(client.config()).rejects.toMatchObject({
      code: 'http_502',
      status: 502
    });
  });

  it('takes the words of a plain Jupyter error', async () => {
    server.on('GET config', { status: 403, json: { message: 'Forbidden' } });
    await expect(client.config()).rejects.toMatchObject({
      message: 'Forbidden'
    });
  });

  it('calls a server that is gone unreachable', async () => {
    const { settings } = server;
    await server.stop();
    const late = new MlxClient({ serverSettings: settings });
    await expect(late.config()).rejects.toMatchObject({
      code: 'server_unreachable'
    });
    await server.start();
  });

  it('reads a log from an offset and tells where it ends', async () => {
    server.on('GET jobs/r1/log', ({ query }) => ({
      text: 'żółw',
      headers: { 'X-Log-Size': String(Number(query.get('offset')) + 7) }
    }));
    const log = await client.runLog('r1', 2, 10);
    expect(log).toEqual({ text: 'żółw', size: 17 });
    expect(server.seen[0].query.get('attempt')).toBe('2');
  });

  it('counts the bytes of a log itself where the server does not', async () => {
    server.on('GET jobs/r1/log', { text: 'żółw' });
    expect((await client.runLog('r1', 1, 10)).size).toBe(17);
  });

  it('quotes ids and names in paths', () => {
    expect(client.outputUrl('a/b', 'x y.html', { attempt: 2 })).toMatch(
      /mlx\/v1\/jobs\/a%2Fb\/outputs\/x%20y\.html\?attempt=2$/
    );
  });
});
