/**
 * What the load of a process costs: a part for each call, and a part for waiting in time for the next one. Measured on
 * one machine (docs/scale-out.md); another has other numbers, and the same form. Pure.
 */

/** What a load thread that sleeps between calls takes. */
export interface LoadCost {
  /** CPU time of a call, in us. */
  readonly callUs: number;
  /** Cores for waking in time for each call and its answer, where calls come so close that it never blocks for long. */
  readonly waitCores: number;
  /** From this rate on they do; below it waiting takes less in proportion. */
  readonly fullWaitFromPerSecond: number;
}

/** `npm run bench -- shards`. */
export const MEASURED_COST: LoadCost = { callUs: 28, waitCores: 0.14, fullWaitFromPerSecond: 250 };

/** Of its self-capacity a process is to use no more. */
export const MOST_BUSY = 0.5;

/** Cores that one load thread takes for so many calls a second, evenly spaced. */
export function loadCores(ratePerSecond: number, cost: LoadCost = MEASURED_COST): number {
  const { callUs, waitCores, fullWaitFromPerSecond } = cost;
  return (ratePerSecond * callUs) / 1e6 + waitCores * Math.min(1, ratePerSecond / fullWaitFromPerSecond);
}

export interface SizedLoad {
  /** Calls a second of each process. */
  readonly eachPerSecond: number;
  /** What a process must be able to offer (its self-capacity) to do that at `MOST_BUSY`. */
  readonly neededPerSecond: number;
  /** Cores that the load takes in each process, and in all. */
  readonly coresOfEach: number;
  readonly coresOfAll: number;
  /** What it would take in one process; null where that is more than its load threads can do. */
  readonly coresOfOne: number | null;
}

/** A load of `shards` processes that have `workers` load threads each. */
export function sizedLoad(
  {
    ratePerSecond,
    shards,
    workers,
  }: { readonly ratePerSecond: number; readonly shards: number; readonly workers: number },
  cost: LoadCost = MEASURED_COST,
): SizedLoad {
  const coresOf = (processes: number): number =>
    processes * workers * loadCores(ratePerSecond / processes / workers, cost);
  const coresOfAll = coresOf(shards);
  const isTooMuch = ratePerSecond * cost.callUs > workers * 1e6;
  return {
    eachPerSecond: ratePerSecond / shards,
    neededPerSecond: ratePerSecond / shards / MOST_BUSY,
    coresOfEach: coresOfAll / shards,
    coresOfAll,
    coresOfOne: isTooMuch ? null : coresOf(1),
  };
}
