/** How much of the beginning of a series to leave out. */

/**
 * Index of the first point to keep by the marginal standard error rule: the truncation d that makes sum (y_i - mean)^2
 * / (n - d)^2 over the points kept smallest (White, Simulation 69, 1997; on batch means as MSER-m, White, Cobb and
 * Spratt, WSC 2000). 0 to `most`; of equal ones the earliest.
 */
export function mserTruncation(y: ArrayLike<number>, most: number): number {
  const n = y.length;
  let best = Infinity;
  let at = 0;
  let count = 0;
  let mean = 0;
  let squares = 0;
  // From the end, so that mean and sum of squares grow by one point at a time (Welford).
  for (let d = n - 1; d >= 0; d--) {
    const value = y[d] ?? NaN;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
    if (d > most) continue;
    const statistic = squares / (count * count);
    if (statistic <= best) {
      best = statistic;
      at = d;
    }
  }
  return at;
}
