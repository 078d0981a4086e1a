/**
 * Short names for the contract's shapes, and the payloads of its events.
 */
import type * as nbformat from '@jupyterlab/nbformat';

import type { components } from './schema';

type Schemas = components['schemas'];

export type Run = Schemas['Run'];
export type RunState = Schemas['RunState'];
export type RunList = Schemas['RunList'];
export type Attempt = Schemas['Attempt'];
export type RunError = Schemas['Error'];
export type Output = Schemas['Output'];
export type JobRequest = Schemas['JobRequest'];
export type CloneRequest = Schemas['CloneRequest'];
export type Schedule = Schemas['Schedule'];
export type ScheduleList = Schemas['ScheduleList'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type SchedulePatch = Schemas['SchedulePatch'];
export type SchedulePreview = Schemas['SchedulePreview'];
export type NotebookInfo = Schemas['NotebookInfo'];
export type Parameter = Schemas['Parameter'];
export type Config = Schemas['Config'];
export type Gpu = Schemas['Gpu'];
export type GpuList = Schemas['GpuList'];
export type Diff = Schemas['Diff'];
export type Change = Schemas['Change'];
export type MlxEvent = Schemas['Event'];
export type EventKind = MlxEvent['kind'];
export type EventList = Schemas['EventList'];

/** What a `job.state` event carries. */
export type IStateData = Schemas['StateEventData'];

/** What a `job.cell` event carries. */
export type ICellData = Schemas['CellEventData'];

/** What a `job.output` event carries; the contract leaves an output's shape to nbformat. */
export type IOutputData = Omit<Schemas['OutputEventData'], 'output'> & {
  output?: nbformat.IOutput;
};

/** What a `schedule.changed` event carries. */
export type IScheduleData = Schemas['ScheduleEventData'];

export type Source = Schemas['Source'];
export type SourceList = Schemas['SourceList'];
export type SourceRequest = Schemas['SourceRequest'];
export type SourcePatch = Schemas['SourcePatch'];
export type Crawl = Schemas['Crawl'];
export type CrawlState = Schemas['CrawlState'];
export type CrawlList = Schemas['CrawlList'];
export type CrawlRequest = Schemas['CrawlRequest'];
export type CrawlScheduleRequest = Schemas['CrawlScheduleRequest'];
export type TableChange = Schemas['TableChange'];
export type TableDifference = Schemas['TableDifference'];
export type CatalogDatabase = Schemas['CatalogDatabase'];
export type DatabaseList = Schemas['DatabaseList'];
export type Column = Schemas['Column'];
export type Table = Schemas['Table'];
export type TableList = Schemas['TableList'];
export type TableVersionList = Schemas['TableVersionList'];
export type Partition = Schemas['Partition'];
export type PartitionList = Schemas['PartitionList'];
export type Explanation = Schemas['Explanation'];
export type Preview = Schemas['Preview'];
export type ColumnProfile = Schemas['ColumnProfile'];
export type Profile = Schemas['Profile'];
export type ProfileState = Schemas['ProfileState'];
export type Quality = Schemas['Quality'];
export type QualityRule = Schemas['QualityRule'];
export type QualityResult = Schemas['QualityResult'];
export type Snippet = Schemas['Snippet'];
export type SnippetList = Schemas['SnippetList'];
export type Access = Schemas['Access'];
export type Permission = Schemas['Permission'];
export type Grant = Schemas['Grant'];
export type GrantRequest = Schemas['GrantRequest'];
export type UseList = Schemas['UseList'];
export type Notes = Schemas['Notes'];
export type NotesPatch = Schemas['NotesPatch'];
export type TagKey = Schemas['TagKey'];
export type TagKeyList = Schemas['TagKeyList'];
export type TagKeyRequest = Schemas['TagKeyRequest'];
export type Assignment = Schemas['Assignment'];
export type CatalogHit = Schemas['CatalogHit'];
export type CatalogSearch = Schemas['CatalogSearch'];

/** What `crawl.state` and `crawl.progress` events carry: the crawl without tables and problems, or only its ids. */
export type ICrawlData = Schemas['CrawlEventData'];

/** What a `catalog.changed` event carries. */
export type ICatalogData = Schemas['CatalogEventData'];

export type FeatureField = Schemas['FeatureField'];
export type FeatureEntity = Schemas['FeatureEntity'];
export type FeatureSource = Schemas['FeatureSource'];
export type FeatureProject = Schemas['FeatureProject'];
export type FeatureProjectList = Schemas['FeatureProjectList'];
export type FeatureApplyRequest = Schemas['FeatureApplyRequest'];
export type FeatureFreshness = Schemas['FeatureFreshness'];
export type FeatureView = Schemas['FeatureView'];
export type FeatureViewList = Schemas['FeatureViewList'];
export type FeatureVersion = Schemas['FeatureVersion'];
export type FeatureVersionList = Schemas['FeatureVersionList'];
export type FeatureUse = Schemas['FeatureUse'];
export type FeatureUses = Schemas['FeatureUses'];
export type FeatureDrift = Schemas['FeatureDrift'];
export type FeatureParity = Schemas['FeatureParity'];
export type FeatureStatistics = Schemas['FeatureStatistics'];
export type FeatureStatisticsState = Schemas['FeatureStatisticsState'];
export type Materialization = Schemas['Materialization'];
export type MaterializationList = Schemas['MaterializationList'];
export type MaterializeRequest = Schemas['MaterializeRequest'];
export type MaterializeScheduleRequest = Schemas['MaterializeScheduleRequest'];
export type OnlineRequest = Schemas['OnlineRequest'];
export type OnlineFeatures = Schemas['OnlineFeatures'];
export type Labels = Schemas['Labels'];
export type TrainingSetRequest = Schemas['TrainingSetRequest'];
export type LeakageFinding = Schemas['LeakageFinding'];
export type TrainingSet = Schemas['TrainingSet'];
export type TrainingSetList = Schemas['TrainingSetList'];
export type TrainingSetPreview = Schemas['TrainingSetPreview'];
export type TrainingSetRows = Schemas['TrainingSetRows'];
export type FeatureService = Schemas['FeatureServiceDefinition'];

/** What a `features.changed` event carries. */
export type IFeatureData = Schemas['FeatureEventData'];

export type MetricValue = Schemas['MetricValue'];
export type Experiment = Schemas['Experiment'];
export type ExperimentList = Schemas['ExperimentList'];
export type RunColumn = Schemas['RunColumn'];
export type RunColumnList = Schemas['RunColumnList'];
export type RunOrder = Schemas['RunOrder'];
export type ModelRunSearchRequest = Schemas['ModelRunSearchRequest'];
export type ModelRun = Schemas['ModelRun'];
export type ModelRunPage = Schemas['ModelRunPage'];
export type LastMetric = Schemas['LastMetric'];
export type RunInput = Schemas['RunInput'];
export type ModelRunDetail = Schemas['ModelRunDetail'];
export type Artifact = Schemas['Artifact'];
export type ArtifactList = Schemas['ArtifactList'];
export type CurveRequest = Schemas['CurveRequest'];
export type Curve = Schemas['Curve'];
export type CurveList = Schemas['CurveList'];
export type ModelRunCompareRequest = Schemas['ModelRunCompareRequest'];
export type ComparedRow = Schemas['ComparedRow'];
export type ModelRunComparison = Schemas['ModelRunComparison'];
export type ModelPatch = Schemas['ModelPatch'];
export type RegisteredModel = Schemas['RegisteredModel'];
export type RegisteredModelList = Schemas['RegisteredModelList'];
export type ModelVersionSummary = Schemas['ModelVersionSummary'];
export type ModelVersionList = Schemas['ModelVersionList'];
export type SignatureField = Schemas['SignatureField'];
export type Signature = Schemas['Signature'];
export type CheckResult = Schemas['CheckResult'];
export type GateResult = Schemas['GateResult'];
export type AliasMove = Schemas['AliasMove'];
export type AliasMoveList = Schemas['AliasMoveList'];
export type Approval = Schemas['Approval'];
export type ApprovalRequest = Schemas['ApprovalRequest'];
export type ModelOrigin = Schemas['ModelOrigin'];
export type EvaluationSummary = Schemas['EvaluationSummary'];
export type ModelVersion = Schemas['ModelVersion'];
export type PromotionRequest = Schemas['PromotionRequest'];
export type Promotion = Schemas['Promotion'];
export type PromotionList = Schemas['PromotionList'];
export type PolicyRequest = Schemas['PolicyRequest'];
export type Policy = Schemas['Policy'];
export type PolicyList = Schemas['PolicyList'];
export type EvaluationRequest = Schemas['EvaluationRequest'];
export type Interval = Schemas['Interval'];
export type SliceResult = Schemas['SliceResult'];
export type ComparisonResult = Schemas['ComparisonResult'];
export type Evaluation = Schemas['Evaluation'];
export type ReplayRequest = Schemas['ReplayRequest'];
export type Replay = Schemas['Replay'];
export type RouteShare = Schemas['RouteShare'];
export type DeploymentOptions = Schemas['DeploymentOptions'];
export type DeploymentRequest = Schemas['DeploymentRequest'];
export type DeploymentPatch = Schemas['DeploymentPatch'];
export type RollbackRequest = Schemas['RollbackRequest'];
export type ServedVersion = Schemas['ServedVersion'];
export type DeploymentRevision = Schemas['DeploymentRevision'];
export type Deployment = Schemas['Deployment'];
export type DeploymentList = Schemas['DeploymentList'];
export type DeploymentToken = Schemas['DeploymentToken'];
export type ScoreRequest = Schemas['ScoreRequest'];
export type Scored = Schemas['Scored'];
export type ScoredCall = Schemas['ScoredCall'];
export type ScoredCallList = Schemas['ScoredCallList'];

/** What a `models.changed` event carries. */
export type IModelData = Schemas['ModelEventData'];

/** What a `deployment.changed` event carries. */
export type IDeploymentData = Schemas['DeploymentEventData'];
