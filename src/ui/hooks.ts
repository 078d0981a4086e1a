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
