/**
 * One document laid over another: maps are merged key by key, everything else (lists too) is replaced, and `null`
 * removes what was inherited (JSON Merge Patch, RFC 7396). Used by `extends`, `profiles` and `--set`.
 */
import type { Path } from '../catalog/index.js';
import type { Problem } from '../problem/index.js';
import { pathText, problemAt, type Entry, type MapNode } from './tree.js';

/**
 * `base` with `overlay` laid over it; both keep their places. A `null` with nothing to remove is a problem: a typing
 * error would look like that.
 */
export function overlaid(base: MapNode, overlay: MapNode, problems: Problem[], at: Path = []): MapNode {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of overlay.entries) {
    const below = base.entries.get(key);
    if (entry.value.kind === 'scalar' && entry.value.value === null) {
      if (below === undefined) {
        const what =
          `${pathText([...at, key])} is empty, which removes an inherited key, but nothing is ` +
          'inherited under this name';
        const remedy = 'give it a value, or delete the line';
        problems.push(problemAt(entry.keySpan, 'nothing-to-remove', { what, remedy }));
      }
      entries.delete(key);
    } else {
      const both = below?.value.kind === 'map' && entry.value.kind === 'map';
      entries.set(key, both ? { ...entry, value: overlaid(below.value, entry.value, problems, [...at, key]) } : entry);
    }
  }
  return { kind: 'map', entries, span: overlay.span };
}
