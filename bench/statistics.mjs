/** The few statistics of the bench: medians with an interval, and quantiles. */

export const sorted = (values) => [...values].sort((a, b) => a - b);

export function median(values) {
  const all = sorted(values);
  const middle = all.length / 2;
  return all.length === 0 ? NaN : all.length % 2 === 1 ? all[Math.floor(middle)] : (all[middle - 1] + all[middle]) / 2;
}

/** Probability of at most k heads among n tosses. */
function binomial(n, k) {
  let term = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += term;
    term = (term * (n - i)) / (i + 1);
  }
  return sum;
}

/**
 * Median and an interval for it between two order statistics, with no assumption about the distribution: the narrowest
 * whose coverage is 95 % or more, else all there is. `coverage` says what it is: 0.984 for the whole range of seven.
 */
export function medianInterval(values) {
  const all = sorted(values);
  const n = all.length;
  let trim = 0;
  while (n - 2 * (trim + 1) > 0 && 1 - 2 * binomial(n, trim + 1) >= 0.95) trim++;
  return {
    median: median(all),
    low: all[trim] ?? NaN,
    high: all[n - 1 - trim] ?? NaN,
    coverage: 1 - 2 * binomial(n, trim),
    n,
  };
}

/** `1.32 [1.20, 1.41]` */
export function withInterval({ median: middle, low, high }, digits = 2) {
  return `${middle.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

export function quantile(values, share) {
  const all = sorted(values);
  return all[Math.max(0, Math.ceil(share * all.length) - 1)] ?? NaN;
}

/** The straight line through points of `[x, y]` that has the least squares. */
export function line(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const slope =
    points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0) /
    points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return { slope, intercept: y - slope * x };
}
