/**
 * The definition of an open-loop schedule, shared by the code that counts calls and the code that sends them.
 *
 * A stage's rate is held, or changes evenly from its start to its end (a ramp). L(t), the integral of the rate from the
 * stage's start, is the number of calls expected by t. Evenly spaced calls are intended where L(t) = 0, 1, 2, ...
 * before the stage's end; with a held rate that is at i / rate. A Poisson process of that rate is a unit-rate process
 * read through the inverse of L.
 */
import type { LoadSegment, Stage } from './types.js';

const NS_PER_SECOND = 1e9;

/** What the schedule of a stage depends on. */
export type StageRates = Pick<Stage, 'ratePerSecond' | 'rampToPerSecond' | 'forNs'>;

/** The rate `offsetNs` after the stage's start, calls a second. */
export function rateAt({ ratePerSecond, rampToPerSecond, forNs }: StageRates, offsetNs: number): number {
  return rampToPerSecond === undefined
    ? ratePerSecond
    : ratePerSecond + (rampToPerSecond - ratePerSecond) * (offsetNs / forNs);
}

/** L: calls expected between two offsets from the stage's start. Not rounded. */
export function expectedBetween(stage: StageRates, fromNs: number, toNs: number): number {
  // The rate is linear, so its mean over any stretch is its value in the middle.
  return toNs <= fromNs ? 0 : (rateAt(stage, (fromNs + toNs) / 2) * (toNs - fromNs)) / NS_PER_SECOND;
}

/** Inverse of L: offset in ns from the stage's start, not rounded, by which `calls` (any from 0) are expected. */
export function arrivalOffsetNs(stage: StageRates, calls: number): number {
  const { ratePerSecond: from, rampToPerSecond: to, forNs } = stage;
  if (to === undefined || to === from) return (calls * NS_PER_SECOND) / from;
  if (calls === 0) return 0;
  // from t + (to - from) t^2 / 2T = calls, solved so that nothing cancels however flat the ramp is.
  const perSecondSquared = ((to - from) * NS_PER_SECOND) / forNs;
  const discriminant = from * from + 2 * perSecondSquared * calls;
  // Below zero the ramp would have come down to nothing before: those calls lie behind its end.
  return discriminant < 0 ? Infinity : (2 * calls * NS_PER_SECOND) / (from + Math.sqrt(discriminant));
}

/** Calls an evenly spaced schedule intends in one stage. */
export function arrivalsInStage(stage: StageRates): number {
  // The estimate can be one off where the division rounds; the definition decides.
  let count = Math.ceil(expectedBetween(stage, 0, stage.forNs));
  while (count > 0 && arrivalOffsetNs(stage, count - 1) >= stage.forNs) count--;
  while (arrivalOffsetNs(stage, count) < stage.forNs) count++;
  return count;
}

/** Calls an evenly spaced schedule intends over all its stages. */
export function plannedArrivals(stages: readonly StageRates[]): number {
  return stages.reduce((sum, stage) => sum + arrivalsInStage(stage), 0);
}

/** Mean number of calls of a Poisson schedule: its actual number depends on the seed. */
export function expectedArrivals(stages: readonly StageRates[]): number {
  return stages.reduce((sum, stage) => sum + expectedBetween(stage, 0, stage.forNs), 0);
}

/** Logical calls an open-loop segment plans: exact, but for Poisson arrivals, whose mean it is. */
export function callsOf(segment: Extract<LoadSegment, { loop: 'open' }>): number {
  switch (segment.arrivals) {
    case 'constant':
      return plannedArrivals(segment.stages);
    case 'poisson':
      return expectedArrivals(segment.stages);
    case 'recorded':
      return segment.offsetsNs.length;
  }
}

/** The highest rate an open-loop segment asks for, calls a second: of a recording, its busiest second. */
export function highestRate(segment: Extract<LoadSegment, { loop: 'open' }>): number {
  if (segment.arrivals !== 'recorded')
    return Math.max(
      ...segment.stages.map(({ ratePerSecond, rampToPerSecond }) => Math.max(ratePerSecond, rampToPerSecond ?? 0)),
    );
  const { offsetsNs } = segment;
  let most = 0;
  let from = 0;
  for (const [to, offsetNs] of offsetsNs.entries()) {
    while ((offsetsNs[from] ?? Infinity) <= offsetNs - NS_PER_SECOND) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
