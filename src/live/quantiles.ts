/** Response times of recent calls, and their quantiles. */
import type { LiveQuantile } from './types.js';

/** Calls of which a p50 and a p99 are estimated, as for a run: two lie beyond it with 99 % probability. */
const LEAST_P50 = 11;
const LEAST_P99 = 662;
/** Calls that are kept; of more in one second the last. */
const MOST = 20_000;

/**
 * Times are whole nanoseconds. Half a nanosecond more marks one that is a lower bound, so that one sorted list holds
 * both.
 */
const BOUND_MARK = 0.5;

export class Quantiles {
  #times: number[] = [];

  get count(): number {
    return this.#times.length;
  }

  add(ns: number, isLowerBound: boolean): void {
    if (this.#times.length >= 2 * MOST) this.#times = this.#times.slice(-MOST);
    this.#times.push(Math.round(ns) + (isLowerBound ? BOUND_MARK : 0));
  }

  addAll(other: Quantiles): void {
    this.#times = [...this.#times, ...other.#times].slice(-MOST);
  }

  /** Of all; null with fewer than 11. */
  p50(): LiveQuantile | null {
    return this.#times.length < LEAST_P50 ? null : quantile(this.#times, 0.5);
  }

  /** Of the last `count`, and of the last 662 at least; null with fewer. */
  p99(count: number): LiveQuantile | null {
    return this.#times.length < LEAST_P99 ? null : quantile(this.#times.slice(-Math.max(LEAST_P99, count)), 0.99);
  }
}

function quantile(times: readonly number[], q: number): LiveQuantile {
  const sorted = Float64Array.from(times).sort();
  const found = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? NaN;
  const ns = Math.floor(found);
  return { ns, isLowerBound: found > ns };
}
