/** The verdict on stationarity. Part of the summary. */

/**
 * The quantity that is compared window by window. `response-time`: median of the calls intended in the window, in ns,
 * a call that did not end `ok` counted at its deadline. `throughput`: `ok` calls done in the window, a second.
 */
export type StationarityQuantity = 'response-time' | 'throughput';

/**
 * One quantity over a stretch of windows. Levels and slopes are in the quantity's own unit, and that a second. `shift`
 * is the clearest split of the stretch in two, null where the stretch is too short for one; it is a finding only where
 * `finding` says so.
 */
export interface StationarityTest {
  readonly quantity: StationarityQuantity;
  /** Windows that had calls. */
  readonly windows: number;
  /** Median of the windows. */
  readonly level: number;
  /** Theil-Sen slope with the 99 % interval of the Mann-Kendall test for autocorrelated data; a null end is open. */
  readonly slopePerSecond: { readonly value: number; readonly low: number | null; readonly high: number | null };
  readonly shift: { readonly atNs: number; readonly before: number; readonly after: number; readonly p: number } | null;
  /**
   * Windows that are worth as much as independent ones: n (1 - r) / (1 + r), r the lag-1 autocorrelation of what trend
   * or shift leaves over, whichever leaves less.
   */
  readonly effectiveWindows: number;
  /**
   * `trend`, `shift`: significant (1 %, 0.5 %) and material: it changes the quantity over the stretch by more than a
   * fifth of its level (response time; and by more than 1 ms) or a tenth (throughput). Where both are, the one that
   * leaves less over.
   */
  readonly finding: 'none' | 'trend' | 'shift';
}

/** A stretch of the schedule and what its windows say. */
export interface StationarityStretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly tests: readonly StationarityTest[];
}

/**
 * Whether a steady phase was stationary. Judged is the measured window, up to the first fault where there is one.
 *
 * `stationary`: the whole of it. `stationary-later`: it begins with a transient and is stationary from `chosen.fromNs`
 * on, which is the MSER truncation point: at least half of it, and 5 s, are kept. `not-stationary`: trend or level
 * shift even then. `undecided`: nothing was found, but neighbouring windows depend on each other so much that nothing
 * could have been.
 *
 * The numbers of the phase stay those of the measured window; `PhaseSummary.stationaryStats` holds those of the chosen
 * stretch where it is another.
 */
export type Stationarity =
  | { readonly verdict: 'not-judged'; readonly why: 'too-short' | 'too-few-calls' | 'fault' | 'broken-off' }
  | {
      readonly verdict: 'stationary' | 'stationary-later' | 'not-stationary' | 'undecided';
      readonly windowNs: number;
      readonly judged: StationarityStretch;
      /** Null where there is no stationary stretch, or none that could be found. */
      readonly chosen: StationarityStretch | null;
    };
