import {
  WHOLE,
  sameShares,
  toRoutes,
  toShares,
  withShadow,
  withShare,
  withVersion,
  withoutVersion
} from '../deployment/shares';
import type { IShare } from '../deployment/shares';

const sum = (shares: ReadonlyArray<IShare>): number =>
  shares.reduce((all, one) => all + one.tenths, 0);

const tenths = (shares: ReadonlyArray<IShare>): number[] =>
  shares.map(one => one.tenths);

describe('Shares of requests', () => {
  const three = toShares([
    { version: 1, share: 0.6 },
    { version: 2, share: 0.3 },
    { version: 3, share: 0.1 }
  ]);

  it('come from routes and become them again', () => {
    const routes = [
      { version: 1, share: 0.8 },
      { version: 2, share: 0.2 },
      { version: 3, share: 0, shadow: true }
    ];
    expect(tenths(toShares(routes))).toEqual([800, 200, 0]);
    expect(toRoutes(toShares(routes))).toEqual(routes);
  });

  it('sum to the whole where the routes have endless fractions', () => {
    const thirds = toShares(
      [1, 2, 3].map(version => ({ version, share: 1 / 3 }))
    );
    expect(tenths(thirds)).toEqual([334, 333, 333]);
  });

  it('give in proportion what one of them gets', () => {
    expect(tenths(withShare(three, 3, 400))).toEqual([400, 200, 400]);
    expect(tenths(withShare(three, 1, 0))).toEqual([0, 750, 250]);
  });

  it('sum to the whole whatever is set', () => {
    let shares = three;
    for (const [version, value] of [
      [1, 333],
      [2, 1],
      [3, 999],
      [1, 1000],
      [2, 0],
      [3, 5000],
      [1, -3]
    ]) {
      shares = withShare(shares, version, value);
      expect(sum(shares)).toBe(WHOLE);
      expect(Math.min(...tenths(shares))).toBeGreaterThanOrEqual(0);
    }
  });

  it('are all of what answers alone', () => {
    const alone = toShares([{ version: 1, share: 1 }]);
    expect(withShare(alone, 1, 300)).toEqual(alone);
    expect(withoutVersion(alone, 1)).toEqual(alone);
    expect(withShadow(alone, 1, true)).toEqual(alone);
  });

  it('give a canary a tenth, and a shadow nothing', () => {
    const canary = withVersion(three, 4, false);
    expect(canary[3]).toEqual({ version: 4, tenths: 100, shadow: false });
    expect(sum(canary)).toBe(WHOLE);
    const shadow = withVersion(three, 4, true);
    expect(tenths(shadow)).toEqual([600, 300, 100, 0]);
    expect(withVersion(three, 3, false)).toEqual(three);
  });

  it('go to the others when one leaves or becomes a shadow', () => {
    expect(tenths(withoutVersion(three, 1))).toEqual([750, 250]);
    expect(tenths(withShadow(three, 1, true))).toEqual([0, 750, 250]);
    const back = withShadow(withShadow(three, 1, true), 1, false);
    expect(tenths(back)).toEqual([100, 675, 225]);
  });

  it('are the same whatever their order', () => {
    expect(sameShares(three, [...three].reverse())).toBe(true);
    expect(sameShares(three, withShare(three, 1, 601))).toBe(false);
  });
});
