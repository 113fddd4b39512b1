/** Whether values rise in the order they are in, within several strata at once (Hirsch and Slack, WRR 20, 1984). */

/** Pairs are compared, so of longer strata evenly spread values count. */
const MOST_VALUES = 300;

/**
 * Standard score of Kendall's S summed over strata: how far values rise with their order within each, whatever lies
 * between one stratum and another. Distribution-free; ties make it smaller. 0 where no stratum has two values.
 */
export function strataTrend(strata: Iterable<ArrayLike<number>>): number {
  let rises = 0;
  let variance = 0;
  for (const values of strata) {
    const n = Math.min(MOST_VALUES, values.length);
    const at = (i: number): number => values[Math.floor((i * values.length) / n)] ?? NaN;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) rises += Math.sign(at(j) - at(i));
    variance += (n * (n - 1) * (2 * n + 5)) / 18;
  }
  return rises === 0 ? 0 : (rises - Math.sign(rises)) / Math.sqrt(variance);
}
