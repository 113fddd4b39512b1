/** The estimate of Hodges and Lehmann: a middle of paired differences that one odd pair can't pull away. */
import { median } from '../../analysis/index.js';

/** `low` and `high` are null below six pairs at 95 %: so few can't be that sure. */
export interface RankEstimate {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The median of all Walsh averages (d_i + d_j) / 2, i <= j (Hodges and Lehmann, Annals of Mathematical Statistics 34,
 * 1963), and the interval of Tukey: the K-th smallest and K-th largest average, K the largest rank for which the
 * signed-rank statistic of Wilcoxon is below it with at most half of the error (Hollander, Wolfe and Chicken,
 * Nonparametric Statistical Methods, 3rd edition, section 3.3). The interval is exact for symmetric differences. Null
 * without differences.
 */
export function hodgesLehmann(differences: readonly number[], confidence = 0.95): RankEstimate | null {
  const n = differences.length;
  if (n === 0) return null;
  const averages = differences
    .flatMap((first, i) => differences.slice(i).map((second) => (first + second) / 2))
    .sort((a, b) => a - b);
  const estimate = median(averages);
  const rank = signedRankBound(n, (1 - confidence) / 2);
  const low = averages[rank - 1];
  const high = averages[averages.length - rank];
  return { estimate, low: low ?? null, high: high ?? null };
}

const bounds = new Map<string, number>();

/** Largest K >= 0 with P(W <= K - 1) <= `tail`, W the signed-rank statistic of n pairs without a difference. */
export function signedRankBound(n: number, tail: number): number {
  const key = `${n}/${tail}`;
  const found = bounds.get(key);
  if (found !== undefined) return found;
  // How likely each sum of ranks is: rank r is in it or not, with even chances.
  const most = (n * (n + 1)) / 2;
  const chance = new Float64Array(most + 1);
  chance[0] = 1;
  for (let rank = 1, top = 0; rank <= n; rank++) {
    top += rank;
    for (let sum = top; sum >= 0; sum--)
      chance[sum] = ((chance[sum] ?? 0) + (sum >= rank ? (chance[sum - rank] ?? 0) : 0)) / 2;
  }
  let bound = 0;
  for (let below = chance[0]; bound <= most && below <= tail; below += chance[bound] ?? 0) bound++;
  bounds.set(key, bound);
  return bound;
}
