/** Scaling in words. */
import type { Fitted, ScalingSummary } from '../analysis/index.js';
import { amount, count, plural, rate } from '../format/index.js';

/** A parameter with its interval, in three digits. */
export const fittedWords = ({ value, low, high }: Fitted): string =>
  `${amount(value)} (${amount(low)} to ${amount(high)})`;

/** What the law says, or why there is none. */
export function scalingSentence(scaling: ScalingSummary): string {
  if (scaling.kind === 'refused') {
    return scaling.reason === 'no-fit'
      ? 'No Universal Scalability Law is fitted: none describes these throughputs.'
      : `No Universal Scalability Law is fitted: it has three parameters and takes ${scaling.neededLevels} levels of concurrency, and the closed-loop steady phases of this run have ${count(scaling.levels)}.`;
  }
  const { points, lambdaPerSecond, sigma, kappa, peakConcurrency, peakPerSecond } = scaling;
  const highest = Math.max(...points.map(({ concurrency }) => concurrency));
  const peak =
    peakConcurrency === null || peakPerSecond === null
      ? 'No peak: nothing is lost to coherence.'
      : `Throughput peaks at ${count(Math.round(peakConcurrency))} callers with ${rate(peakPerSecond)}${peakConcurrency > highest ? `, which lies beyond the ${count(highest)} that were tried` : ''}.`;
  return `One caller gets ${rate(lambdaPerSecond.value)}; contention sigma ${fittedWords(sigma)}, coherence kappa ${fittedWords(kappa)}, from ${points.length} ${plural(points.length, 'phase')}. ${peak}`;
}
