/**
 * Tokens and interfaces that plugins share. Nothing else.
 */
import type * as nbformat from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type * as api from './api/types';
import type { IFeaturesClient } from './features/tokens';
import type { IModelsClient } from './models/tokens';

export { CommandIDs } from './command-ids';

/** The translation domain of every string of this package. */
export const DOMAIN = 'jupyter_mlx';

/**
 * The typed client of our server extension. Failures are `MlxError`s.
 */
export interface IMlxClient {
  readonly serverSettings: ServerConnection.ISettings;
  readonly catalog: ICatalogClient;
  readonly features: IFeaturesClient;
  readonly models: IModelsClient;
  config(): Promise<api.Config>;
  listRuns(query?: IMlxClient.IRunQuery): Promise<api.RunList>;
  getRun(id: string): Promise<api.Run>;
  /** Queue a run; the same key answers with the same run. */
  createRun(request: api.JobRequest, key: string): Promise<api.Run>;
  cancelRun(id: string): Promise<api.Run>;
  retryRun(id: string): Promise<api.Run>;
  cloneRun(id: string, request: api.CloneRequest): Promise<api.Run>;
  removeRun(id: string): Promise<void>;
  runEvents(id: string, attempt?: number): Promise<api.EventList>;
  runLog(
    id: string,
    attempt?: number,
    offset?: number
  ): Promise<IMlxClient.ILog>;
  runNotebook(id: string): Promise<nbformat.INotebookContent>;
  runOutput(id: string, name: string, attempt?: number): Promise<string>;
  /** The address of an output, for a link. */
  outputUrl(
    id: string,
    name: string,
    options?: IMlxClient.IOutputOptions
  ): string;
  notebookInfo(path: string): Promise<api.NotebookInfo>;
  listSchedules(): Promise<api.ScheduleList>;
  createSchedule(request: api.ScheduleRequest): Promise<api.Schedule>;
  updateSchedule(id: string, patch: api.SchedulePatch): Promise<api.Schedule>;
  removeSchedule(id: string): Promise<void>;
  previewSchedule(
    cron: string,
    timezone: string,
    count: number
  ): Promise<api.SchedulePreview>;
  listGpus(): Promise<api.GpuList>;
  diff(a: string, b: string): Promise<api.Diff>;
}

export namespace IMlxClient {
  /** Which runs to list. */
  export interface IRunQuery {
    limit?: number;
    cursor?: string;
    state?: string;
    q?: string;
    notebook?: string;
    schedule?: string;
  }

  /** A part of an attempt's log. */
  export interface ILog {
    text: string;
    /** Bytes of the whole log so far: the offset of what comes next. */
    size: number;
  }

  /** Which form of an output a link gives. */
  export interface IOutputOptions {
    attempt?: number;
    download?: boolean;
  }
}

/**
 * The typed client of the catalog's routes.
 */
export interface ICatalogClient {
  sources(): Promise<api.SourceList>;
  source(id: string): Promise<api.Source>;
  addSource(request: api.SourceRequest): Promise<api.Source>;
  removeSource(id: string): Promise<void>;
  schedule(
    id: string,
    request: api.CrawlScheduleRequest
  ): Promise<api.Schedule>;
  crawls(query?: ICatalogClient.ICrawlQuery): Promise<api.CrawlList>;
  /** A crawl with its result, by its own id or its run's. */
  crawl(id: string): Promise<api.Crawl>;
  startCrawl(request: api.CrawlRequest): Promise<api.Run>;
  cancelCrawl(id: string): Promise<api.Crawl>;
  databases(): Promise<api.DatabaseList>;
  tables(database: string, query: ICatalogClient.IPage): Promise<api.TableList>;
  table(id: string, version?: number): Promise<api.Table>;
  removeTable(id: string): Promise<void>;
  versions(id: string): Promise<api.TableVersionList>;
  partitions(
    id: string,
    query: ICatalogClient.IPage
  ): Promise<api.PartitionList>;
  explanation(id: string): Promise<api.Explanation>;
  preview(
    id: string,
    query: ICatalogClient.IPreviewQuery
  ): Promise<api.Preview>;
  profile(id: string): Promise<api.ProfileState>;
  startProfile(id: string): Promise<api.Run>;
  quality(id: string): Promise<api.Quality>;
  setRules(id: string, rules: api.QualityRule[]): Promise<api.Quality>;
  checkQuality(id: string): Promise<api.Run>;
  snippets(id: string): Promise<api.SnippetList>;
  access(id: string): Promise<api.Access>;
  uses(id: string): Promise<api.UseList>;
  annotate(patch: api.NotesPatch): Promise<api.Notes>;
  tags(): Promise<api.TagKeyList>;
  defineTag(request: api.TagKeyRequest): Promise<api.TagKey>;
  removeTag(key: string): Promise<void>;
  /** Tag a resource; null takes a tag away. */
  assign(
    resource: string,
    tags: Record<string, string | null>
  ): Promise<api.Assignment>;
  search(q: string, query: ICatalogClient.IPage): Promise<api.CatalogSearch>;
  grant(request: api.GrantRequest): Promise<api.Grant>;
  revoke(id: string): Promise<void>;
}

export namespace ICatalogClient {
  /** A page of a list. */
  export interface IPage {
    limit?: number;
    cursor?: string;
  }

  /** Which crawls to list. */
  export interface ICrawlQuery extends IPage {
    source?: string;
  }

  /** Which rows to show. */
  export interface IPreviewQuery {
    limit?: number;
    /** An SQL predicate over visible columns. */
    filter?: string;
    /** A column; `-` before it for descending order. */
    sort?: string;
    /** Random rows in place of the first ones. */
    sample?: boolean;
  }
}

/** The client's token. */
export const IMlxClient = new Token<IMlxClient>(
  'jupyter-mlx:IMlxClient',
  'The typed client of the MLX server extension.'
);

/**
 * What the server pushes, each event once and in order.
 */
export interface IMlxEvents extends IDisposable {
  readonly event: ISignal<IMlxEvents, api.MlxEvent>;
  readonly statusChanged: ISignal<IMlxEvents, IMlxEvents.Status>;
  readonly reset: ISignal<IMlxEvents, void>;
  readonly status: IMlxEvents.Status;
  readonly lastId: number;
  /** Connect, and receive every event with a greater id. */
  start(after: number): void;
}

export namespace IMlxEvents {
  /** `waiting`: the connection is lost and the next try is planned. */
  export type Status = 'stopped' | 'connecting' | 'live' | 'waiting';
}

/** The event stream's token. */
export const IMlxEvents = new Token<IMlxEvents>(
  'jupyter-mlx:IMlxEvents',
  'The stream of events that the MLX server extension pushes.'
);

/**
 * A section of the side panel.
 */
export interface ISection {
  /** Unique, and part of the saved layout. */
  readonly id: string;
  readonly label: string;
  /** Sections are ordered by rank. */
  readonly rank: number;
  /** What stands beside the label. */
  readonly badge: ISection.IBadge;
  readonly badgeChanged: ISignal<ISection, void>;
  /** The section's one main action. */
  readonly action?: ISection.ICommand;
  /** What the section's menu offers; `null` is a separator. */
  readonly menu: ReadonlyArray<ISection.ICommand | null>;
  /** Make the view; called once, when the section is first shown. */
  createContent(): Promise<Widget>;
  /** Narrow the section to what matches. */
  search(query: string): void;
  /** Open the first hit of the search; false where there is none. */
  openFirst(): boolean;
  /** Emitted with the text that the panel's search box should have instead. */
  readonly searchRequested?: ISignal<ISection, string>;
}

export namespace ISection {
  /** A short text beside the label, and its long form for a reader of the title. */
  export interface IBadge {
    text: string;
    title: string;
  }

  /** A command with its arguments. */
  export interface ICommand {
    command: string;
    args?: ReadonlyJSONObject;
  }
}

/**
 * The sections of the side panel: the panel knows this registry, not the sections.
 */
export interface ISectionRegistry {
  readonly sections: ReadonlyArray<ISection>;
  readonly added: ISignal<ISectionRegistry, ISection>;
  readonly removed: ISignal<ISectionRegistry, ISection>;
  add(section: ISection): IDisposable;
}

/** The section registry's token. */
export const ISectionRegistry = new Token<ISectionRegistry>(
  'jupyter-mlx:ISectionRegistry',
  'The sections of the MLX side panel.'
);

/**
 * The runs and schedules of this user, kept current by events.
 */
export interface IJobsModel extends IDisposable {
  readonly status: IJobsModel.Status;
  /** Why the list could not be read, where `status` is `failed`. */
  readonly error: Error | null;
  /** Whether the server pushes at this moment. */
  readonly live: boolean;
  /** Whether the connection broke and is not back, so that what is shown may be old. */
  readonly lost: boolean;
  /** Newest first. */
  readonly runs: ReadonlyArray<api.Run>;
  readonly schedules: ReadonlyArray<api.Schedule>;
  readonly gpus: api.GpuList | null;
  readonly hasMore: boolean;
  readonly changed: ISignal<IJobsModel, void>;
  /** A run reached its end while we watched. */
  readonly ended: ISignal<IJobsModel, api.Run>;
  readonly removed: ISignal<IJobsModel, string>;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Bring runs that match from the server into the list. */
  fetch(query: IMlxClient.IRunQuery): Promise<void>;
  /** The run, asked for where it is not in the list. */
  get(id: string): Promise<api.Run>;
  find(id: string): api.Run | undefined;
  /** The last run of the same notebook that succeeded before this one. */
  previous(run: api.Run): api.Run | undefined;
  /** Take in what a request answered, before its event comes. */
  update(run: api.Run): void;
  updateSchedule(schedule: api.Schedule): void;
}

export namespace IJobsModel {
  export type Status = 'idle' | 'loading' | 'ready' | 'failed';
}

/** The jobs model's token. */
export const IJobsModel = new Token<IJobsModel>(
  'jupyter-mlx:IJobsModel',
  'The runs and schedules of this user, kept current by events.'
);

/**
 * The catalog as far as it has been looked at, kept current by events.
 */
export interface ICatalogModel extends IDisposable {
  readonly status: ICatalogModel.Status;
  /** Why the catalog could not be read, where `status` is `failed`. */
  readonly error: Error | null;
  /** By name. */
  readonly sources: ReadonlyArray<api.Source>;
  readonly databases: ReadonlyArray<api.CatalogDatabase>;
  /** How many tables there are. */
  readonly total: number;
  /** Crawls that run, and those queued that have no crawl yet. */
  readonly running: ReadonlyArray<ICatalogModel.IRunning>;
  readonly changed: ISignal<ICatalogModel, void>;
  /** Something that was asked for before may be another now. */
  readonly outdated: ISignal<ICatalogModel, api.ICatalogData>;
  /** A crawl has begun, gone on or ended. */
  readonly crawled: ISignal<ICatalogModel, api.Crawl>;
  load(): Promise<void>;
  /** The tables of a database that have been read; null before they are asked for. */
  tablesOf(database: string): ICatalogModel.ITables | null;
  /** Read the tables of a database, or its next page. */
  loadTables(database: string): Promise<void>;
  /** Queue a crawl of a source, by its id; answers the run. */
  crawl(source: string, options?: { full?: boolean }): Promise<api.Run>;
}

export namespace ICatalogModel {
  export type Status = 'idle' | 'loading' | 'ready' | 'failed';

  /** A crawl in progress; `crawl` is null while its job waits or starts. */
  export interface IRunning {
    source_id: string;
    run_id: string | null;
    crawl: api.Crawl | null;
  }

  /** The tables of a database, as far as they have been read. */
  export interface ITables {
    items: ReadonlyArray<api.Table>;
    hasMore: boolean;
    loading: boolean;
    error: Error | null;
  }
}

/** The catalog model's token. */
export const ICatalogModel = new Token<ICatalogModel>(
  'jupyter-mlx:ICatalogModel',
  'The data catalog, kept current by events.'
);

/**
 * Where documents of ours are shown: the main area, or a dialog where there is none.
 */
export interface IMlxShell {
  /**
   * Show a document; one that is open already with this id is revealed.
   * Answers the widget that was put in the shell.
   */
  open<T extends Widget>(
    id: string,
    factory: () => T | Promise<T>
  ): Promise<Widget>;
  close(id: string): void;
}

/** The document shell's token. */
export const IMlxShell = new Token<IMlxShell>(
  'jupyter-mlx:IMlxShell',
  'Where the documents of the MLX workbench are shown.'
);
