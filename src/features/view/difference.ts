/**
 * What is different between two definitions of a view, name by name. No view.
 */

/** A value that is another in the later definition; undefined where there is none. */
export interface IChange {
  /** `features.temp.type`, `source.place`. */
  name: string;
  before: string | undefined;
  after: string | undefined;
}

/** The values that differ, in the order of the definition. */
export function definitionDifference(
  before: Record<string, unknown>,
  after: Record<string, unknown>
): IChange[] {
  const one = flat(before);
  const other = flat(after);
  const names = [...new Set([...one.keys(), ...other.keys()])];
  return names
    .filter(name => one.get(name) !== other.get(name))
    .map(name => ({ name, before: one.get(name), after: other.get(name) }));
}

/** Every value by its path; members of a list that have names go by them. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') {
    return new Map([[path, value === null ? 'none' : String(value)]]);
  }
  const found = new Map<string, string>();
  if (Array.isArray(value) && value.every(one => typeof one !== 'object')) {
    return new Map([[path, value.join(', ') || 'none']]);
  }
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) {
      continue;
    }
    const own = (member as { name?: unknown } | null)?.name;
    const isNamed = Array.isArray(value) && own !== undefined;
    const name = isNamed ? String(own) : key;
    flat(
      isNamed ? { ...member, name: undefined } : member,
      path ? `${path}.${name}` : name
    ).forEach((text, at) => {
      found.set(at, text);
    });
  }
  return found;
}
