/**
 * React hooks over the application's signals and clock.
 */
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Render again whenever one of the signals fires. */
export function useSignals(
  ...signals: ReadonlyArray<ISignal<unknown, unknown>>
): void {
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const slot = () => render();
    signals.forEach(signal => signal.connect(slot));
    // What changed between the first rendering and this effect is not missed.
    render();
    return () => {
      signals.forEach(signal => signal.disconnect(slot));
    };
  }, signals);
}

/** The time in milliseconds, advancing while `ticking`. */
export function useNow(ticking: boolean, every = 1000): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    if (!ticking) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [ticking, every]);
  return ticking ? Math.max(now, Date.now()) : Date.now();
}

/** The width of a node in steps of 20 pixels, so that what is drawn to fit is not drawn again at each of them. */
export function useWidth(): [React.RefObject<HTMLDivElement>, number] {
  const node = React.useRef<HTMLDivElement>(null);
  const [width, setWidth] = React.useState(0);
  React.useLayoutEffect(() => {
    const host = node.current!;
    const measure = (): void => {
      // A page that is hidden has no width, and keeps what it was drawn with.
      if (host.clientWidth > 0) {
        setWidth(Math.floor(host.clientWidth / 20) * 20);
      }
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(host);
    return () => sizes.disconnect();
  }, []);
  return [node, width];
}
