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

/** Nearest-rank quantile of raw values; null without any. */
export function nearestRank(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(share * sorted.length) - 1] ?? null;
}

export function spreadOf(values: readonly number[]): Spread {
  const p99 = values.length >= P99_NEEDS ? nearestRank(values, 0.99) : null;
  return { n: values.length, p50: nearestRank(values, 0.5), p90: nearestRank(values, 0.9), p99 };
}
