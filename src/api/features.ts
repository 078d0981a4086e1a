/**
 * The feature store's part of the client.
 */
import type { IFeaturesClient } from '../features/tokens';
import type { ICatalogClient } from '../tokens';
import type { Send } from './catalog';
import type * as api from './types';

/**
 * The feature store's routes. Every failure is an `MlxError`.
 */
export class FeaturesClient implements IFeaturesClient {
  constructor(send: Send) {
    this._send = send;
  }

  projects(): Promise<api.FeatureProjectList> {
    return this._send('GET', 'features/projects');
  }

  apply(request: api.FeatureApplyRequest): Promise<api.Run> {
    return this._send('POST', 'features/repositories', { body: request });
  }

  views(query: IFeaturesClient.IViewQuery): Promise<api.FeatureViewList> {
    return this._send('GET', 'features/views', { query: { ...query } });
  }

  view(id: string): Promise<api.FeatureView> {
    return this._send('GET', viewPath(id));
  }

  versions(id: string): Promise<api.FeatureVersionList> {
    return this._send('GET', viewPath(id, 'versions'));
  }

  materializations(
    id: string,
    query: ICatalogClient.IPage
  ): Promise<api.MaterializationList> {
    return this._send('GET', viewPath(id, 'materializations'), {
      query: { ...query }
    });
  }

  uses(id: string): Promise<api.FeatureUses> {
    return this._send('GET', viewPath(id, 'uses'));
  }

  statistics(id: string): Promise<api.FeatureStatisticsState> {
    return this._send('GET', viewPath(id, 'statistics'));
  }

  computeStatistics(id: string): Promise<api.Run> {
    return this._send('POST', viewPath(id, 'statistics'), { body: {} });
  }

  materialize(request: api.MaterializeRequest): Promise<api.Run> {
    return this._send('POST', 'features/materializations', { body: request });
  }

  schedule(request: api.MaterializeScheduleRequest): Promise<api.Schedule> {
    return this._send('PUT', 'features/materializations/schedule', {
      body: request
    });
  }

  online(request: api.OnlineRequest): Promise<api.OnlineFeatures> {
    return this._send('POST', 'features/online', { body: request });
  }

  labels(reference: string): Promise<api.Labels> {
    return this._send('POST', 'features/training-sets/labels', {
      body: { labels: reference }
    });
  }

  preview(request: api.TrainingSetRequest): Promise<api.TrainingSetPreview> {
    return this._send('POST', 'features/training-sets/preview', {
      body: request
    });
  }

  createTrainingSet(request: api.TrainingSetRequest): Promise<api.Run> {
    return this._send('POST', 'features/training-sets', { body: request });
  }

  trainingSets(query: ICatalogClient.IPage): Promise<api.TrainingSetList> {
    return this._send('GET', 'features/training-sets', { query: { ...query } });
  }

  trainingSet(id: string): Promise<api.TrainingSet> {
    return this._send('GET', `features/training-sets/${enc(id)}`);
  }

  trainingSetRows(id: string, limit: number): Promise<api.TrainingSetRows> {
    return this._send('GET', `features/training-sets/${enc(id)}/rows`, {
      query: { limit }
    });
  }

  private _send: Send;
}

function viewPath(id: string, part = ''): string {
  return `features/views/${enc(id)}${part && `/${part}`}`;
}

function enc(part: string): string {
  return encodeURIComponent(part);
}
