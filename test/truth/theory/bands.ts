/**
 * How far chance alone may carry a measurement from the theory: the same experiment (same length, same warm-up,
 * beginning empty) made many times in simulation. The k-th smallest and k-th largest of R simulated values enclose one
 * more such value with probability exactly 1 - 2k / (R + 1), whatever its distribution and however its calls depend on
 * each other.
 */
import { seededRandom } from '../../../src/random/index.js';
import { nearestRank } from '../nearest-rank.js';

export interface QueueExperiment {
  /** Per second. */
  readonly ratePerSecond: number;
  readonly serviceMs: number;
  readonly services: 'exponential' | 'constant';
  readonly workers: number;
  readonly forS: number;
  /** Calls that arrive before are left out. */
  readonly warmupS: number;
}

/** The quantiles that are looked at, beside the mean. */
export const QUANTILES = [0.5, 0.95, 0.99] as const;

export interface WaitFigures {
  readonly meanMs: number;
  /** As `QUANTILES`; by nearest rank, as the summary has them. */
  readonly quantilesMs: readonly number[];
  /** P(W > t) at each time of the grid. */
  readonly tail: readonly number[];
}

/** The figures of some waits; sorts them in place. */
export function waitFigures(waitsMs: Float64Array, gridMs: readonly number[]): WaitFigures {
  const n = waitsMs.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += waitsMs[i] ?? NaN;
  waitsMs.sort();
  let upTo = 0;
  return {
    meanMs: sum / n,
    quantilesMs: QUANTILES.map((q) => waitsMs[nearestRank(q, n) - 1] ?? NaN),
    tail: gridMs.map((t) => {
      while (upTo < n && (waitsMs[upTo] ?? NaN) <= t) upTo++;
      return (n - upTo) / n;
    }),
  };
}

/** One simulated run of the experiment. */
export function simulate(experiment: QueueExperiment, seed: number, gridMs: readonly number[]): WaitFigures {
  const { ratePerSecond, serviceMs, services, workers, forS, warmupS } = experiment;
  const random = seededRandom(seed, 'replica');
  const gapMs = 1000 / ratePerSecond;
  const endMs = forS * 1000;
  const fromMs = warmupS * 1000;
  const waits = new Float64Array(Math.ceil(ratePerSecond * forS * 1.5) + 100);
  const free = new Float64Array(workers);
  let n = 0;
  for (let t = random.exponential(gapMs); t < endMs; t += random.exponential(gapMs)) {
    let first = 0;
    for (let w = 1; w < workers; w++) if ((free[w] ?? 0) < (free[first] ?? 0)) first = w;
    const start = Math.max(t, free[first] ?? 0);
    free[first] = start + (services === 'constant' ? serviceMs : random.exponential(serviceMs));
    if (t >= fromMs) waits[n++] = start - t;
  }
  return waitFigures(waits.subarray(0, n), gridMs);
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

export interface WaitBands {
  readonly mean: Band;
  readonly quantiles: readonly Band[];
  readonly tail: readonly Band[];
  /** Probability that one value lies outside its band by chance. */
  readonly falseAlarm: number;
}

/** The largest k with 2k / (R + 1) <= alpha. */
export function ranksOutside(replicas: number, alpha: number): number {
  const k = Math.floor((alpha * (replicas + 1)) / 2 + 1e-9);
  if (k < 1) throw new RangeError(`${replicas} replicas can't show what happens once in ${1 / alpha}`);
  return k;
}

/** Bands that each figure of the experiment leaves with probability at most `alpha`. */
export function waitBands(
  experiment: QueueExperiment,
  alpha: number,
  replicas: number,
  gridMs: readonly number[],
  seed = 1,
): WaitBands {
  const k = ranksOutside(replicas, alpha);
  const figures = Array.from({ length: replicas }, (_, r) => simulate(experiment, seed * 1_000_003 + r, gridMs));
  const band = (pick: (of: WaitFigures) => number): Band => {
    const sorted = Float64Array.from(figures, pick).sort();
    return { low: sorted[k - 1] ?? NaN, high: sorted[replicas - k] ?? NaN };
  };
  return {
    mean: band((of) => of.meanMs),
    quantiles: QUANTILES.map((_, i) => band((of) => of.quantilesMs[i] ?? NaN)),
    tail: gridMs.map((_, i) => band((of) => of.tail[i] ?? NaN)),
    falseAlarm: (2 * k) / (replicas + 1),
  };
}
