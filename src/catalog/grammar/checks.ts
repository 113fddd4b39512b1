/** How the checks of a document report what its grammar alone cannot see. */

/** Steps from the root of a document, or from a part of it: map keys and list positions. */
export type Path = readonly (string | number)[];

/** Takes one problem. `want` says whether the key or the value at the path is underlined. */
type Report = (path: Path, want: 'key' | 'value', code: string, what: string, remedy: string) => void;

/** Where checks report what they find. */
export interface CheckReport {
  readonly error: Report;
  readonly warn: Report;
}
