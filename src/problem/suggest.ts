/** Did you mean? Edit distance over the words that would have been right. */

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, each costing 1
 * (Damerau 1964, in the restricted form).
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforeLast = new Array<number>(width).fill(0);
  let last = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(width).fill(i);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row[j] = cost;
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

/** Words longer than this are never compared: distance costs the product of the lengths. */
const LONGEST = 64;

/** The known word nearest to `word`; null when none is near enough to be meant (a third of its length, at least 1). */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > LONGEST) return null;
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(Math.max(word.length, 3) / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > LONGEST) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Words that were renamed, and their names today. */
const RENAMED: Readonly<Record<string, string>> = {
  'service-view': 'latency-from-send',
  'tell-timeout': 'propagate-deadline',
};

/** A remedy for an unknown word: the nearest one, then all of them (at most 20). @param kind plural: `keys here`. */
export function suggestion(word: string, known: readonly string[], kind: string): string {
  const today = Object.hasOwn(RENAMED, word) ? RENAMED[word] : undefined;
  const near = known.find((name) => name === today) ?? nearest(word, known);
  const shown = known.slice(0, 20).join(', ') + (known.length > 20 ? `, and ${known.length - 20} more` : '');
  const list = known.length === 0 ? `there are no ${kind}` : `${kind}: ${shown}`;
  return near === null ? list : `did you mean "${near}"? (${list})`;
}
