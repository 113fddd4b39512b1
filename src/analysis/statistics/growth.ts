/** Whether a queue grows: bounds for the slope of its age that hold for a queue that wanders as well. */
import { partMeans } from './part-means.js';
import { theilSen, type TrendInterval } from './trend.js';

const FEWEST_VALUES = 8;
/** Parts of which the least value counts. */
const TROUGHS = 10;
/** Half an interval of the upper bound in standard errors, with residuals that depend on their neighbours. */
const CRITICAL = 3;
/** Parts whose differences show how far a queue wanders by itself, and Student's t for so many, from six on. */
const PARTS = 20;
const STUDENT_T: readonly number[] = [
  2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
];

/**
 * Slope of equally spaced values of 0 and more, `stepSeconds` apart, with bounds of about 97.5 % each. Null with fewer
 * than eight values.
 *
 * The slope is that of the standing queue: the least value of each tenth, for a queue that comes and goes reaches its
 * floor now and then, one that grows does not (as in CoDel: Nichols and Jacobson, ACM Queue 10, 2012). Theil-Sen; the
 * upper bound by the residuals and their neighbours (Newey and West, Econometrica 55, 1987).
 *
 * Near its capacity a server's queue wanders, and an interval that takes what it wanders for the noise of a line calls
 * chance growth. So the lower bound is that of a random walk with drift, by the differences between neighbouring parts.
 *
 * Counted in `test/analysis/growth.test.ts`: of servers just over their capacity it calls hardly one level, of servers
 * at it hardly one growing.
 */
export function growthInterval(values: ArrayLike<number>, stepSeconds: number): TrendInterval | null {
  if (values.length < FEWEST_VALUES) return null;
  const troughs = leastOfParts(values, TROUGHS);
  const line = theilSen(
    troughs.map((_, i) => i),
    troughs,
  );
  if (line === null) return null;
  const apart = (values.length * stepSeconds) / troughs.length;
  const slope = line.slope / apart;
  return {
    slope,
    low: Math.min(slope, leastDrift(values, stepSeconds)),
    high: slope + halfWidth(troughs, line.slope) / apart,
  };
}

function leastOfParts(values: ArrayLike<number>, parts: number): Float64Array {
  const least = new Float64Array(Math.min(parts, values.length)).fill(Infinity);
  for (let i = 0; i < values.length; i++) {
    const part = Math.floor((i * least.length) / values.length);
    least[part] = Math.min(least[part] ?? NaN, values[i] ?? NaN);
  }
  return least;
}

/** Half the interval of a slope over points 1 apart; each residual counts with half of its neighbours. */
function halfWidth(y: Float64Array, slope: number): number {
  const level = y.reduce((sum, value) => sum + value, 0) / y.length;
  const across = y.map((_, i) => i - (y.length - 1) / 2);
  const scores = across.map((x, i) => x * ((y[i] ?? NaN) - level - slope * x));
  const squares = scores.reduce((sum, score, i) => sum + score * (score + (scores[i + 1] ?? 0)), 0);
  return (CRITICAL * Math.sqrt(Math.max(0, squares))) / across.reduce((sum, x) => sum + x * x, 0);
}

/** Lower bound of the drift of a random walk of which `values` are seen. */
function leastDrift(values: ArrayLike<number>, stepSeconds: number): number {
  const means = partMeans(values, PARTS);
  const steps = means.slice(1).map((mean, i) => mean - (means[i] ?? NaN));
  const n = steps.length;
  const drift = steps.reduce((sum, step) => sum + step, 0) / n;
  const variance = steps.reduce((sum, step) => sum + (step - drift) ** 2, 0) / (n - 1);
  // Means of neighbouring parts of a walk differ by 2/3 of what it moves in the time of one; all together by n - 1/3.
  const error = Math.sqrt(1.5 * variance * (n - 1 / 3)) / n;
  const apart = (values.length * stepSeconds) / means.length;
  return (drift - (STUDENT_T[n - FEWEST_VALUES + 1] ?? NaN) * error) / apart;
}
