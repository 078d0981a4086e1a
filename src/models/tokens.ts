/**
 * The tokens and interfaces of models. Nothing else.
 */
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type * as api from '../api/types';
import type { ICatalogClient } from '../tokens';

/**
 * The typed client of the routes of models.
 */
export interface IModelsClient {
  experiments(query: IModelsClient.IQuery): Promise<api.ExperimentList>;
  experiment(id: string): Promise<api.Experiment>;
  columns(
    experiment: string,
    query: IModelsClient.IColumnQuery
  ): Promise<api.RunColumnList>;
  searchRuns(request: api.ModelRunSearchRequest): Promise<api.ModelRunPage>;
  run(id: string): Promise<api.ModelRunDetail>;
  curves(request: api.CurveRequest): Promise<api.CurveList>;
  compare(request: api.ModelRunCompareRequest): Promise<api.ModelRunComparison>;
  artifacts(run: string, path?: string): Promise<api.ArtifactList>;
  /** A file of a run that is a text. */
  artifactText(run: string, path: string): Promise<string>;
  /** The address of a file of a run, for a link or a picture. */
  artifactUrl(run: string, path: string, download?: boolean): string;
  models(query: IModelsClient.IQuery): Promise<api.RegisteredModelList>;
  model(name: string): Promise<api.RegisteredModel>;
  updateModel(
    name: string,
    patch: api.ModelPatch
  ): Promise<api.RegisteredModel>;
  versions(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.ModelVersionList>;
  version(name: string, version: number): Promise<api.ModelVersion>;
  updateVersion(
    name: string,
    version: number,
    patch: api.ModelPatch
  ): Promise<api.ModelVersion>;
  approve(
    name: string,
    version: number,
    request: api.ApprovalRequest
  ): Promise<api.Approval>;
  history(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.AliasMoveList>;
  promotions(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.PromotionList>;
  promote(name: string, request: api.PromotionRequest): Promise<api.Promotion>;
  promotion(id: string): Promise<api.Promotion>;
  policies(): Promise<api.PolicyList>;
  policy(name: string): Promise<api.PolicyList>;
  applyPolicy(request: api.PolicyRequest): Promise<api.Policy>;
  removePolicy(name: string): Promise<void>;
  evaluate(request: api.EvaluationRequest): Promise<api.Run>;
  evaluation(id: string): Promise<api.Evaluation>;
  replay(request: api.ReplayRequest): Promise<api.Run>;
  replayResult(id: string): Promise<api.Replay>;
  deployments(): Promise<api.DeploymentList>;
  deploy(request: api.DeploymentRequest): Promise<api.Deployment>;
  deployment(name: string): Promise<api.Deployment>;
  updateDeployment(
    name: string,
    patch: api.DeploymentPatch
  ): Promise<api.Deployment>;
  removeDeployment(name: string): Promise<void>;
  rollback(name: string, request: api.RollbackRequest): Promise<api.Deployment>;
  token(name: string): Promise<api.DeploymentToken>;
  score(name: string, request: api.ScoreRequest): Promise<api.Scored>;
  requests(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.ScoredCallList>;
  /** The log of the router, or of a version's process. */
  log(name: string, version?: number): Promise<string>;
}

export namespace IModelsClient {
  /** Which experiments or models to list. */
  export interface IQuery extends ICatalogClient.IPage {
    q?: string;
  }

  /** Which columns to list. */
  export interface IColumnQuery extends IQuery {
    kind?: api.RunColumn['kind'];
  }
}

/**
 * Registered models, experiments and deployments, kept current by events.
 */
export interface IModelsModel extends IDisposable {
  readonly status: IModelsModel.Status;
  /** Why they could not be read, where `status` is `failed`. */
  readonly error: Error | null;
  /** The last changed first. */
  readonly models: ReadonlyArray<api.RegisteredModel>;
  readonly experiments: ReadonlyArray<api.Experiment>;
  readonly deployments: ReadonlyArray<api.Deployment>;
  readonly changed: ISignal<IModelsModel, void>;
  /** Something of a model that was asked for before may be another now. */
  readonly outdated: ISignal<IModelsModel, api.IModelData>;
  /** A deployment changed, or is gone. */
  readonly deployed: ISignal<IModelsModel, api.IDeploymentData>;
  /** The server could not be reached, and now can be: what failed meanwhile is worth another try. */
  readonly online: ISignal<IModelsModel, void>;
  load(): Promise<void>;
  /** The versions of a model that have been read; null before they are asked for. */
  versionsOf(name: string): IModelsModel.IVersions | null;
  /** Read the newest versions of a model. */
  loadVersions(name: string): Promise<void>;
}

export namespace IModelsModel {
  export type Status = 'idle' | 'loading' | 'ready' | 'failed';

  /** The versions of a model, as far as they have been read. */
  export interface IVersions {
    items: ReadonlyArray<api.ModelVersionSummary>;
    hasMore: boolean;
    loading: boolean;
    error: Error | null;
  }
}

/** The token of the models model. */
export const IModelsModel = new Token<IModelsModel>(
  'jupyter-mlx:IModelsModel',
  'Registered models, experiments and deployments, kept current by events.'
);
