/**
 * The clock: nanoseconds on the one monotonic clock of the host.
 *
 * Owns how a moment is read and written down. On Linux `process.hrtime` is CLOCK_MONOTONIC, so stamps that several
 * processes of one host take are comparable. Does not own: timers, pacing, or wall-clock formatting.
 */

/** Absolute monotonic time in nanoseconds: what two processes compare. */
export type MonotonicNs = bigint;

/**
 * Nanoseconds since the epoch of a run, as a double: exact up to 2^53 ns (104 days after the epoch).
 * Every time in a run record is of this kind.
 */
export type RunNs = number;

/** Reads nanoseconds since a run's epoch. */
export type NowNs = () => RunNs;

/** Now, absolute. */
export function monotonicNow(): MonotonicNs {
  return process.hrtime.bigint();
}

/**
 * A reader that counts from `epochNs`. Costs about 50 ns a call. `process.hrtime` reads the same clock as
 * `hrtime.bigint`, and the array it gives never comes to be where the reader is compiled into a loop (a BigInt would,
 * each time). For that the factor has to be a local: with an exported constant read in between V8 makes the array after
 * all (hundreds of MB/s in a loop that only reads: measured on Node 20, 22 and 24).
 */
export function clockFrom(epochNs: MonotonicNs): NowNs {
  const epochS = Number(epochNs / 1_000_000_000n);
  const epochRestNs = Number(epochNs % 1_000_000_000n);
  const nsPerS = NS_PER_S;
  const { hrtime } = process;
  return () => {
    const now = hrtime();
    return (now[0] - epochS) * nsPerS + (now[1] - epochRestNs);
  };
}

/** The start of a run on both clocks, taken as one pair. */
export interface RunEpoch {
  /** Monotonic epoch, decimal, because JSON has no 64-bit integers. */
  readonly monotonicNs: string;
  /** The same moment in UTC, ISO 8601 with milliseconds. */
  readonly utc: string;
}

/** Takes the epoch of a run. */
export function takeEpoch(): RunEpoch {
  return { utc: new Date().toISOString(), monotonicNs: monotonicNow().toString() };
}

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;
