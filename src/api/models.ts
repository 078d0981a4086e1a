/**
 * The part of the client that is about models.
 */
import type { IModelsClient } from '../models/tokens';
import type { ICatalogClient } from '../tokens';
import type { Send } from './catalog';
import type * as api from './types';

/**
 * The routes of models. Every failure is an `MlxError`.
 */
export class ModelsClient implements IModelsClient {
  constructor(options: ModelsClient.IOptions) {
    this._send = options.send;
    this._text = options.text;
    this._url = options.url;
  }

  experiments(query: IModelsClient.IQuery): Promise<api.ExperimentList> {
    return this._send('GET', 'models/experiments', { query: { ...query } });
  }

  experiment(id: string): Promise<api.Experiment> {
    return this._send('GET', `models/experiments/${enc(id)}`);
  }

  columns(
    experiment: string,
    query: IModelsClient.IColumnQuery
  ): Promise<api.RunColumnList> {
    return this._send('GET', `models/experiments/${enc(experiment)}/columns`, {
      query: { ...query }
    });
  }

  searchRuns(request: api.ModelRunSearchRequest): Promise<api.ModelRunPage> {
    return this._send('POST', 'models/runs/search', { body: request });
  }

  run(id: string): Promise<api.ModelRunDetail> {
    return this._send('GET', `models/runs/${enc(id)}`);
  }

  curves(request: api.CurveRequest): Promise<api.CurveList> {
    return this._send('POST', 'models/runs/curves', { body: request });
  }

  compare(
    request: api.ModelRunCompareRequest
  ): Promise<api.ModelRunComparison> {
    return this._send('POST', 'models/runs/compare', { body: request });
  }

  artifacts(run: string, path?: string): Promise<api.ArtifactList> {
    return this._send('GET', `models/runs/${enc(run)}/artifacts`, {
      query: { path }
    });
  }

  artifactText(run: string, path: string): Promise<string> {
    return this._text(`models/runs/${enc(run)}/artifacts/${enc(path)}`, {});
  }

  artifactUrl(run: string, path: string, download?: boolean): string {
    return this._url(`models/runs/${enc(run)}/artifacts/${enc(path)}`, {
      download: download ? 'true' : undefined
    });
  }

  models(query: IModelsClient.IQuery): Promise<api.RegisteredModelList> {
    return this._send('GET', 'models/registered', { query: { ...query } });
  }

  model(name: string): Promise<api.RegisteredModel> {
    return this._send('GET', modelPath(name));
  }

  updateModel(
    name: string,
    patch: api.ModelPatch
  ): Promise<api.RegisteredModel> {
    return this._send('PATCH', modelPath(name), { body: patch });
  }

  versions(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.ModelVersionList> {
    return this._send('GET', modelPath(name, 'versions'), {
      query: { ...query }
    });
  }

  version(name: string, version: number): Promise<api.ModelVersion> {
    return this._send('GET', modelPath(name, `versions/${version}`));
  }

  updateVersion(
    name: string,
    version: number,
    patch: api.ModelPatch
  ): Promise<api.ModelVersion> {
    return this._send('PATCH', modelPath(name, `versions/${version}`), {
      body: patch
    });
  }

  approve(
    name: string,
    version: number,
    request: api.ApprovalRequest
  ): Promise<api.Approval> {
    const path = modelPath(name, `versions/${version}/approvals`);
    return this._send('POST', path, { body: request });
  }

  history(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.AliasMoveList> {
    return this._send('GET', modelPath(name, 'history'), {
      query: { ...query }
    });
  }

  promotions(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.PromotionList> {
    return this._send('GET', modelPath(name, 'promotions'), {
      query: { ...query }
    });
  }

  promote(name: string, request: api.PromotionRequest): Promise<api.Promotion> {
    return this._send('POST', modelPath(name, 'promotions'), { body: request });
  }

  promotion(id: string): Promise<api.Promotion> {
    return this._send('GET', `models/promotions/${enc(id)}`);
  }

  policies(): Promise<api.PolicyList> {
    return this._send('GET', 'models/policies');
  }

  policy(name: string): Promise<api.PolicyList> {
    return this._send('GET', `models/policies/${enc(name)}`);
  }

  applyPolicy(request: api.PolicyRequest): Promise<api.Policy> {
    return this._send('POST', 'models/policies', { body: request });
  }

  async removePolicy(name: string): Promise<void> {
    await this._send('DELETE', `models/policies/${enc(name)}`);
  }

  evaluate(request: api.EvaluationRequest): Promise<api.Run> {
    return this._send('POST', 'models/evaluations', { body: request });
  }

  evaluation(id: string): Promise<api.Evaluation> {
    return this._send('GET', `models/evaluations/${enc(id)}`);
  }

  replay(request: api.ReplayRequest): Promise<api.Run> {
    return this._send('POST', 'models/replays', { body: request });
  }

  replayResult(id: string): Promise<api.Replay> {
    return this._send('GET', `models/replays/${enc(id)}`);
  }

  deployments(): Promise<api.DeploymentList> {
    return this._send('GET', 'models/deployments');
  }

  deploy(request: api.DeploymentRequest): Promise<api.Deployment> {
    return this._send('POST', 'models/deployments', { body: request });
  }

  deployment(name: string): Promise<api.Deployment> {
    return this._send('GET', deploymentPath(name));
  }

  updateDeployment(
    name: string,
    patch: api.DeploymentPatch
  ): Promise<api.Deployment> {
    return this._send('PATCH', deploymentPath(name), { body: patch });
  }

  async removeDeployment(name: string): Promise<void> {
    await this._send('DELETE', deploymentPath(name));
  }

  rollback(
    name: string,
    request: api.RollbackRequest
  ): Promise<api.Deployment> {
    return this._send('POST', deploymentPath(name, 'rollback'), {
      body: request
    });
  }

  token(name: string): Promise<api.DeploymentToken> {
    return this._send('POST', deploymentPath(name, 'token'), { body: {} });
  }

  score(name: string, request: api.ScoreRequest): Promise<api.Scored> {
    return this._send('POST', deploymentPath(name, 'invocations'), {
      body: request
    });
  }

  requests(
    name: string,
    query: ICatalogClient.IPage
  ): Promise<api.ScoredCallList> {
    return this._send('GET', deploymentPath(name, 'requests'), {
      query: { ...query }
    });
  }

  log(name: string, version?: number): Promise<string> {
    return this._text(deploymentPath(name, 'log'), { version });
  }

  private _send: Send;
  private _text: ModelsClient.IOptions['text'];
  private _url: ModelsClient.IOptions['url'];
}

export namespace ModelsClient {
  type Query = Record<string, string | number | undefined>;

  /** How requests are sent. */
  export interface IOptions {
    /** Sends a request and reads its JSON. */
    send: Send;
    /** Reads a text. */
    text: (path: string, query: Query) => Promise<string>;
    /** Makes an absolute address from one of the contract. */
    url: (path: string, query: Query) => string;
  }
}

function modelPath(name: string, part = ''): string {
  return `models/registered/${enc(name)}${part && `/${part}`}`;
}

function deploymentPath(name: string, part = ''): string {
  return `models/deployments/${enc(name)}${part && `/${part}`}`;
}

function enc(part: string): string {
  return encodeURIComponent(part);
}
