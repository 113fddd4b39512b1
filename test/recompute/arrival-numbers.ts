/** How the departures of an open loop compare with what was declared. */
import type { ArrivalFit } from '../../src/analysis/index.js';
import type { Frame } from './frames.js';
import type { Attempt } from './run-files.js';
import type { ScenarioFacts } from './scenario-facts.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** When a call's first attempt left, had it not had to wait for room. */
function leftNs({ intendedNs, admittedNs, sentNs }: Attempt): number {
  return sentNs === null || admittedNs === null ? intendedNs : intendedNs + sentNs - admittedNs;
}

/** The index of dispersion over all whole windows of all stages, and for a Poisson process the shape of the gaps. */
export function arrivalFit(frame: Frame, attempts: readonly Attempt[], scenario: ScenarioFacts): ArrivalFit | null {
  const { arrivals: process } = frame.facts;
  if (process === null || frame.stages.some(({ rampToPerSecond }) => rampToPerSecond !== null)) return null;
  const left = attempts.filter(({ warmup, retryNo }) => !warmup && retryNo === 0).map(leftNs);
  const mayBeLateNs = Math.max(1e6, 0.05 * (scenario.tightestDeadlineNs ?? 0));
  const stages = frame.stages.map(({ ratePerSecond, fromNs, toNs }) => ({
    ratePerSecond,
    fromNs: Math.max(fromNs, frame.measuredFromNs),
    toNs,
  }));
  const windowNs = Math.max(20 * mayBeLateNs, 10e9 / Math.min(...stages.map(({ ratePerSecond }) => ratePerSecond)));
  const terms: number[] = [];
  const waits: number[] = [];
  for (const { ratePerSecond, fromNs, toNs } of stages) {
    const expected = (windowNs * ratePerSecond) / 1e9;
    for (let at = 0; fromNs + (at + 1) * windowNs <= toNs + 1; at++) {
      const n = left.filter((t) => t >= fromNs + at * windowNs && t < fromNs + (at + 1) * windowNs).length;
      terms.push((n - expected) ** 2 / expected);
    }
    const own = [...Float64Array.from(left.filter((t) => t >= fromNs && t < toNs)).sort()];
    own.forEach((t, k) => {
      const gap = t - (own[k - 1] ?? t);
      if (gap > mayBeLateNs) waits.push(((gap - mayBeLateNs) * ratePerSecond) / 1e9);
    });
  }
  if (terms.length < 30) return null;
  const n = waits.length;
  const distances = [...Float64Array.from(waits).sort()].map((wait, k) => {
    const share = 1 - Math.exp(-wait);
    return Math.max(share - k / n, (k + 1) / n - share);
  });
  const spread = Math.max(0.3, 5 * Math.sqrt(2 / terms.length));
  return {
    process,
    windowNs,
    windows: terms.length,
    dispersion: sum(terms) / terms.length,
    low: process === 'constant' ? 0 : Math.max(0, 1 - spread),
    high: process === 'constant' ? 0.25 : 1 + spread,
    gaps:
      process === 'poisson' && n >= 100
        ? { n, aboveNs: mayBeLateNs, distance: Math.max(...distances), limit: Math.max(0.05, 2.5 / Math.sqrt(n)) }
        : null,
  };
}
