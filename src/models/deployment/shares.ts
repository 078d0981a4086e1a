/**
 * The shares of requests, in tenths of a percent, so that they always sum to the whole.
 */
import type { RouteShare } from '../../api/types';

/** All requests. */
export const WHOLE = 1000;

/** How much a new canary is given. */
const CANARY = 100;

/** A version with its share. */
export interface IShare {
  readonly version: number;
  readonly tenths: number;
  readonly shadow: boolean;
}

/** The shares as routes have them. */
export function toShares(routes: ReadonlyArray<RouteShare>): IShare[] {
  const shares = routes.map(({ version, share, shadow }) => ({
    version,
    tenths: shadow ? 0 : share * WHOLE,
    shadow: Boolean(shadow)
  }));
  return spread(shares, WHOLE);
}

/** The routes that shares mean. */
export function toRoutes(shares: ReadonlyArray<IShare>): RouteShare[] {
  return shares.map(({ version, tenths, shadow }) =>
    shadow ? { version, share: 0, shadow } : { version, share: tenths / WHOLE }
  );
}

/** Give a version its share; the others keep their proportions in what is left. */
export function withShare(
  shares: ReadonlyArray<IShare>,
  version: number,
  tenths: number
): IShare[] {
  const own = shares.find(one => one.version === version);
  const others = shares.filter(one => one.version !== version);
  if (!own || own.shadow || !others.some(one => !one.shadow)) {
    // What answers alone answers all.
    return [...shares];
  }
  const given = Math.min(WHOLE, Math.max(0, Math.round(tenths)));
  const rest = new Map(
    spread(others, WHOLE - given).map(one => [one.version, one])
  );
  return shares.map(one => rest.get(one.version) ?? { ...own, tenths: given });
}

/** Serve one more version: to some, or as a shadow to nobody. */
export function withVersion(
  shares: ReadonlyArray<IShare>,
  version: number,
  shadow: boolean
): IShare[] {
  if (shares.some(one => one.version === version)) {
    return [...shares];
  }
  const more = [...shares, { version, tenths: 0, shadow }];
  return shadow ? more : withShare(more, version, CANARY);
}

/** Serve a version no more. The last one that answers stays. */
export function withoutVersion(
  shares: ReadonlyArray<IShare>,
  version: number
): IShare[] {
  const left = shares.filter(one => one.version !== version);
  return left.some(one => !one.shadow) ? spread(left, WHOLE) : [...shares];
}

/** Make a version a shadow, or let it answer. The last one that answers stays so. */
export function withShadow(
  shares: ReadonlyArray<IShare>,
  version: number,
  shadow: boolean
): IShare[] {
  const changed = shares.map(one =>
    one.version === version ? { ...one, tenths: 0, shadow } : one
  );
  if (!shadow) {
    return withShare(changed, version, CANARY);
  }
  return changed.some(one => !one.shadow)
    ? spread(changed, WHOLE)
    : [...shares];
}

/** Whether both mean the same. */
export function sameShares(
  a: ReadonlyArray<IShare>,
  b: ReadonlyArray<IShare>
): boolean {
  return (
    a.length === b.length &&
    a.every(one =>
      b.some(
        other =>
          other.version === one.version &&
          other.tenths === one.tenths &&
          other.shadow === one.shadow
      )
    )
  );
}

/** Share a sum out in proportion to what there was, in whole tenths: the largest remainders get what is left. */
function spread(shares: ReadonlyArray<IShare>, sum: number): IShare[] {
  const answering = shares.filter(one => !one.shadow);
  const before = answering.reduce((all, one) => all + one.tenths, 0);
  const exact = new Map(
    answering.map(({ version, tenths }) => [
      version,
      before > 0 ? (tenths / before) * sum : sum / answering.length
    ])
  );
  // What is a hair below a whole number only for want of precision is that number.
  const whole = (value: number): number => Math.floor(value + 1e-6);
  const floors = [...exact.values()].reduce((all, one) => all + whole(one), 0);
  const byRemainder = [...exact].sort(
    ([, a], [, b]) => b - whole(b) - (a - whole(a))
  );
  const luckier = new Set(
    byRemainder.slice(0, Math.max(0, sum - floors)).map(([version]) => version)
  );
  return shares.map(one => {
    const value = exact.get(one.version);
    return one.shadow || value === undefined
      ? one
      : {
          ...one,
          tenths: whole(value) + (luckier.has(one.version) ? 1 : 0)
        };
  });
}
