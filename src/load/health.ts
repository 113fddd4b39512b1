/**
 * The generator's own health, second by second: how late it sends, how late its event loop is, what collecting garbage
 * costs.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { closeSync, readSync } from 'node:fs';
import { NS_PER_MS, NS_PER_S } from '../clock/index.js';
import { openThreadCpu } from '../platform/index.js';
import type { HealthRow } from '../record/index.js';

/** Sub-buckets per power of two: a quantile is read at most 1/32 too high. */
const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;
/** Lags from 0 to 2^42 ns (73 minutes). */
const BUCKETS = (42 - SUB_BITS + 1) * SUB;

/** 2^-shift: a multiplication by it is exact, and `**` is a call of a library function. */
const PER_SUB = Float64Array.from({ length: 64 }, (_, shift) => 2 ** -shift);

/** Counts of durations in log-linear buckets: a few nanoseconds a value, no allocation. */
export class LagHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #maximumNs = 0;

  get count(): number {
    return this.#total;
  }

  /** Exact. */
  get maxNs(): number {
    return this.#maximumNs;
  }

  /** NaN (a send that never happened) is not counted; below zero counts as zero. */
  add(ns: number): void {
    if (!(ns > 0)) {
      if (Number.isNaN(ns)) return;
      ns = 0;
    }
    if (ns > this.#maximumNs) this.#maximumNs = ns;
    const bucket = bucketOf(ns);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
  }

  /** Upper edge of the bucket that holds the nearest-rank quantile, never above the maximum; null without values. */
  quantileNs(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(upperEdgeNs(bucket), this.#maximumNs);
    }
    return this.#maximumNs;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maximumNs = 0;
  }
}

function bucketOf(ns: number): number {
  if (ns < SUB) return ns | 0;
  // Math.clz32 sees 32 bits; above that, halve first.
  const exponent = ns < 4_294_967_296 ? 31 - Math.clz32(ns) : 63 - Math.clz32(ns / 4_294_967_296);
  const shift = exponent - SUB_BITS;
  const bucket = (shift + 1) * SUB + (Math.floor(ns * (PER_SUB[shift] ?? 0)) - SUB);
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

function upperEdgeNs(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = Math.floor(bucket / SUB) - 1;
  return (SUB + (bucket % SUB) + 1) * 2 ** shift - 1;
}

/** What a health row is made of beyond the lag itself. */
export interface HealthSources {
  readonly inFlight: () => number;
  readonly queued: () => number;
  /** Worst delay of the event loop since it was last asked. */
  readonly takeLoopDelayMaxNs: () => number;
}

/**
 * Gathers what becomes one `HealthRow` a second, when it is asked for it. Observes garbage collection of this thread
 * from `start` to `stop`.
 */
export class HealthMeter {
  readonly lag = new LagHistogram();
  readonly #sources: HealthSources;
  readonly #observer: PerformanceObserver;
  #gcNs = 0;
  #endNs = Infinity;

  constructor(sources: HealthSources) {
    this.#sources = sources;
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcNs += duration * NS_PER_MS;
    });
  }

  start(nowNs: number): void {
    this.lag.clear();
    this.#gcNs = 0;
    this.#sources.takeLoopDelayMaxNs();
    this.#endNs = nowNs + NS_PER_S;
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** When the second that was begun is over; Infinity unless started. */
  get secondEndNs(): number {
    return this.#endNs;
  }

  /** The row of what has passed since the last one; the next second begins. */
  take(nowNs: number): HealthRow {
    const row: HealthRow = {
      atNs: nowNs,
      lagP99Ns: this.lag.quantileNs(0.99),
      lagMaxNs: this.lag.count === 0 ? null : this.lag.maxNs,
      loopDelayMaxNs: this.#sources.takeLoopDelayMaxNs(),
      gcNs: Math.round(this.#gcNs),
      inFlight: this.#sources.inFlight(),
      queued: this.#sources.queued(),
    };
    this.lag.clear();
    this.#gcNs = 0;
    this.#endNs = nowNs + NS_PER_S;
    return row;
  }

  /** Observes nothing any more. */
  stop(): void {
    this.#endNs = Infinity;
    this.#observer.disconnect();
  }
}

/** Reads the CPU time of the thread that made it, from a file that is kept open: to open it each time takes 0.1 ms. */
export class ThreadCpuClock {
  readonly #file: number | null;
  readonly #text = Buffer.alloc(64);

  constructor() {
    this.#file = openThreadCpu();
  }

  /** Nanoseconds since the thread began; null where Linux's schedstat is not to be had. */
  usedNs(): number | null {
    if (this.#file === null) return null;
    const length = readSync(this.#file, this.#text, 0, this.#text.length, 0);
    const used = Number(this.#text.toString('latin1', 0, length).split(' ')[0]);
    return Number.isFinite(used) ? used : null;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }
}
