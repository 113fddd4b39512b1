/** How the checks of a document report what its grammar alone cannot see. */
import { suggestion, type Advice } from '../../problem/index.js';

/** Steps from the root of a document, or from a part of it: map keys and list positions. */
export type Path = readonly (string | number)[];

/** What is underlined: the value at a path, or the key that it stands under. */
export type Place = Path | { readonly key: Path };

type Report = (at: Place, code: string, problem: Advice) => void;

/** Where checks report what they find. */
export interface CheckReport {
  readonly error: Report;
  readonly warn: Report;
}

const isPath = (place: Place): place is Path => Array.isArray(place);

/** The path of a place, and which of the two is meant. */
export function placeParts(place: Place): { readonly path: Path; readonly want: 'key' | 'value' } {
  return isPath(place) ? { path: place, want: 'value' } : { path: place.key, want: 'key' };
}

/** The report for a part of what `report` is for: its places count from the path of that part. */
export function reportBelow({ error, warn }: CheckReport, path: Path): CheckReport {
  const at = (place: Place): Place => (isPath(place) ? [...path, ...place] : { key: [...path, ...place.key] });
  return {
    error: (place, ...problem) => error(at(place), ...problem),
    warn: (place, ...problem) => warn(at(place), ...problem),
  };
}

/** What to say of a name that refers to nothing. @param kinds what the known ones are called together. */
export function unknownName(kind: string, name: string, known: Iterable<string>, kinds = `${kind}s`): Advice {
  return { what: `there is no ${kind} "${name}"`, remedy: suggestion(name, [...known], kinds) };
}

/** Calls `report` with each name that stands earlier in the list as well, and with the position of the first. */
export function eachRepeated(
  names: readonly (string | null)[],
  report: (name: string, index: number, first: number) => void,
): void {
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (name !== null && first !== index) report(name, index, first);
  });
}
