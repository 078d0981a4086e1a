/**
 * The registry of the side panel's sections.
 */
import { ArrayExt } from '@lumino/algorithm';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ISection, ISectionRegistry } from '../tokens';

/**
 * Sections, ordered by rank.
 */
export class SectionRegistry implements ISectionRegistry {
  get sections(): ReadonlyArray<ISection> {
    return this._sections;
  }

  get added(): ISignal<this, ISection> {
    return this._added;
  }

  get removed(): ISignal<this, ISection> {
    return this._removed;
  }

  add(section: ISection): IDisposable {
    if (this._sections.some(one => one.id === section.id)) {
      throw new Error(`A section with the id ${section.id} is there already.`);
    }
    const at = ArrayExt.upperBound(
      this._sections,
      section,
      (a, b) => a.rank - b.rank
    );
    ArrayExt.insert(this._sections, at, section);
    this._added.emit(section);
    return new DisposableDelegate(() => {
      ArrayExt.removeFirstOf(this._sections, section);
      this._removed.emit(section);
    });
  }

  private _sections: ISection[] = [];
  private _added = new Signal<this, ISection>(this);
  private _removed = new Signal<this, ISection>(this);
}
