/**
 * The catalog's part of the client.
 */
import type { ICatalogClient } from '../tokens';
import type { MlxClient } from './client';
import type * as api from './types';

/** Sends a request to our server extension and answers what it answered. */
export type Send = <T>(
  method: string,
  path: string,
  options?: MlxClient.IRequest
) => Promise<T>;

/**
 * The catalog's routes. Every failure is an `MlxError`.
 */
export class CatalogClient implements ICatalogClient {
  constructor(send: Send) {
    this._send = send;
  }

  sources(): Promise<api.SourceList> {
    return this._send('GET', 'catalog/sources');
  }

  source(id: string): Promise<api.Source> {
    return this._send('GET', `catalog/sources/${enc(id)}`);
  }

  addSource(request: api.SourceRequest): Promise<api.Source> {
    return this._send('POST', 'catalog/sources', { body: request });
  }

  async removeSource(id: string): Promise<void> {
    await this._send('DELETE', `catalog/sources/${enc(id)}`);
  }

  schedule(
    id: string,
    request: api.CrawlScheduleRequest
  ): Promise<api.Schedule> {
    return this._send('PUT', `catalog/sources/${enc(id)}/schedule`, {
      body: request
    });
  }

  crawls(query: ICatalogClient.ICrawlQuery = {}): Promise<api.CrawlList> {
    return this._send('GET', 'catalog/crawls', { query: { ...query } });
  }

  crawl(id: string): Promise<api.Crawl> {
    return this._send('GET', `catalog/crawls/${enc(id)}`);
  }

  startCrawl(request: api.CrawlRequest): Promise<api.Run> {
    return this._send('POST', 'catalog/crawls', { body: request });
  }

  cancelCrawl(id: string): Promise<api.Crawl> {
    return this._send('POST', `catalog/crawls/${enc(id)}/cancel`, { body: {} });
  }

  databases(): Promise<api.DatabaseList> {
    return this._send('GET', 'catalog/databases');
  }

  tables(
    database: string,
    query: ICatalogClient.IPage
  ): Promise<api.TableList> {
    return this._send('GET', 'catalog/tables', {
      query: { database, ...query }
    });
  }

  table(id: string, version?: number): Promise<api.Table> {
    return this._send('GET', table(id), { query: { version } });
  }

  async removeTable(id: string): Promise<void> {
    await this._send('DELETE', table(id));
  }

  versions(id: string): Promise<api.TableVersionList> {
    return this._send('GET', table(id, 'versions'));
  }

  partitions(
    id: string,
    query: ICatalogClient.IPage
  ): Promise<api.PartitionList> {
    return this._send('GET', table(id, 'partitions'), { query: { ...query } });
  }

  explanation(id: string): Promise<api.Explanation> {
    return this._send('GET', table(id, 'explanation'));
  }

  preview(
    id: string,
    query: ICatalogClient.IPreviewQuery
  ): Promise<api.Preview> {
    const { sample, ...rest } = query;
    return this._send('GET', table(id, 'preview'), {
      query: { ...rest, sample: sample ? '1' : undefined }
    });
  }

  profile(id: string): Promise<api.ProfileState> {
    return this._send('GET', table(id, 'profile'));
  }

  startProfile(id: string): Promise<api.Run> {
    return this._send('POST', table(id, 'profile'), { body: {} });
  }

  quality(id: string): Promise<api.Quality> {
    return this._send('GET', table(id, 'quality'));
  }

  setRules(id: string, rules: api.QualityRule[]): Promise<api.Quality> {
    return this._send('PUT', table(id, 'quality'), { body: { rules } });
  }

  checkQuality(id: string): Promise<api.Run> {
    return this._send('POST', table(id, 'quality'), { body: {} });
  }

  snippets(id: string): Promise<api.SnippetList> {
    return this._send('GET', table(id, 'snippets'));
  }

  access(id: string): Promise<api.Access> {
    return this._send('GET', table(id, 'access'));
  }

  uses(id: string): Promise<api.UseList> {
    return this._send('GET', table(id, 'uses'));
  }

  annotate(patch: api.NotesPatch): Promise<api.Notes> {
    return this._send('PATCH', 'catalog/notes', { body: patch });
  }

  tags(): Promise<api.TagKeyList> {
    return this._send('GET', 'catalog/tags');
  }

  defineTag(request: api.TagKeyRequest): Promise<api.TagKey> {
    return this._send('PUT', 'catalog/tags', { body: request });
  }

  async removeTag(key: string): Promise<void> {
    await this._send('DELETE', `catalog/tags/${enc(key)}`);
  }

  assign(
    resource: string,
    tags: Record<string, string | null>
  ): Promise<api.Assignment> {
    return this._send('POST', 'catalog/assignments', {
      body: { resource, tags }
    });
  }

  search(q: string, query: ICatalogClient.IPage): Promise<api.CatalogSearch> {
    return this._send('GET', 'catalog/search', { query: { q, ...query } });
  }

  grant(request: api.GrantRequest): Promise<api.Grant> {
    return this._send('POST', 'catalog/grants', { body: request });
  }

  async revoke(id: string): Promise<void> {
    await this._send('DELETE', `catalog/grants/${enc(id)}`);
  }

  private _send: Send;
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

function table(id: string, part = ''): string {
  return `catalog/tables/${enc(id)}${part && `/${part}`}`;
}
