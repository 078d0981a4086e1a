/**
 * The feature store's tokens and interfaces. Nothing else.
 */
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type * as api from '../api/types';
import type { ICatalogClient } from '../tokens';

/**
 * The typed client of the feature store's routes.
 */
export interface IFeaturesClient {
  projects(): Promise<api.FeatureProjectList>;
  /** Queue a job that applies a repository, or says what that would change. */
  apply(request: api.FeatureApplyRequest): Promise<api.Run>;
  views(query: IFeaturesClient.IViewQuery): Promise<api.FeatureViewList>;
  /** A view by its id; `@v1` after it for an earlier version. */
  view(id: string): Promise<api.FeatureView>;
  versions(id: string): Promise<api.FeatureVersionList>;
  materializations(
    id: string,
    query: ICatalogClient.IPage
  ): Promise<api.MaterializationList>;
  uses(id: string): Promise<api.FeatureUses>;
  statistics(id: string): Promise<api.FeatureStatisticsState>;
  computeStatistics(id: string): Promise<api.Run>;
  materialize(request: api.MaterializeRequest): Promise<api.Run>;
  schedule(request: api.MaterializeScheduleRequest): Promise<api.Schedule>;
  online(request: api.OnlineRequest): Promise<api.OnlineFeatures>;
  labels(reference: string): Promise<api.Labels>;
  preview(request: api.TrainingSetRequest): Promise<api.TrainingSetPreview>;
  createTrainingSet(request: api.TrainingSetRequest): Promise<api.Run>;
  /** The newest first. */
  trainingSets(query: ICatalogClient.IPage): Promise<api.TrainingSetList>;
  trainingSet(id: string): Promise<api.TrainingSet>;
  trainingSetRows(id: string, limit: number): Promise<api.TrainingSetRows>;
}

export namespace IFeaturesClient {
  /** Which views to list. */
  export interface IViewQuery extends ICatalogClient.IPage {
    project?: string;
    q?: string;
  }
}

/**
 * The feature store as far as it has been looked at, kept current by events.
 */
export interface IFeaturesModel extends IDisposable {
  readonly status: IFeaturesModel.Status;
  /** Why the feature store could not be read, where `status` is `failed`. */
  readonly error: Error | null;
  /** By name. */
  readonly projects: ReadonlyArray<api.FeatureProject>;
  /** How many views are in force. */
  readonly total: number;
  readonly changed: ISignal<IFeaturesModel, void>;
  /** Something that was asked for before may be another now. */
  readonly outdated: ISignal<IFeaturesModel, api.IFeatureData>;
  load(): Promise<void>;
  /** The views of a project that have been read; null before they are asked for. */
  viewsOf(project: string): IFeaturesModel.IViews | null;
  /** Read all views of a project, unless they have been. */
  loadViews(project: string): Promise<void>;
}

export namespace IFeaturesModel {
  export type Status = 'idle' | 'loading' | 'ready' | 'failed';

  /** The views of a project, as far as they have been read. */
  export interface IViews {
    items: ReadonlyArray<api.FeatureView>;
    loading: boolean;
    error: Error | null;
  }
}

/** The features model's token. */
export const IFeaturesModel = new Token<IFeaturesModel>(
  'jupyter-mlx:IFeaturesModel',
  'The feature store, kept current by events.'
);
