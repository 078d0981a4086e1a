/**
 * One table of the catalog with all that is known of it, each part read when it is first looked at.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  Access,
  Column,
  ColumnProfile,
  Explanation,
  GrantRequest,
  ICatalogData,
  NotesPatch,
  Partition,
  PartitionList,
  Permission,
  ProfileState,
  Quality,
  QualityRule,
  Run,
  Snippet,
  Table,
  TableVersionList,
  TagKey,
  UseList
} from '../../api/types';
import { isLive } from '../../jobs/states';
import type { ICatalogModel, IJobsModel, IMlxClient } from '../../tokens';
import { Paged } from '../../ui/paged';
import { Resource } from '../../ui/resource';
import { SampleModel } from './sample-model';

/** How many partitions one page brings. */
const PARTITIONS = 100;

/** The kinds of work on a table that run as jobs. */
export type Work = 'profile' | 'quality' | 'crawl';

/**
 * The table page's state.
 */
export class TableModel {
  constructor(options: TableModel.IOptions) {
    const { client, catalog, jobs, id } = options;
    this._client = client;
    this._catalog = catalog;
    this._jobs = jobs;
    this.id = id;
    const part = client.catalog;
    this.table = new Resource(() => part.table(id));
    this.profile = new Resource(() => part.profile(id));
    this.versions = new Resource(() => part.versions(id));
    this.partitions = new Paged(cursor =>
      part.partitions(id, { limit: PARTITIONS, cursor })
    );
    this.quality = new Resource(() => part.quality(id));
    this.access = new Resource(() => part.access(id));
    this.explanation = new Resource(() => part.explanation(id));
    this.uses = new Resource(() => part.uses(id));
    this.snippets = new Resource(async () => (await part.snippets(id)).items);
    this.tagKeys = new Resource(async () => (await part.tags()).items);
    this.sample = new SampleModel(part, id);
    this._parts.forEach(one => one.changed.connect(this._notify, this));
    catalog.outdated.connect(this._onOutdated, this);
    jobs.changed.connect(this._onJobs, this);
  }

  readonly id: string;
  readonly table: Resource<Table>;
  readonly profile: Resource<ProfileState>;
  readonly versions: Resource<TableVersionList>;
  readonly partitions: Paged<Partition, PartitionList>;
  readonly quality: Resource<Quality>;
  readonly access: Resource<Access>;
  readonly explanation: Resource<Explanation>;
  readonly uses: Resource<UseList>;
  readonly snippets: Resource<Snippet[]>;
  readonly tagKeys: Resource<TagKey[]>;
  readonly sample: SampleModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the last change could not do. */
  get error(): MlxError | null {
    return this._error;
  }

  /** How the API names this table. */
  get path(): string {
    const table = this.table.value;
    return table ? `${table.database}.${table.name}` : this.id;
  }

  async load(): Promise<void> {
    await Promise.all([
      this.table.want(),
      this.profile.want(),
      this.access.want()
    ]);
  }

  /** The profile of a column; none before there is a profile. */
  profileOf(column: Column): ColumnProfile | undefined {
    return this.profile.value?.profile?.columns.find(
      one => one.name === column.name
    );
  }

  /** Whether the user may do this; unknown counts as yes, for the server decides. */
  may(permission: Permission): boolean {
    return this.access.value?.permissions.includes(permission) ?? true;
  }

  /** The run that works on this table now. */
  working(work: Work): Run | undefined {
    const id =
      this._runs.get(work) ??
      (work === 'profile' ? this.profile.value?.run?.id : undefined);
    const run = id === undefined ? undefined : this._jobs.find(id);
    return run && isLive(run) ? run : undefined;
  }

  /** The run whose work failed, until there is another. */
  failed(work: Work): Run | undefined {
    const id = this._runs.get(work);
    const run = id === undefined ? undefined : this._jobs.find(id);
    return run && ['FAILED', 'TIMED_OUT', 'LOST'].includes(run.state)
      ? run
      : undefined;
  }

  /** Queue work on the table. */
  async start(work: Work): Promise<void> {
    await this._change(async () => {
      const { catalog } = this._client;
      const run =
        work === 'profile'
          ? await catalog.startProfile(this.id)
          : work === 'quality'
            ? await catalog.checkQuality(this.id)
            : await this._catalog.crawl(this.table.value?.source_id ?? '');
      this._runs.set(work, run.id);
      this._jobs.update(run);
    });
  }

  /** Tag the table, or a column of it; null takes the tag away. */
  async tag(key: string, value: string | null, column?: string): Promise<void> {
    await this._change(async () => {
      await this._client.catalog.assign(this._resource(column), {
        [key]: value
      });
      await this.table.reload();
    });
  }

  /** Define a tag key, or a further value of one, and tag with it. */
  async defineAndTag(
    key: string,
    value: string,
    column?: string
  ): Promise<void> {
    await this._change(async () => {
      const known = this.tagKeys.value?.find(one => one.key === key);
      await this._client.catalog.defineTag({
        key,
        values: [...new Set([...(known?.values ?? []), value])],
        description: known?.description ?? null
      });
      await this.tagKeys.reload();
    });
    if (!this._error) {
      await this.tag(key, value, column);
    }
  }

  /** Say something of the table, or of a column of it. */
  async annotate(
    patch: Omit<NotesPatch, 'resource'>,
    column?: string
  ): Promise<void> {
    await this._change(async () => {
      await this._client.catalog.annotate({
        resource: this._resource(column),
        ...patch
      });
      await this.table.reload();
    });
  }

  async setRules(rules: QualityRule[]): Promise<void> {
    await this._change(() =>
      this.quality.update(() => this._client.catalog.setRules(this.id, rules))
    );
  }

  async grant(request: GrantRequest): Promise<void> {
    await this._change(async () => {
      await this._client.catalog.grant(request);
      await this.access.reload();
    });
  }

  async revoke(id: string): Promise<void> {
    await this._change(async () => {
      await this._client.catalog.revoke(id);
      await this.access.reload();
    });
  }

  dispose(): void {
    this.sample.dispose();
    Signal.clearData(this);
  }

  private get _parts(): Array<Resource<unknown>> {
    return [
      this.table,
      this.profile,
      this.versions,
      this.partitions,
      this.quality,
      this.access,
      this.explanation,
      this.uses,
      this.snippets,
      this.tagKeys
    ] as Array<Resource<unknown>>;
  }

  private _resource(column?: string): string {
    return column === undefined ? this.path : `${this.path}.${column}`;
  }

  /** Change something; what the server refuses is shown with its remedy. */
  private async _change(action: () => Promise<void>): Promise<void> {
    this._error = null;
    try {
      await action();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  private _onOutdated(_: ICatalogModel, data: ICatalogData): void {
    const isOurs = !data.ids?.length || data.ids.includes(this.id);
    switch (data.what) {
      case 'profile':
      case 'quality':
        if (isOurs) {
          void this.profile.refresh();
          void this.quality.refresh();
        }
        break;
      case 'tags':
        void this.tagKeys.refresh();
        void this.table.refresh();
        void this.access.refresh();
        break;
      case 'grants':
      case 'notes':
        void this.table.refresh();
        void this.access.refresh();
        break;
      case 'tables':
        if (isOurs) {
          this._parts.forEach(one => void one.refresh());
        }
        break;
    }
  }

  /** A job that ended without its event having come to us leaves its result to be read. */
  private _onJobs(): void {
    for (const [work, id] of this._runs) {
      const state = this._jobs.find(id)?.state;
      if (state === 'SUCCEEDED') {
        this._runs.delete(work);
        this._parts.forEach(one => void one.refresh());
      }
    }
    this._changed.emit();
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _catalog: ICatalogModel;
  private _jobs: IJobsModel;
  private _error: MlxError | null = null;
  private _runs = new Map<Work, string>();
  private _changed = new Signal<this, void>(this);
}

export namespace TableModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
    catalog: ICatalogModel;
    jobs: IJobsModel;
  }
}
