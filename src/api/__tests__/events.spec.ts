import { TestServer, until } from '../../__tests__/server';
import { EventStream } from '../events';

describe('EventStream', () => {
  let server: TestServer;
  let stream: EventStream;
  let got: number[];

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    stream = new EventStream({
      serverSettings: server.settings,
      minDelay: 20,
      maxDelay: 80
    });
    got = [];
    stream.event.connect((_, event) => got.push(event.id));
  });

  afterEach(async () => {
    stream.dispose();
    await server.stop();
  });

  it('asks for what follows the last event that the list showed', async () => {
    server.latest = 40;
    stream.start(40);
    await until(() => stream.status === 'live');
    expect(server.peers[0].after).toBe('40');
  });

  it('gives each event once, whatever is repeated', async () => {
    server.latest = 1;
    stream.start(1);
    await until(() => stream.status === 'live');
    for (const id of [1, 2, 2, 3]) {
      server.push({ id, kind: 'job.output', subject: 'r1' });
    }
    await until(() => got.length === 2);
    expect(got).toEqual([2, 3]);
  });

  it('comes back after a lost connection, and goes on from its last event', async () => {
    stream.start(0);
    await until(() => stream.status === 'live');
    server.push({ id: 5, kind: 'job.output', subject: 'r1' });
    await until(() => got.length === 1);
    server.peers[0].socket.terminate();
    await until(() => server.peers.length === 2);
    expect(server.peers[1].after).toBe('5');
    await until(() => stream.status === 'live');
  });

  it('keeps trying while the server is away', async () => {
    const { port } = server;
    stream.start(3);
    server.latest = 3;
    await until(() => stream.status === 'live');
    await server.stop();
    await until(() => stream.status === 'waiting');
    await new Promise(resolve => setTimeout(resolve, 150));
    await server.start(port);
    await until(() => stream.status === 'live');
    expect(stream.lastId).toBe(3);
  });

  it('says so when the store is another one, with ids that start again', async () => {
    let resets = 0;
    stream.reset.connect(() => (resets += 1));
    server.latest = 2;
    stream.start(90);
    await until(() => stream.status === 'live');
    expect(resets).toBe(1);
    expect(stream.lastId).toBe(2);
  });

  it('stays silent once it is disposed', async () => {
    stream.start(0);
    await until(() => stream.status === 'live');
    stream.dispose();
    expect(stream.status).toBe('stopped');
    server.peers[0].socket.terminate();
    await new Promise(resolve => setTimeout(resolve, 120));
    expect(server.peers).toHaveLength(1);
  });
});
