import { mergeRows } from '../model';

describe('mergeRows', () => {
  it('puts what differs first and keeps what only one side has', () => {
    const rows = mergeRows(
      { a: 1, same: [1], left: 2 },
      { a: 1, same: [1], right: 3 },
      { z: { a: 'x', b: 'y' } }
    );
    expect(rows.map(row => [row.name, row.changed])).toEqual([
      ['left', true],
      ['right', true],
      ['z', true],
      ['a', false],
      ['same', false]
    ]);
  });
});
