/** A line through points that a few wild ones can't bend, and how sure its slope is. */
import type { Random } from '../../random/index.js';

export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Puts the k-th smallest value (from 0) at index k, smaller ones before and larger ones after it (Hoare's selection). The
 * median of pairwise slopes is taken hundreds of times in a bootstrap, and sorting them all costs most of an analysis.
 */
function select(values: Float64Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? NaN;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? NaN) < pivot) i++;
      while ((values[j] ?? NaN) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? NaN;
      values[i++] = values[j] ?? NaN;
      values[j--] = swapped;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k] ?? NaN;
}

function medianInPlace(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = select(values, middle);
  if (values.length % 2 === 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < middle; i++) lower = Math.max(lower, values[i] ?? NaN);
  return (lower + upper) / 2;
}

/**
 * Theil-Sen line: the median of the slopes of all pairs, and the median of what is left as intercept (Sen, JASA 63, 1968).
 * Takes O(n^2): meant for up to a few hundred points. Null with fewer than two different x.
 */
export function theilSen(x: ArrayLike<number>, y: ArrayLike<number>): Line | null {
  const n = Math.min(x.length, y.length);
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const run = (x[j] ?? NaN) - (x[i] ?? NaN);
      if (run !== 0) slopes[count++] = ((y[j] ?? NaN) - (y[i] ?? NaN)) / run;
    }
  }
  if (count === 0) return null;
  const slope = medianInPlace(slopes.subarray(0, count));
  const rest = Float64Array.from({ length: n }, (_, i) => (y[i] ?? NaN) - slope * (x[i] ?? NaN));
  return { slope, intercept: medianInPlace(rest) };
}

export interface TrendInterval {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Theil-Sen slope with a bootstrap interval for points that depend on their neighbours: blocks of the residuals (of length
 * about sqrt(n)) are drawn with replacement, laid along the line, and the slope is fitted again (moving block bootstrap,
 * Kuensch, Annals of Statistics 17, 1989). Null with fewer than eight points.
 */
export function trendInterval(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  random: Random,
  options: { readonly confidence?: number; readonly repeats?: number } = {},
): TrendInterval | null {
  const { confidence = 0.95, repeats = 200 } = options;
  const n = Math.min(x.length, y.length);
  if (n < 8) return null;
  const line = theilSen(x, y);
  if (line === null) return null;
  const fitted = Float64Array.from({ length: n }, (_, i) => line.intercept + line.slope * (x[i] ?? NaN));
  const block = Math.max(2, Math.ceil(Math.sqrt(n)));
  const slopes = new Float64Array(repeats);
  const again = new Float64Array(n);
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let at = 0; at < n; at += block) {
      const from = random.below(n - block + 1);
      for (let k = 0; k < block && at + k < n; k++) {
        again[at + k] = (fitted[at + k] ?? NaN) + (y[from + k] ?? NaN) - (fitted[from + k] ?? NaN);
      }
    }
    slopes[repeat] = theilSen(x, again)?.slope ?? line.slope;
  }
  slopes.sort();
  const tail = (1 - confidence) / 2;
  const at = (share: number): number => slopes[Math.min(repeats - 1, Math.max(0, Math.round(share * (repeats - 1))))] ?? line.slope;
  return { slope: line.slope, low: Math.min(line.slope, at(tail)), high: Math.max(line.slope, at(1 - tail)) };
}
