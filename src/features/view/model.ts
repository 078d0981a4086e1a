/**
 * One feature view with all that is known of it, each part read when it is first looked at.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../api/errors';
import type {
  ColumnProfile,
  FeatureProject,
  FeatureStatisticsState,
  FeatureUses,
  FeatureVersionList,
  FeatureView,
  IFeatureData,
  Materialization,
  Run
} from '../../api/types';
import { isBad, isLive } from '../../jobs/states';
import type { IJobsModel, IMlxClient } from '../../tokens';
import type { IFeaturesModel } from '../tokens';
import { Paged } from '../../ui/paged';
import { Resource } from '../../ui/resource';
import { ScheduleModel } from './schedule-model';

/** How many materializations one page brings. */
const PAGE = 50;

/** The kinds of work on a view that run as jobs. */
export type Work = 'materialize' | 'statistics';

/**
 * The view page's state.
 */
export class ViewModel {
  constructor(options: ViewModel.IOptions) {
    const { client, features, jobs, id } = options;
    this._client = client;
    this._features = features;
    this._jobs = jobs;
    this.id = id;
    const part = client.features;
    this.view = new Resource(() => part.view(id));
    this.statistics = new Resource(() => part.statistics(id));
    this.versions = new Resource(() => part.versions(id));
    this.materializations = new Paged(cursor =>
      part.materializations(id, { limit: PAGE, cursor })
    );
    this.uses = new Resource(() => part.uses(id));
    this.schedule = new ScheduleModel({
      client,
      project: () => this.view.value?.project ?? '',
      onDone: () => {
        void features.load();
        void this.view.refresh();
      }
    });
    this._parts.forEach(one => one.changed.connect(this._notify, this));
    features.changed.connect(this._notify, this);
    features.outdated.connect(this._onOutdated, this);
    jobs.changed.connect(this._onJobs, this);
  }

  readonly id: string;
  readonly view: Resource<FeatureView>;
  readonly statistics: Resource<FeatureStatisticsState>;
  readonly versions: Resource<FeatureVersionList>;
  readonly materializations: Paged<Materialization>;
  readonly uses: Resource<FeatureUses>;
  readonly schedule: ScheduleModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the last change could not do. */
  get error(): MlxError | null {
    return this._error;
  }

  /** The project of the view, where it has been read. */
  get project(): FeatureProject | undefined {
    const name = this.view.value?.project;
    return this._features.projects.find(one => one.name === name);
  }

  async load(): Promise<void> {
    await Promise.all([this.view.want(), this.statistics.want()]);
  }

  /** The profile of a feature; none before statistics were computed. */
  profileOf(feature: string): ColumnProfile | undefined {
    return this.statistics.value?.statistics?.columns.find(
      one => one.name === feature
    );
  }

  /** Whether its values can be brought to the online store. */
  get canMaterialize(): boolean {
    const view = this.view.value;
    return (
      view !== null &&
      view.online &&
      view.kind !== 'on_demand' &&
      view.state === 'active'
    );
  }

  /** Whether statistics can be computed: only what has a source has rows. */
  get canMeasure(): boolean {
    return this.view.value?.kind !== 'on_demand';
  }

  /** The run that works on this view now. */
  working(work: Work): Run | undefined {
    const run = this._run(work);
    return run && isLive(run) ? run : undefined;
  }

  /** The run whose work failed, until there is another. */
  failed(work: Work): Run | undefined {
    const run = this._run(work);
    return run && isBad(run) ? run : undefined;
  }

  /** Queue work on the view. */
  async start(work: Work): Promise<void> {
    this._error = null;
    try {
      const { features } = this._client;
      const run =
        work === 'statistics'
          ? await features.computeStatistics(this.id)
          : await features.materialize({ views: [this._reference] });
      this._runs.set(work, run.id);
      this._jobs.update(run);
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._changed.emit();
  }

  dispose(): void {
    this.schedule.dispose();
    Signal.clearData(this);
  }

  private get _parts(): Array<Resource<unknown>> {
    return [
      this.view,
      this.statistics,
      this.versions,
      this.materializations,
      this.uses
    ] as Array<Resource<unknown>>;
  }

  /** How requests name the view: several projects may have one of its name. */
  private get _reference(): string {
    const view = this.view.value;
    return view ? `${view.project}/${view.name}` : this.id;
  }

  private _run(work: Work): Run | undefined {
    const id =
      this._runs.get(work) ??
      (work === 'statistics' ? this.statistics.value?.run?.id : undefined);
    return id === undefined ? undefined : this._jobs.find(id);
  }

  private _onOutdated(_: IFeaturesModel, data: IFeatureData): void {
    const ids = [this.id, this.view.value?.id];
    const isOurs = !data.ids.length || data.ids.some(id => ids.includes(id));
    switch (data.what) {
      case 'views':
        // A view that another is computed from changes that one too.
        this._parts.forEach(one => void one.refresh());
        break;
      case 'materialization':
        void this.view.refresh();
        void this.materializations.refresh();
        void this.statistics.refresh();
        break;
      case 'statistics':
        if (isOurs) {
          void this.statistics.refresh();
        }
        break;
      case 'training_set':
        void this.uses.refresh();
        break;
    }
  }

  /** A job that ended without its event having come to us leaves its result to be read. */
  private _onJobs(): void {
    for (const [work, id] of this._runs) {
      if (this._jobs.find(id)?.state === 'SUCCEEDED') {
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
  private _features: IFeaturesModel;
  private _jobs: IJobsModel;
  private _error: MlxError | null = null;
  private _runs = new Map<Work, string>();
  private _changed = new Signal<this, void>(this);
}

export namespace ViewModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
    features: IFeaturesModel;
    jobs: IJobsModel;
  }
}
