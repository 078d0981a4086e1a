/**
 * Colours of charts that hold on light and dark grounds. No view.
 */

/** Degrees between the hues of neighbours: no two of many are near. */
const GOLDEN = 137.508;

/** The colour of the nth of a set. */
export function nthColour(index: number, dark: boolean): string {
  const hue = Math.round((210 + index * GOLDEN) % 360);
  return `hsl(${hue}, 65%, ${dark ? 65 : 42}%)`;
}

/** The colour of a share from 0 (blue) to 1 (orange); grey where there is none. */
export function shareColour(share: number | null, dark: boolean): string {
  const light = dark ? 62 : 45;
  if (share === null) {
    return `hsl(0, 0%, ${light}%)`;
  }
  // Past red rather than green, whose middle would look greenest where nothing is.
  const hue = Math.round((215 + share * 175) % 360);
  return `hsl(${hue}, 75%, ${light}%)`;
}
