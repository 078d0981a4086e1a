import { PromiseDelegate } from '@lumino/coreutils';

import { Paged } from '../paged';
import { Resource } from '../resource';

/** Questions that are answered by the test, in any order. */
class Server<T> {
  readonly asked: PromiseDelegate<T>[] = [];

  readonly ask = (): Promise<T> => {
    const answer = new PromiseDelegate<T>();
    this.asked.push(answer);
    return answer.promise;
  };
}

describe('A resource', () => {
  let server: Server<string>;
  let resource: Resource<string>;

  beforeEach(async () => {
    server = new Server();
    resource = new Resource(server.ask);
    const wanted = resource.want();
    server.asked[0].resolve('first');
    await wanted;
  });

  it('drops an answer that a newer question has overtaken', async () => {
    const older = resource.refresh();
    const newer = resource.refresh();
    server.asked[2].resolve('newer');
    server.asked[1].resolve('older');
    await Promise.all([older, newer]);
    expect(resource.value).toBe('newer');
  });

  describe('that a request changes', () => {
    let request: Server<string>;

    beforeEach(() => {
      request = new Server();
    });

    it('takes the answer', async () => {
      const updated = resource.update(request.ask);
      request.asked[0].resolve('changed');
      await updated;
      expect(resource.value).toBe('changed');
      expect(server.asked).toHaveLength(1);
    });

    it('is read once more where an event brought something newer', async () => {
      const updated = resource.update(request.ask);
      const refreshed = resource.refresh();
      server.asked[1].resolve('of the event');
      await refreshed;
      request.asked[0].resolve('changed');
      await Promise.resolve();
      expect(resource.value).toBe('of the event');
      server.asked[2].resolve('newest');
      await updated;
      expect(resource.value).toBe('newest');
    });

    it('is read once more where an event has it read now', async () => {
      const updated = resource.update(request.ask);
      const refreshed = resource.refresh();
      request.asked[0].resolve('changed');
      await Promise.resolve();
      server.asked[1].resolve('read before the change');
      server.asked[2].resolve('newest');
      await Promise.all([updated, refreshed]);
      expect(resource.value).toBe('newest');
    });

    it('drops what was being read before', async () => {
      const refreshed = resource.refresh();
      const updated = resource.update(request.ask);
      request.asked[0].resolve('changed');
      await updated;
      server.asked[1].resolve('read before the change');
      await refreshed;
      expect(resource.value).toBe('changed');
    });

    it('is read where nobody has asked for it yet', async () => {
      const unread = new Resource(server.ask);
      const updated = unread.update(request.ask);
      request.asked[0].resolve('changed');
      await Promise.resolve();
      server.asked[1].resolve('newest');
      await updated;
      expect(unread.value).toBe('newest');
    });

    it('stays as it was where the request is refused', async () => {
      const updated = resource.update(request.ask);
      request.asked[0].reject(new Error('No.'));
      await expect(updated).rejects.toThrow('No.');
      expect(resource.value).toBe('first');
      expect(resource.error).toBeNull();
    });
  });
});

describe('A list that comes by pages', () => {
  type Page = { items: number[]; next_cursor: string | null };

  let server: Server<Page>;
  let list: Paged<number>;

  beforeEach(async () => {
    server = new Server();
    list = new Paged(server.ask);
    const wanted = list.want();
    server.asked[0].resolve({ items: [1], next_cursor: 'a' });
    await wanted;
  });

  it('adds the next page', async () => {
    const more = list.more();
    server.asked[1].resolve({ items: [2], next_cursor: null });
    await more;
    expect(list.value).toEqual({ items: [1, 2], next_cursor: null });
  });

  it('drops a page of a list that is being read again', async () => {
    const refreshed = list.refresh();
    const more = list.more();
    server.asked[2].resolve({ items: [2], next_cursor: null });
    await more;
    server.asked[1].resolve({ items: [0, 1], next_cursor: 'a' });
    await refreshed;
    expect(list.value).toEqual({ items: [0, 1], next_cursor: 'a' });
  });

  it('keeps what was read meanwhile where a page can not be read', async () => {
    const more = list.more();
    const refreshed = list.refresh();
    server.asked[2].resolve({ items: [0, 1], next_cursor: 'a' });
    await refreshed;
    server.asked[1].reject(new Error('No.'));
    await more;
    expect(list.value?.items).toEqual([0, 1]);
    expect(list.moreError?.message).toBe('No.');
  });
});
