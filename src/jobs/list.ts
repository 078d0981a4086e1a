/**
 * What the Jobs section shows: the jobs model, narrowed by a search and a state.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';

import { MlxError } from '../api/errors';
import type { Run, Schedule } from '../api/types';
import type { IJobsModel, ISection } from '../tokens';
import { CommandIDs } from '../tokens';
import { matchesRun, matchesSchedule, parseQuery } from './filter';
import type { StateGroup } from './states';
import { GROUP_STATES, isLive } from './states';

/** Milliseconds without a key before the server is asked. */
const TYPING = 250;

/**
 * The Jobs section, without its view.
 */
export class JobsSection implements ISection {
  constructor(options: JobsSection.IOptions) {
    this.jobs = options.jobs;
    this.commands = options.commands;
    this.trans = options.trans;
    this._createView = options.createView;
    this.label = options.trans.__('Jobs');
    this.jobs.changed.connect(this._onJobsChanged, this);
  }

  readonly id = 'jobs';
  readonly rank = 100;
  readonly label: string;
  readonly jobs: IJobsModel;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  readonly action: ISection.ICommand = { command: CommandIDs.runNotebook };
  readonly menu: ReadonlyArray<ISection.ICommand | null> = [
    { command: CommandIDs.runNotebook },
    { command: CommandIDs.compareRuns }
  ];

  get badge(): ISection.IBadge {
    const live = this.jobs.runs.filter(isLive).length;
    return live
      ? {
          text: `${live} ▶`,
          title: this.trans._n('%1 job runs', '%1 jobs run', live)
        }
      : { text: '', title: '' };
  }

  get badgeChanged(): ISignal<this, void> {
    return this._badgeChanged;
  }

  /** Emitted when what is shown may be another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get query(): string {
    return this._query;
  }

  get group(): StateGroup {
    return this._group;
  }

  set group(value: StateGroup) {
    this._group = value;
    this._ask();
    this._changed.emit();
  }

  /** Why the server could not be searched, where it could not. */
  get searchError(): Error | null {
    return this._searchError;
  }

  get visibleRuns(): Run[] {
    const query = parseQuery(this._query);
    return this.jobs.runs.filter(run => matchesRun(run, query, this._group));
  }

  get visibleSchedules(): Schedule[] {
    const query = parseQuery(this._query);
    return this._group === 'all'
      ? this.jobs.schedules.filter(one => matchesSchedule(one, query))
      : [];
  }

  createContent(): Promise<Widget> {
    return this._createView(this);
  }

  search(query: string): void {
    this._query = query;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._ask(), TYPING);
    this._changed.emit();
  }

  openFirst(): boolean {
    const [first] = this.visibleRuns;
    if (first) {
      void this.commands.execute(CommandIDs.openRun, { id: first.id });
    }
    return first !== undefined;
  }

  /** Ask the server for matches beyond the runs that are here. */
  private _ask(): void {
    const { words, tags } = parseQuery(this._query);
    const q = [...words, ...tags].join(' ');
    const state = GROUP_STATES[this._group].join(',');
    if (!q && !state) {
      return;
    }
    this.jobs.fetch({ q, state }).then(
      () => this._setSearchError(null),
      reason => this._setSearchError(MlxError.from(reason))
    );
  }

  private _setSearchError(error: Error | null): void {
    if (error !== this._searchError) {
      this._searchError = error;
      this._changed.emit();
    }
  }

  private _onJobsChanged(): void {
    this._badgeChanged.emit();
    this._changed.emit();
  }

  private _createView: (section: JobsSection) => Promise<Widget>;
  private _query = '';
  private _group: StateGroup = 'all';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _searchError: Error | null = null;
  private _badgeChanged = new Signal<this, void>(this);
  private _changed = new Signal<this, void>(this);
}

export namespace JobsSection {
  export interface IOptions {
    jobs: IJobsModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Makes the view; it is loaded when the section is first shown. */
    createView: (section: JobsSection) => Promise<Widget>;
  }
}
