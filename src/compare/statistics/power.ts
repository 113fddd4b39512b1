/** What a number of paired trials can see. */
import { tQuantile } from './student-t.js';

const CONFIDENCE = 0.975;
const POWER = 0.8;

/** More trials than this are not planned; the effect is then out of reach. */
const MOST_TRIALS = 1000;

/**
 * The smallest true effect that `trials` >= 2 pairs whose differences spread by `deviation` report as a regression with
 * a probability of 0.8: it must be distinguished from 0, (t.975 + t.8) s / sqrt(n), and its estimate must pass the
 * margin, margin + t.8 s / sqrt(n). The usual approximation by t quantiles (Chow, Shao and Wang, Sample Size
 * Calculations in Clinical Research, section 3.1), in the unit of `deviation`.
 */
export function minimumDetectableEffect(deviation: number, trials: number, margin: number): number {
  return detectable(deviation / Math.sqrt(trials), trials - 1, margin);
}

/**
 * The same of one further value against `values` >= 2 earlier ones that spread by `deviation`: its distance from their
 * mean has the standard error s sqrt(1 + 1 / n).
 */
export function minimumDetectableFurther(deviation: number, values: number, margin: number): number {
  return detectable(deviation * Math.sqrt(1 + 1 / values), values - 1, margin);
}

function detectable(error: number, df: number, margin: number): number {
  const power = tQuantile(POWER, df);
  return Math.max((tQuantile(CONFIDENCE, df) + power) * error, margin + power * error);
}

/**
 * The fewest pairs that decide about `margin` with a probability of 0.8: without a true effect they pass, and one as
 * large as the margin is distinguished from none. Null when that takes more than 1000.
 */
export function trialsNeeded(deviation: number, margin: number): number | null {
  if (margin <= 0) return null;
  for (let trials = 2; trials <= MOST_TRIALS; trials++) {
    const reach = tQuantile(CONFIDENCE, trials - 1) + tQuantile(POWER, trials - 1);
    if ((reach * deviation) / Math.sqrt(trials) <= margin) return trials;
  }
  return null;
}
