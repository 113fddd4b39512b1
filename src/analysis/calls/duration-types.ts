/** Sets of durations, and quantiles that say when they can't be said. */

/** A quantile that says when it can't be said. `q` in 0..1. */
export type Quantile =
  | {
      readonly kind: 'value';
      readonly q: number;
      readonly ns: number;
      /** 95 % interval by order statistics (binomial); null where the sample does not reach far enough on a side. */
      readonly lowNs: number | null;
      readonly highNs: number | null;
    }
  /** Fewer samples than the binomial bound at 99 % confidence asks for. */
  | { readonly kind: 'not-estimable'; readonly q: number; readonly n: number; readonly needed: number }
  /** The quantile lies at or beyond the deadline: it is at least `ns`. */
  | { readonly kind: 'censored'; readonly q: number; readonly ns: number };

/** A set of durations in nanoseconds. Mean, minimum and maximum are null when n = 0. */
export interface Durations {
  readonly n: number;
  /**
   * How many of `n` were given up on, so that their true length is unknown and at least what was seen. They enter mean
   * and maximum as seen (a lower bound) and rank as slower than everything answered in the quantiles.
   */
  readonly censored: number;
  readonly meanNs: number | null;
  readonly minNs: number | null;
  readonly maxNs: number | null;
  /** p50, p90, p95, p99, p99.9, in that order. */
  readonly quantiles: readonly Quantile[];
}
