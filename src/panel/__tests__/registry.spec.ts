import type { ISection } from '../../tokens';
import { SectionRegistry } from '../registry';

function section(id: string, rank: number): ISection {
  return { id, rank } as ISection;
}

describe('SectionRegistry', () => {
  it('orders sections by rank and lets them go', () => {
    const registry = new SectionRegistry();
    registry.add(section('b', 2));
    const first = registry.add(section('a', 1));
    expect(registry.sections.map(one => one.id)).toEqual(['a', 'b']);
    first.dispose();
    expect(registry.sections.map(one => one.id)).toEqual(['b']);
  });

  it('refuses a second section with the same id', () => {
    const registry = new SectionRegistry();
    registry.add(section('a', 1));
    expect(() => registry.add(section('a', 2))).toThrow('a');
  });
});
