/**
 * One training set: its record, and its first rows. No view.
 */
import { Signal } from '@lumino/signaling';

import type { TrainingSet, TrainingSetRows } from '../../api/types';
import type { IMlxClient } from '../../tokens';
import { Resource } from '../../ui/resource';

/** How many rows are shown. */
const ROWS = 100;

/**
 * The page's state: a training set never changes.
 */
export class TrainingSetModel {
  constructor(options: TrainingSetModel.IOptions) {
    const { client, id } = options;
    this.id = id;
    this.record = new Resource(() => client.features.trainingSet(id));
    this.rows = new Resource(() => client.features.trainingSetRows(id, ROWS));
  }

  readonly id: string;
  readonly record: Resource<TrainingSet>;
  readonly rows: Resource<TrainingSetRows>;

  dispose(): void {
    Signal.clearData(this.record);
    Signal.clearData(this.rows);
  }
}

export namespace TrainingSetModel {
  export interface IOptions {
    id: string;
    client: IMlxClient;
  }
}
