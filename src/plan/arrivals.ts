/**
 * The definition of a constant open-loop schedule, shared by whoever counts calls and whoever sends them: within a stage the
 * i-th call is intended at stage start + i / rate, for i = 0, 1, ... while that lies before the stage's end.
 */
import type { Stage } from './types.js';

const NS_PER_SECOND = 1e9;

/** Offset of call `index` (from 0) from its stage's start, in ns (not rounded). */
export function arrivalOffsetNs(ratePerSecond: number, index: number): number {
  return (index * NS_PER_SECOND) / ratePerSecond;
}

/** Calls a constant schedule intends in one stage. */
export function arrivalsInStage({ ratePerSecond, forNs }: Pick<Stage, 'ratePerSecond' | 'forNs'>): number {
  // The estimate can be one off where the division rounds; the definition decides.
  let count = Math.ceil((forNs * ratePerSecond) / NS_PER_SECOND);
  while (count > 0 && arrivalOffsetNs(ratePerSecond, count - 1) >= forNs) count--;
  while (arrivalOffsetNs(ratePerSecond, count) < forNs) count++;
  return count;
}

/** Calls a constant schedule intends over all its stages. */
export function plannedArrivals(stages: readonly Pick<Stage, 'ratePerSecond' | 'forNs'>[]): number {
  return stages.reduce((sum, stage) => sum + arrivalsInStage(stage), 0);
}

/** Mean number of calls of a Poisson schedule: its actual number depends on the seed. */
export function expectedArrivals(stages: readonly Pick<Stage, 'ratePerSecond' | 'forNs'>[]): number {
  return stages.reduce((sum, { ratePerSecond, forNs }) => sum + (ratePerSecond * forNs) / NS_PER_SECOND, 0);
}
