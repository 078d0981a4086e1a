/**
 * Which features are wanted: some of a project's views, or a service. No view.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  FeatureField,
  FeatureProject,
  FeatureService,
  FeatureView
} from '../../api/types';
import type { IFeaturesModel } from '../tokens';

/** One row of the picker's tree. */
export type PickRow = { key: string; level: number; parent: string } & (
  | { kind: 'view'; open: boolean; view: FeatureView }
  | { kind: 'feature'; open?: undefined; name: string; view: FeatureView }
);

/** What is kept over a reload. */
export interface IPicked {
  project: string;
  /** As a request names them: services, views, `view:feature`. */
  names: string[];
}

/**
 * The picker's state.
 */
export class PickerModel {
  constructor(features: IFeaturesModel) {
    this._features = features;
    features.changed.connect(this._onFeatures, this);
    this._onFeatures();
  }

  /** Emitted when something is shown in another way. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when other features are wanted. */
  get picked(): ISignal<this, void> {
    return this._picked;
  }

  get features(): IFeaturesModel {
    return this._features;
  }

  get projects(): ReadonlyArray<FeatureProject> {
    return this._features.projects;
  }

  get project(): FeatureProject | undefined {
    return this.projects.find(one => one.name === this._project);
  }

  get services(): ReadonlyArray<FeatureService> {
    return this.project?.services ?? [];
  }

  /** The views of the project; null while they are read. */
  get views(): ReadonlyArray<FeatureView> | null {
    const views = this._features.viewsOf(this._project);
    return views && !(views.loading && views.items.length === 0)
      ? views.items
      : null;
  }

  /** Why the views could not be read. */
  get error(): Error | null {
    return (
      this._features.error ??
      this._features.viewsOf(this._project)?.error ??
      null
    );
  }

  /** The service whose features are wanted, all of them and no other. */
  get service(): string {
    return this._service;
  }

  get query(): string {
    return this._query;
  }

  set query(value: string) {
    this._query = value;
    this._changed.emit();
  }

  /** How many features are wanted. */
  get count(): number {
    return this._chosen.size;
  }

  /** What is wanted as a request names it: a service, whole views, `view:feature`. */
  get names(): string[] {
    if (this._service) {
      return [this._service];
    }
    return (this.views ?? []).flatMap(view => {
      const all = idsOf(view);
      const chosen = all.filter(id => this._chosen.has(id));
      return chosen.length === all.length && all.length > 0
        ? [view.name]
        : chosen;
    });
  }

  get state(): IPicked {
    return {
      project: this._project,
      names: this._wanted.length ? this._wanted : this.names
    };
  }

  /** The views that features are wanted of, and those that they are computed from. */
  get chosenViews(): FeatureView[] {
    const views = this.views ?? [];
    const found = new Set<FeatureView>();
    const add = (view: FeatureView): void => {
      if (!found.has(view)) {
        found.add(view);
        views.filter(one => view.uses.includes(one.name)).forEach(add);
      }
    };
    views
      .filter(view => idsOf(view).some(id => this._chosen.has(id)))
      .forEach(add);
    return [...found];
  }

  /** What views that are computed take from the request. */
  get requests(): FeatureField[] {
    return this.chosenViews.flatMap(view => view.request ?? []);
  }

  /** What is looked up by: join keys, then what is taken from the request. */
  get inputs(): string[] {
    const keys = this.chosenViews.flatMap(view => view.join_keys);
    return [...new Set([...keys, ...this.requests.map(one => one.name)])];
  }

  /** The rows that can be seen: what the query leaves, opened where it is about features. */
  get rows(): PickRow[] {
    const word = this._query.trim().toLowerCase();
    return (this.views ?? []).flatMap(view => {
      const isNamed = view.name.toLowerCase().includes(word);
      const names = view.features
        .map(one => one.name)
        .filter(name => isNamed || name.toLowerCase().includes(word));
      if (!isNamed && names.length === 0) {
        return [];
      }
      const key = `view:${view.name}`;
      const open = this._open.has(key) || (word !== '' && !isNamed);
      const row: PickRow = {
        key,
        kind: 'view',
        level: 1,
        parent: '',
        open,
        view
      };
      return [
        row,
        ...(open ? names : []).map((name): PickRow => ({
          key: `${key}:${name}`,
          kind: 'feature',
          level: 2,
          parent: key,
          name,
          view
        }))
      ];
    });
  }

  checked(row: PickRow): boolean | 'mixed' {
    const ids = rowIds(row);
    const count = ids.filter(id => this._chosen.has(id)).length;
    return count === 0 ? false : count === ids.length ? true : 'mixed';
  }

  setOpen(row: PickRow, open: boolean): void {
    if (open) {
      this._open.add(row.key);
    } else {
      this._open.delete(row.key);
    }
    this._changed.emit();
  }

  /** Want what a row stands for, or want it no more. */
  toggle(row: PickRow): void {
    const ids = rowIds(row);
    if (this.checked(row) === true) {
      ids.forEach(id => this._chosen.delete(id));
    } else {
      ids.forEach(id => this._chosen.add(id));
    }
    this._service = '';
    this._emit();
  }

  /** Want a service's features; none for an empty name. */
  chooseService(name: string): void {
    const service = this.services.find(one => one.name === name);
    this._service = service?.name ?? '';
    this._chosen = new Set(service?.features ?? []);
    this._emit();
  }

  chooseProject(name: string): void {
    if (name !== this._project) {
      this._project = name;
      this._chosen.clear();
      this._service = '';
      this._open.clear();
      void this._features.loadViews(name);
      this._emit();
    }
  }

  /** Want these too: services, views, `view:feature`. */
  take(picked: IPicked): void {
    if (picked.project && picked.project !== this._project) {
      this.chooseProject(picked.project);
    }
    this._wanted = [...this._wanted, ...picked.names];
    this._onFeatures();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _onFeatures(): void {
    const [first] = this.projects;
    if (!this._project && first) {
      this._project = first.name;
    }
    if (this._project && !this._features.viewsOf(this._project)) {
      // Its answer comes back here.
      void this._features.loadViews(this._project);
    }
    if (this.views) {
      this._settle(this.views);
    }
    this._changed.emit();
  }

  /** Take what was asked for before the views were known, and drop what is there no more. */
  private _settle(views: ReadonlyArray<FeatureView>): void {
    const before = this._chosen.size;
    const known = new Set(views.flatMap(idsOf));
    const wanted = this._wanted;
    this._wanted = [];
    for (const name of wanted) {
      const service = this.services.find(one => one.name === name);
      const view = views.find(one => one.name === name);
      if (service && this._chosen.size === 0) {
        this._service = service.name;
      } else {
        this._service = '';
      }
      const ids = service?.features ?? (view ? idsOf(view) : [name]);
      ids.forEach(id => this._chosen.add(id));
      if (view) {
        this._open.add(`view:${view.name}`);
      }
    }
    this._chosen.forEach(id => {
      if (!known.has(id)) {
        this._chosen.delete(id);
      }
    });
    if (wanted.length > 0 || before !== this._chosen.size) {
      this._picked.emit();
    }
  }

  private _emit(): void {
    this._changed.emit();
    this._picked.emit();
  }

  private _features: IFeaturesModel;
  private _project = '';
  private _chosen = new Set<string>();
  private _service = '';
  private _wanted: string[] = [];
  private _query = '';
  private _open = new Set<string>();
  private _changed = new Signal<this, void>(this);
  private _picked = new Signal<this, void>(this);
}

/** The features of a view as `view:feature`. */
function idsOf(view: FeatureView): string[] {
  return view.features.map(one => `${view.name}:${one.name}`);
}

function rowIds(row: PickRow): string[] {
  return row.kind === 'view'
    ? idsOf(row.view)
    : [`${row.view.name}:${row.name}`];
}
