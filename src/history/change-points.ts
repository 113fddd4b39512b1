/** Where the level of a series changed, however often. */
import { median, ranks } from '../analysis/index.js';
import { seededRandom } from '../random/index.js';

/** The rule, as it is given wherever its findings are. */
export const CHANGE_RULE = {
  /** Fewest points of a level. */
  shortest: 4,
  /** A change is reported where at most this share of random orders holds one as clear. */
  share: 0.01,
  /** Random orders that are drawn. */
  orders: 999,
} as const;

type Rule = typeof CHANGE_RULE;

/** A change of level. */
export interface LevelChange {
  /** Index of the first point of the new level. */
  readonly at: number;
  /** Medians of the levels on both sides, up to the next changes. */
  readonly before: number;
  readonly after: number;
  readonly pointsBefore: number;
  readonly pointsAfter: number;
  /** Share of random orders of the two levels that part them as clearly, this one among them. */
  readonly p: number;
}

/**
 * Circular binary segmentation (Olshen and others, Biostatistics 5, 2004) on ranks. The stretch of the series that
 * stands out most is tested, and if it holds, its parts are searched in the same way; so a level that was left and
 * reached again is found. How much a stretch stands out: its rank sum in standard deviations (Wilcoxon), the largest
 * over all stretches. In the end each change is placed between its two levels alone and must hold there; the weakest
 * that does not is taken out, one at a time.
 *
 * What is clear by chance is learnt from the same points in random orders, so that nothing is supposed of their
 * distribution, and one extreme run weighs no more than another. It does suppose that within a level the order of the
 * runs is by chance: a slow drift is found as several steps.
 *
 * @param seed of the random orders: the same series gives the same changes
 */
export function changePoints(
  values: ArrayLike<number>,
  seed: number,
  rule: Rule = CHANGE_RULE,
): readonly LevelChange[] {
  const all = Float64Array.from(values);
  const found = new Set<number>();
  search(all, 0, all.length, seed, rule, found);
  let places = [...found].sort((a, b) => a - b);
  for (;;) {
    places = replaced(all, places, rule.shortest);
    const changes = places.map((at, index) => {
      const level = (from = 0, to = all.length) => all.subarray(from, to);
      return levelChange(level(places[index - 1], at), level(at, places[index + 1]), at, seed, rule);
    });
    const weakest = Math.max(0, ...changes.map(({ p }) => p));
    if (weakest <= rule.share) return changes;
    places.splice(
      changes.findIndex(({ p }) => p === weakest),
      1,
    );
  }
}

/** Each change at the clearest place between its neighbours: among all points those of a third level moved it. */
function replaced(all: Float64Array, places: readonly number[], shortest: number): number[] {
  const moved = [...places];
  moved.forEach((_, index) => {
    const [from, to] = [moved[index - 1] ?? 0, moved[index + 1] ?? all.length];
    const centred = centredRanks(all.subarray(from, to));
    let [sum, clearness] = [0, -1];
    centred.forEach((rank, before) => {
      if (before >= shortest && before <= centred.length - shortest) {
        const here = (sum * sum) / (before * (centred.length - before));
        if (here > clearness) [moved[index], clearness] = [from + before, here];
      }
      sum += rank;
    });
  });
  return moved;
}

function levelChange(left: Float64Array, right: Float64Array, at: number, seed: number, rule: Rule): LevelChange {
  const centred = centredRanks(Float64Array.of(...left, ...right));
  const sideOf = (order: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < left.length; i++) sum += order[i] ?? NaN;
    return Math.abs(sum);
  };
  return {
    ...{ at, before: median(left), after: median(right), pointsBefore: left.length, pointsAfter: right.length },
    p: shareOfOrders(centred, sideOf, seed, rule.orders, rule.orders),
  };
}

function search(all: Float64Array, from: number, to: number, seed: number, rule: Rule, found: Set<number>): void {
  const n = to - from;
  if (n < 2 * rule.shortest) return;
  const centred = centredRanks(all.subarray(from, to));
  if (centred.every((each) => each === 0)) return;
  const stretch = clearest(centred, rule.shortest);
  const most = Math.floor(rule.share * (rule.orders + 1)) - 1;
  const clearness = (order: Float64Array): number => clearest(order, rule.shortest).clearness;
  if (shareOfOrders(centred, clearness, seed, rule.orders, most) > rule.share) return;
  const edges = [from, from + stretch.from, from + stretch.to, to];
  for (const edge of edges.slice(1, 3)) if (edge !== from && edge !== to) found.add(edge);
  edges.slice(1).forEach((edge, index) => search(all, edges[index] ?? 0, edge, seed, rule, found));
}

/** Ranks about 0: the sum of a part is then how far it lies from what is expected of it. */
function centredRanks(values: Float64Array): Float64Array {
  const centre = (values.length + 1) / 2;
  return ranks(values).map((rank) => rank - centre);
}

/** Share of orders, the given one among them, of which a number is as large; drawing ends after `most` that are. */
function shareOfOrders(
  given: Float64Array,
  numberOf: (order: Float64Array) => number,
  seed: number,
  orders: number,
  most: number,
): number {
  const n = given.length;
  const random = seededRandom(seed, `${n} runs`);
  // Sums in another order differ in their last digits.
  const limit = numberOf(given) * (1 - 1e-9);
  const order = Float64Array.from(given);
  let asLarge = 0;
  for (let drawn = 1; drawn <= orders; drawn++) {
    for (let last = n - 1; last > 0; last--) {
      const other = random.below(last + 1);
      const kept = order[last] ?? NaN;
      order[last] = order[other] ?? NaN;
      order[other] = kept;
    }
    if (numberOf(order) >= limit && ++asLarge > most) return (1 + asLarge) / (drawn + 1);
  }
  return (1 + asLarge) / (orders + 1);
}

interface Stretch {
  /** Index of its first point, and of the first behind it. */
  readonly from: number;
  readonly to: number;
  readonly clearness: number;
}

/**
 * The stretch with the largest squared rank sum over its variance, but for the variance of the ranks, which is the same
 * for all. Neither it nor what is on a side of it is shorter than `shortest`, unless nothing is.
 */
function clearest(centred: Float64Array, shortest: number): Stretch {
  const n = centred.length;
  let [from, to, clearness] = [0, n, -1];
  for (let first = 0; first <= n - shortest; first = first === 0 ? shortest : first + 1) {
    let sum = 0;
    for (let next = first + 1; next <= n; next++) {
      sum += centred[next - 1] ?? NaN;
      const length = next - first;
      if (length < shortest || length === n || (next !== n && n - next < shortest)) continue;
      const here = (sum * sum) / (length * (n - length));
      if (here > clearness) [from, to, clearness] = [first, next, here];
    }
  }
  return { from, to, clearness };
}
