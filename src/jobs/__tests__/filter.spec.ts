import { aRun, aSchedule } from '../../__tests__/server';
import { matchesRun, matchesSchedule, parseQuery } from '../filter';

describe('filter', () => {
  const run = aRun({ tags: { team: 'risk' }, state: 'TIMED_OUT' });

  it.each([
    ['', true],
    ['TRAIN', true],
    ['flights train', true],
    ['flights other', false],
    ['#risk', true],
    ['#team=risk train', true],
    ['#team=fraud', false]
  ])('finds by words and tags: %p → %p', (text, expected) => {
    expect(matchesRun(run, parseQuery(text), 'all')).toBe(expected);
  });

  it('counts a timeout as a failure', () => {
    expect(matchesRun(run, parseQuery(''), 'failed')).toBe(true);
    expect(matchesRun(run, parseQuery(''), 'live')).toBe(false);
  });

  it('finds a schedule by its name or notebook, never by a tag', () => {
    expect(matchesSchedule(aSchedule(), parseQuery('night'))).toBe(true);
    expect(matchesSchedule(aSchedule(), parseQuery('#risk'))).toBe(false);
  });
});
