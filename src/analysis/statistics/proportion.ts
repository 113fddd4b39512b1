/** How sure a counted share is. */
import { binomialCdf } from './binomial.js';

/** Halvings of [0, 1]: past the last digit of a double. */
const HALVINGS = 60;

/**
 * The interval of Clopper and Pearson (Biometrika 26, 1934) for `k` of `n`: the probabilities under which neither so
 * many nor so few would be rarer than half of 1 - confidence. Never too narrow, at any n >= 1.
 */
export function proportionInterval(
  k: number,
  n: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2;
  return {
    low: k === 0 ? 0 : boundary((p) => 1 - binomialCdf(k - 1, n, p) < tail),
    high: k === n ? 1 : boundary((p) => binomialCdf(k, n, p) > tail),
  };
}

/** The probability up to which a condition holds. */
function boundary(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
