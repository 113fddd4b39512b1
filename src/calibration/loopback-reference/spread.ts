/** A few quantiles of a probe, in nanoseconds. */
export interface Spread {
  readonly n: number;
  /** Null without values. */
  readonly p50: number | null;
  readonly p90: number | null;
  /** Null under 662 values: not estimable (binomial bound at 99 % confidence). */
  readonly p99: number | null;
}

const P99_NEEDS = 662;

/** Nearest-rank quantiles of raw values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), p99: sorted.length >= P99_NEEDS ? at(0.99) : null };
}
