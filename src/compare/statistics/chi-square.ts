/** The chi-square distribution, and what it says of a standard deviation. */
import { logGamma } from '../../analysis/index.js';
import type { Interval } from './paired.js';

const MOST_TERMS = 10_000;
const PRECISION = 1e-15;

/**
 * The regularised lower incomplete gamma function P(a, x), a > 0: the series of DLMF 8.11.4 below x = a + 1, where it
 * converges fast; above it 1 - Q(a, x) with the continued fraction of DLMF 8.9.2 by the modified method of Lentz.
 */
function incompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n <= MOST_TERMS && term > sum * PRECISION; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n <= MOST_TERMS; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return 1 - front * fraction;
}

/** P(X <= x) of chi-square with `df` degrees of freedom: P(df / 2, x / 2) (Abramowitz and Stegun 26.4.19). */
export const chiSquareCdf = (x: number, df: number): number => incompleteGamma(df / 2, x / 2);

/** The x below which a share `p` of the distribution lies, 0 < p < 1: the inverse of `chiSquareCdf`, by bisection. */
export function chiSquareQuantile(p: number, df: number): number {
  let low = 0;
  let high = df + 1;
  while (chiSquareCdf(high, df) < p) high *= 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (chiSquareCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * A standard deviation, measured by n >= 2 values of a normal distribution, with its interval: s sqrt((n - 1) / chi2)
 * with the quantiles 1 - alpha / 2 and alpha / 2 of chi-square (Hahn and Meeker, Statistical Intervals, section 4.3).
 */
export function deviationInterval(deviation: number, n: number, confidence = 0.95): Interval {
  const end = (p: number): number => deviation * Math.sqrt((n - 1) / chiSquareQuantile(p, n - 1));
  return { estimate: deviation, low: end((1 + confidence) / 2), high: end((1 - confidence) / 2) };
}
