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

/** Words of other load testers, and words that were renamed, with what they are called here. */
const CALLED_HERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rate: 'rps qps arrival-rate requests-per-second',
    concurrency: 'vus users connections clients threads',
    for: 'duration length',
    think: 'think-time sleep',
    environment: 'env',
    arguments: 'args params',
    gates: 'thresholds assertions slos',
    target: 'url',
    'response-time': 'latency p50 p90 p95 p99',
    latency: 'delay lag',
    timeout: 'blackhole black-hole partition',
    steady: 'constant constant-rate',
    stages: 'ramp ramping',
    'latency-from-send': 'service-view',
    'propagate-deadline': 'tell-timeout',
  }).flatMap(([here, words]) => words.split(' ').map((word) => [word, here] as const)),
);

const MOST_SHOWN = 24;

/**
 * A remedy for an unknown word: the nearest one, then all of them (at most `MOST_SHOWN`).
 * @param kind plural: `keys here`.
 * @param page where all of them are, for a list that is cut.
 */
export function suggestion(word: string, known: readonly string[], kind: string, page?: string): string {
  const here = CALLED_HERE.get(word);
  const near = known.find((name) => name === here) ?? nearest(word, known);
  const rest = `, and ${known.length - MOST_SHOWN} more${page === undefined ? '' : ` in ${page}`}`;
  const shown = known.slice(0, MOST_SHOWN).join(', ') + (known.length > MOST_SHOWN ? rest : '');
  const list = known.length === 0 ? `there are no ${kind}` : `${kind}: ${shown}`;
  return near === null ? list : `did you mean "${near}"? (${list})`;
}
