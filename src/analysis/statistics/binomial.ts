/** The binomial distribution, exact enough for any sample size a run can have. */

/** Lanczos coefficients, g = 7, n = 9 (Godfrey 2001): relative error below 1e-14 for x > 0. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Natural logarithm of the gamma function for x >= 0.5. */
export function logGamma(x: number): number {
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln P(X = k) for X ~ Binomial(n, p), 0 < p < 1. */
const logPmf = (k: number, n: number, p: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);

/** P(X <= k) for X ~ Binomial(n, p), by summing the shorter tail from its largest term outwards. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  const whole = Math.floor(k);
  return whole < n * p ? Math.min(1, tail(whole, n, p, -1)) : Math.max(0, 1 - tail(whole + 1, n, p, 1));
}

/** Terms below this share of the sum can't move a double any more. */
const NEGLIGIBLE = 1e-17;

/** The sum of the terms from `from` down to 0, or up to n. */
function tail(from: number, n: number, p: number, step: -1 | 1): number {
  let term = Math.exp(logPmf(from, n, p));
  let sum = term;
  for (let k = from; (step < 0 ? k > 0 : k < n) && term > sum * NEGLIGIBLE; k += step) {
    term *= step < 0 ? (k / (n - k + 1)) * ((1 - p) / p) : ((n - k) / (k + 1)) * (p / (1 - p));
    sum += term;
  }
  return sum;
}
