/** Resource trends of the processes of a run, over a soak phase. Part of the summary. */

/** A quantity of a process over a soak phase, warm-up included; in bytes, or in numbers of things. */
export interface GrowthCurve {
  readonly phase: string;
  readonly process: string;
  readonly pid: number;
  readonly quantity: GrowthQuantity;
  readonly measuredFromNs: number;
  /** Means over equal parts where there are many polls. */
  readonly points: readonly { readonly atNs: number; readonly value: number }[];
  /** Both ends of the fitted line; null without a trend. */
  readonly trend: readonly { readonly atNs: number; readonly value: number }[] | null;
}

/** The quantities of a process: resident memory in bytes, the others in numbers of things. */
export type GrowthQuantity = 'rss' | 'descriptors' | 'sockets' | 'threads' | 'sessions';

/**
 * `growing`: the 95 % interval of the slope lies above 0, and the slope makes at least 1 MiB, or two things, over the
 * measured window. `flat`: otherwise; the interval says how flat. `too-short`: under 20 polls. `unknown`: not reported.
 */
export type GrowthVerdict = 'growing' | 'flat' | 'too-short' | 'unknown';

export interface GrowthTrend {
  readonly quantity: GrowthQuantity;
  /** Polls, about one a second, that reported the quantity, warm-up left out. */
  readonly polls: number;
  /** Means over the first and last part that the trend is fitted to, in bytes or things; null without a trend. */
  readonly first: number | null;
  readonly last: number | null;
  /**
   * Theil-Sen slope in bytes or things an hour, with a 95 % interval (`statistics/trend`); null when there is too
   * little of it.
   */
  readonly slopePerHour: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly verdict: GrowthVerdict;
  /** Why it is unknown; null when it is known. */
  readonly reason: string | null;
}

/** A process that the run started, `plimsoll` itself, or `fault-engine`. A restarted service has an entry a process. */
export interface ProcessGrowth {
  readonly process: string;
  readonly pid: number;
  /** One a quantity, in the order of `GrowthQuantity`. */
  readonly trends: readonly GrowthTrend[];
}

/** One soak phase. */
export interface GrowthSummary {
  readonly phase: string;
  /** The measured window: end of the warm-up to the end of the schedule. */
  readonly fromNs: number;
  readonly toNs: number;
  /** `growing` when any quantity of any process grows, else the verdict on resident memory. */
  readonly verdict: GrowthVerdict;
  readonly processes: readonly ProcessGrowth[];
}
