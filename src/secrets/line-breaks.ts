/**
 * Secrets that stand in several lines: base64 of MIME has 76 columns, and some logs wrap their lines and indent them.
 */

/** A line break and the indentation behind it; as it is, escaped for JSON, or in a URL. */
const LINE_BREAK = /(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n|(?:%(?:25){0,2}0d)?%(?:25){0,2}0a)[ \t]*/gi;

type Form = readonly [form: RegExp, mark: string];

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The text with a mark in place of what a form finds over a line break, and nowhere else. */
export function withoutBroken(text: string, forms: readonly Form[]): string {
  const breaks = [...text.matchAll(LINE_BREAK)].filter(({ 0: found, index }) => index + found.length < text.length);
  if (breaks.length === 0) return text;
  let joined = '';
  let behind = 0;
  /** Where each break was in `joined`, and how much is missing from there on. */
  const cuts: { readonly at: number; readonly missing: number }[] = [];
  for (const { 0: found, index } of breaks) {
    joined += text.slice(behind, index);
    behind = index + found.length;
    cuts.push({ at: joined.length, missing: behind - joined.length });
  }
  joined += text.slice(behind);
  const places = cuts.map(({ at }) => at);
  const found = forms.flatMap(([form, mark]) =>
    [...joined.matchAll(form)].flatMap(({ 0: { length }, index }) => {
      const { from, to } = narrowed(form, joined, { from: index, to: index + length }, places);
      const [first, last] = [cutsUpTo(places, from), cutsUpTo(places, to - 1)];
      const missing = (count: number): number => cuts[count - 1]?.missing ?? 0;
      return first === last ? [] : [{ from: from + missing(first), to: to + missing(last), mark }];
    }),
  );
  return marked(text, found);
}

/** Without what the form takes along of the line before or behind: the ends of base64 may be characters of either. */
function narrowed(form: RegExp, joined: string, { from, to }: Stretch, places: readonly number[]): Stretch {
  const isWhole = (part: Stretch): boolean => joined.slice(part.from, part.to).replace(form, '') === '';
  const last = places[cutsUpTo(places, to - 1) - 1];
  if (last !== undefined && last > from && isWhole({ from, to: last }))
    return narrowed(form, joined, { from, to: last }, places);
  const first = places[cutsUpTo(places, from)];
  if (first !== undefined && first < to && isWhole({ from: first, to }))
    return narrowed(form, joined, { from: first, to }, places);
  return { from, to };
}

/** How many cuts are at or before a place of the joined text. */
function cutsUpTo(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? place) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What overlaps is one stretch, under the mark of the first. */
function marked(text: string, stretches: readonly (Stretch & { readonly mark: string })[]): string {
  let done = '';
  let at = 0;
  for (const { from, to, mark } of stretches.toSorted((a, b) => a.from - b.from)) {
    if (to <= at) continue;
    if (from >= at) done += text.slice(at, from) + mark;
    at = to;
  }
  return done + text.slice(at);
}
