/** Student's t distribution. */
import { logGamma } from '../../analysis/index.js';

/** Terms of the continued fraction at most; it converges in O(sqrt(max(a, b))) of them. */
const MOST_TERMS = 10_000;
const TINY = 1e-300;
const PRECISION = 1e-15;

/**
 * The regularised incomplete beta function I_x(a, b) for a, b >= 0.5: the continued fraction of DLMF 8.17.22, by the
 * modified method of Lentz (Thompson and Barnett, Journal of Computational Physics 64, 1986), on the side where it
 * converges fast.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return front * fraction;
}

const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/**
 * P(T <= t) of Student's t with `df` degrees of freedom, df >= 1: 1 - I_x(df / 2, 1 / 2) / 2 with x = df / (df + t^2)
 * for t >= 0 (Abramowitz and Stegun 26.7.1).
 */
export function tCdf(t: number, df: number): number {
  if (t === Infinity) return 1;
  if (t === -Infinity) return 0;
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t >= 0 ? 1 - tail : tail;
}

const quantiles = new Map<string, number>();

/** The t below which a share `p` of the distribution lies, 0 < p < 1: the inverse of `tCdf`, by bisection. */
export function tQuantile(p: number, df: number): number {
  if (p < 0.5) return -tQuantile(1 - p, df);
  const key = `${p}/${df}`;
  const found = quantiles.get(key);
  if (found !== undefined) return found;
  let low = 0;
  let high = 1;
  while (tCdf(high, df) < p) high *= 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  quantiles.set(key, high);
  return high;
}
