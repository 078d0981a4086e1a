/**
 * Keeps what runs in sight, until its reader scrolls away.
 */

/** How far below the sight, in pixels, a row's end still counts as being in it. */
const SLACK = 40;

/**
 * Scrolls along with a row that grows or is followed by the next one. Who scrolls up is
 * left alone until the row's end is in sight again.
 */
export class Follower {
  constructor(
    scroller: HTMLElement,
    /** The row that runs now. */
    current: () => HTMLElement | undefined
  ) {
    this._scroller = scroller;
    this._current = current;
    this._resized = new ResizeObserver(() => this._follow());
    scroller.addEventListener('scroll', this._onScroll, { passive: true });
  }

  /** Follow whenever this node, which holds the rows, has another size. */
  watch(node: HTMLElement): void {
    this._resized.observe(node);
  }

  /** A row has begun to run. */
  advance(): void {
    this._follow();
  }

  dispose(): void {
    this._resized.disconnect();
    this._scroller.removeEventListener('scroll', this._onScroll);
  }

  private _follow(): void {
    const hidden = this._hidden();
    if (this._isFollowing && hidden > 0) {
      this._scroller.scrollTop += hidden;
    }
  }

  /** How much of the row's end is below what can be seen. */
  private _hidden(): number {
    const row = this._current();
    return row
      ? row.getBoundingClientRect().bottom -
          this._scroller.getBoundingClientRect().bottom
      : 0;
  }

  private _onScroll = (): void => {
    const { scrollTop } = this._scroller;
    if (this._hidden() <= SLACK) {
      this._isFollowing = true;
    } else if (scrollTop < this._last) {
      this._isFollowing = false;
    }
    this._last = scrollTop;
  };

  private _scroller: HTMLElement;
  private _current: () => HTMLElement | undefined;
  private _resized: ResizeObserver;
  private _isFollowing = true;
  private _last = 0;
}
