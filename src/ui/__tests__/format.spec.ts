import { nullTranslator } from '@jupyterlab/translation';

import { aRun } from '../../__tests__/server';
import {
  formatBytes,
  formatChange,
  formatFiring,
  formatNumber,
  formatSeconds,
  formatTime,
  secondsBetween
} from '../format';
import { headlineMetrics } from '../metrics';

const trans = nullTranslator.load('jupyter_mlx');

describe('format', () => {
  it.each([
    [0, '0 s'],
    [0.0083, '8 ms'],
    [0.42, '0.4 s'],
    [8, '8 s'],
    [12, '12 s'],
    [252, '4 m 12 s'],
    [7500, '2 h 05 m'],
    [273600, '3 d 4 h']
  ])('writes %p seconds as %p', (seconds, expected) => {
    expect(formatSeconds(seconds, trans)).toBe(expected);
  });

  it('writes times with the day where it is another', () => {
    const now = new Date(2026, 0, 15, 12, 0).getTime();
    const at = (day: number, hour: number) =>
      formatTime(new Date(2026, 0, day, hour, 5).toISOString(), trans, now);
    expect(at(15, 9)).toBe('09:05');
    expect(at(16, 2)).toBe('02:05 tomorrow');
    expect(at(14, 2)).toBe('02:05 yesterday');
    expect(at(30, 2)).toBe('2026-01-30 02:05');
  });

  it('writes a firing in words while it is near', () => {
    const now = Date.parse('2026-01-15T12:00:00Z');
    const after = (seconds: number) =>
      formatFiring(new Date(now + seconds * 1000).toISOString(), trans, now);
    expect(after(-1)).toBe('now');
    expect(after(40)).toBe('in less than a minute');
    expect(after(720)).toBe('in 12 min');
  });

  it('writes figures with the digits that tell something', () => {
    expect(formatNumber(327346)).toBe('327,346');
    expect(formatNumber(0.7124)).toBe('0.7124');
    expect(formatNumber(0.00001234)).toBe('1.23e-5');
    expect(formatNumber(null)).toBe('–');
    expect(formatChange(0.7, 0.71)).toBe('+0.01');
    expect(formatChange(2, 1)).toBe('−1');
    expect(formatBytes(3_100_000_000)).toBe('3.10 GB');
  });

  it('measures to now where there is no end', () => {
    const now = Date.parse('2026-01-01T00:01:00Z');
    expect(secondsBetween('2026-01-01T00:00:00Z', null, now)).toBe(60);
    expect(secondsBetween(null, null, now)).toBeNull();
  });
});

describe('headlineMetrics', () => {
  it('puts the score on unseen data first, with the other run’s', () => {
    const run = aRun({
      metrics: { rows: 5, train_auc: 0.9, test_auc: 0.7, gone: null }
    });
    const other = aRun({ metrics: { test_auc: 0.6 } });
    expect(headlineMetrics(run, other)).toEqual([
      { name: 'test_auc', value: 0.7, other: 0.6 },
      { name: 'train_auc', value: 0.9, other: undefined },
      { name: 'rows', value: 5, other: undefined }
    ]);
  });
});
