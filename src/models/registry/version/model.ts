/**
 * One version of a model with all that is known of it.
 */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { MlxError } from '../../../api/errors';
import type {
  Evaluation,
  IModelData,
  ModelVersion,
  RegisteredModel,
  Run
} from '../../../api/types';
import { isBad, isLive } from '../../../jobs/states';
import type { IJobsModel, IMlxClient, IMlxEvents } from '../../../tokens';
import { Resource } from '../../../ui/resource';
import type { IModelsModel } from '../../tokens';
import { Champion } from '../champion';

/** The kinds of work on a version that run as jobs. */
export type Work = 'evaluate' | 'replay';

/** What is written about a version before it is sent. */
export interface IDraft {
  /** The card as it was when its editing began, and as it is now; null where it is not edited. */
  card: { before: string; text: string } | null;
  /** The comment of an approval to be. */
  comment: string;
}

/**
 * The version page's state.
 */
export class VersionModel {
  constructor(options: VersionModel.IOptions) {
    const { client, models, jobs, events, name, version } = options;
    this._client = client;
    this._jobs = jobs;
    this.name = name;
    this.number = version;
    this.version = new Resource(() => client.models.version(name, version));
    this.model = new Resource(() => client.models.model(name));
    this.version.changed.connect(this._onVersion, this);
    this.champion = new Champion({ client: client.models, model: this.model });
    this.champion.changed.connect(this._notify, this);
    this.model.changed.connect(this._notify, this);
    models.outdated.connect(this._onOutdated, this);
    models.deployed.connect(this._onDeployed, this);
    events.reset.connect(this._refresh, this);
    models.online.connect(this._refresh, this);
    jobs.changed.connect(this._onJobs, this);
  }

  readonly name: string;
  readonly number: number;
  readonly version: Resource<ModelVersion>;
  readonly model: Resource<RegisteredModel>;
  readonly champion: Champion;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the last change could not do. */
  get error(): MlxError | null {
    return this._error;
  }

  /** Whether a change is on its way. */
  get sending(): boolean {
    return this._sending;
  }

  get draft(): Readonly<IDraft> {
    return this._draft;
  }

  /** The champion, where it is another version and has been read. */
  get other(): ModelVersion | null {
    const { version } = this.champion;
    return version?.version === this.number ? null : version;
  }

  /** The newest evaluation, whole; null where there is none, or before it is read. */
  get newest(): Evaluation | null {
    const [first] = this.version.value?.evaluations ?? [];
    return first ? this.evaluation(first.id).value : null;
  }

  /** Whether the card was changed by somebody else since its editing began. */
  get isCardOvertaken(): boolean {
    const { card } = this._draft;
    return card !== null && card.before !== this.version.value?.card;
  }

  async load(): Promise<void> {
    await Promise.all([this.version.want(), this.model.want()]);
  }

  /** An evaluation, asked for once: it never changes. */
  evaluation(id: string): Resource<Evaluation> {
    const known = this._evaluations.get(id);
    if (known) {
      return known;
    }
    const made = new Resource(() => this._client.models.evaluation(id));
    made.changed.connect(this._notify, this);
    this._evaluations.set(id, made);
    return made;
  }

  /** The address of a picture of an evaluation. */
  pictureUrl(run: string, path: string): string {
    return this._client.models.artifactUrl(run, path);
  }

  /** The run that works on this version now. */
  working(work: Work): Run | undefined {
    return this._run(work, isLive);
  }

  /** The run whose work failed, until there is another. */
  failed(work: Work): Run | undefined {
    const id = this._runs.get(work);
    const run = id === undefined ? undefined : this._jobs.find(id);
    return run && isBad(run) ? run : undefined;
  }

  /** Follow a job on this version, by the id of its run. */
  follow(work: Work, id: string): void {
    this._runs.set(work, id);
    this._onJobs();
  }

  /** Begin to edit the card. */
  editCard(): void {
    const text = this.version.value?.card ?? '';
    this._set({ card: { before: text, text } });
  }

  setCard(text: string): void {
    const { card } = this._draft;
    if (card) {
      this._set({ card: { ...card, text } });
    }
  }

  leaveCard(): void {
    this._error = null;
    this._set({ card: null });
  }

  async saveCard(): Promise<void> {
    const { card } = this._draft;
    if (card) {
      await this._attempt(() =>
        this.version.update(async () => {
          const value = await this._client.models.updateVersion(
            this.name,
            this.number,
            { description: card.text }
          );
          this._draft = { ...this._draft, card: null };
          return value;
        })
      );
    }
  }

  /** Set a tag, or take it away. */
  async tag(key: string, value: string | null): Promise<boolean> {
    const tags = { [key]: value };
    return this._attempt(() =>
      this.version.update(() =>
        this._client.models.updateVersion(this.name, this.number, { tags })
      )
    );
  }

  setComment(comment: string): void {
    this._set({ comment });
  }

  /** Approve the version as it is now, or ask for changes. */
  async approve(approved: boolean): Promise<void> {
    const comment = this._draft.comment.trim();
    const seen = this.version.value;
    await this._attempt(async () => {
      // What is on the page: it may be another by now, and that is not approved.
      await this._client.models.approve(this.name, this.number, {
        approved,
        ...(comment ? { comment } : {}),
        ...(seen?.digest ? { digest: seen.digest } : {}),
        ...(seen ? { card: seen.card_edited ? seen.card : '' } : {})
      });
      this._draft = { ...this._draft, comment: '' };
      await this.version.reload();
    });
  }

  dispose(): void {
    this.champion.dispose();
    Signal.clearData(this);
  }

  private _set(change: Partial<IDraft>): void {
    this._draft = { ...this._draft, ...change };
    this._changed.emit();
  }

  private async _attempt(change: () => Promise<void>): Promise<boolean> {
    if (this._sending) {
      return false;
    }
    this._error = null;
    this._sending = true;
    this._changed.emit();
    try {
      await change();
    } catch (reason) {
      this._error = MlxError.from(reason);
    }
    this._sending = false;
    this._changed.emit();
    return this._error === null;
  }

  /** The run that we queued or that a list has, where it is so. */
  private _run(work: Work, holds: (run: Run) => boolean): Run | undefined {
    const id = this._runs.get(work);
    const own = id === undefined ? undefined : this._jobs.find(id);
    return own && holds(own)
      ? own
      : this._jobs.runs.find(
          run => holds(run) && isOn(run, work, this.name, this.number)
        );
  }

  private _onVersion(): void {
    const [first] = this.version.value?.evaluations ?? [];
    if (first) {
      void this.evaluation(first.id).want();
    }
    this._changed.emit();
  }

  private _onOutdated(_: IModelsModel, data: IModelData): void {
    // Whose alias it was, and who is champion, changes with moves of other versions.
    if (data.model === this.name) {
      this._refresh();
    }
  }

  private _onDeployed(_: IModelsModel, data: { model: string }): void {
    if (data.model === this.name) {
      void this.version.refresh();
    }
  }

  private _refresh(): void {
    void this.version.refresh();
    void this.model.refresh();
    this.champion.refresh();
  }

  /** A job that ended without its event having come to us leaves its result to be read. */
  private _onJobs(): void {
    for (const [work, id] of this._runs) {
      if (this._jobs.find(id)?.state === 'SUCCEEDED') {
        this._runs.delete(work);
        this._refresh();
      }
    }
    this._changed.emit();
  }

  private _notify(): void {
    this._changed.emit();
  }

  private _client: IMlxClient;
  private _jobs: IJobsModel;
  private _draft: IDraft = { card: null, comment: '' };
  private _error: MlxError | null = null;
  private _sending = false;
  private _evaluations = new Map<string, Resource<Evaluation>>();
  private _runs = new Map<Work, string>();
  private _changed = new Signal<this, void>(this);
}

export namespace VersionModel {
  export interface IOptions {
    name: string;
    version: number;
    client: IMlxClient;
    models: IModelsModel;
    jobs: IJobsModel;
    events: IMlxEvents;
  }
}

/** What the tag of each kind of work begins with. */
const KINDS: Readonly<Record<Work, string>> = {
  evaluate: 'evaluate-',
  replay: 'replay'
};

/** Whether a job works on a version in this way. */
function isOn(run: Run, work: Work, name: string, version: number): boolean {
  const kind = run.tags?.['mlx.kind'] ?? '';
  const { parameters } = run;
  return (
    kind.startsWith(KINDS[work]) &&
    parameters.model === name &&
    parameters.version === version
  );
}
