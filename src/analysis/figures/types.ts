/**
 * What the charts draw: plain arrays, one entry a point, times in nanoseconds since the run's epoch.
 * For display: anything compared or gated is in the summary.
 */
import type { Outcome } from '../../record/index.js';
import type { StageName } from '../queue/index.js';
import type { RecoveryWindow } from '../recovery/index.js';
import type { MetricSeries } from '../server-metrics/index.js';
import type { GrowthCurve } from '../stability/index.js';

/** Quantiles of a set of response times by window; null where there are too few calls (p99: 100, p99.9: 1 000). */
export interface QuantileSeries {
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  readonly p999Ns: readonly (number | null)[];
  readonly maxNs: readonly (number | null)[];
}

/**
 * The run in windows of equal length, warm-up included. All arrays have one entry a window.
 * Calls belong to the window of their intended start, whatever became of them later: in every window
 * offered = on time + late + shed + failed.
 */
export interface Timeline {
  readonly windowNs: number;
  readonly fromNs: readonly number[];
  readonly offeredPerSecond: readonly number[];
  readonly goodputPerSecond: readonly number[];
  readonly latePerSecond: readonly number[];
  readonly shedPerSecond: readonly number[];
  /** Calls that ended otherwise, by outcome; only outcomes that occur, in the order of their precedence. */
  readonly failedPerSecond: readonly { readonly outcome: Outcome; readonly perSecond: readonly number[] }[];
  /** Response times of `ok` calls alone: flattering while a server fails. */
  readonly responseOk: QuantileSeries;
  /** Response times with every failure counted at its deadline. */
  readonly responseAll: QuantileSeries;
  /** Latency from send of `ok` calls: from the send of the last attempt. */
  readonly fromSendOk: QuantileSeries;
  readonly queueAgeMaxNs: readonly number[];
  /** Most calls in the upstreams at a poll, abandoned ones included; null where none fell into the window. */
  readonly upstreamCalls: readonly (number | null)[];
  /** Mean number of attempts between sent and done. */
  readonly inFlightMean: readonly number[];
}

/**
 * Response times of all calls in windows that are whole numbers of those of the timeline, failures counted at their
 * deadline. A quantile above `knownShare` is a lower bound: it ranks behind a call that never got an answer. Under 100
 * calls the p99 of a window is its maximum. Null without calls.
 */
export interface ResponseWindows {
  readonly windowNs: number;
  readonly fromNs: readonly number[];
  readonly calls: readonly number[];
  readonly p50Ns: readonly (number | null)[];
  readonly p90Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  readonly knownShare: readonly number[];
}

/** What all processes of one name used at each poll, about once a second; null where that is not reported. */
export interface ProcessCurve {
  /** Service name, `plimsoll` (the load generator) or `fault-engine`. */
  readonly process: string;
  readonly points: readonly {
    readonly atNs: number;
    /** Mean number of cores since the poll before. */
    readonly cores: number | null;
    readonly rssBytes: number | null;
  }[];
}

export interface PhaseBand {
  readonly phase: string;
  readonly loop: 'open' | 'closed';
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** Two or more only where the rate changes within the phase. */
  readonly stages: readonly {
    readonly label: string;
    readonly ratePerSecond: number;
    readonly rampToPerSecond: number | null;
    readonly fromNs: number;
    readonly toNs: number;
  }[];
}

export interface FaultBand {
  readonly fault: string;
  readonly type: string;
  readonly on: string;
  readonly phase: string;
  readonly plannedOnNs: number;
  readonly confirmedOnNs: number | null;
  /** Null: the edge never came. */
  readonly plannedOffNs: number | null;
  readonly confirmedOffNs: number | null;
}

/** A percentile curve. `x` = 1 / (1 - q); it ends where under 10 samples lie beyond, or at the first censored one. */
export interface CurvePoint {
  readonly x: number;
  readonly q: number;
  readonly ns: number;
}

export interface PercentileCurves {
  readonly phase: string;
  readonly loop: 'open' | 'closed';
  readonly responseOk: readonly CurvePoint[];
  readonly responseAll: readonly CurvePoint[];
  readonly fromSendOk: readonly CurvePoint[];
  /** Distinct deadlines the scenario states, ascending. */
  readonly deadlinesNs: readonly number[];
}

/** Schedule lags of an open-loop phase's measured window, in bins of a fifth of a decade. */
export interface LagHistogram {
  readonly phase: string;
  /** From here on a call counts as late: a timer's own error. */
  readonly limitNs: number;
  /** Lags under `underNs`, and how many there were. */
  readonly underNs: number;
  readonly under: number;
  /** From the first to the last that holds a lag; each from its lower edge up to, and without, its upper. */
  readonly bins: readonly { readonly fromNs: number; readonly toNs: number; readonly count: number }[];
}

/** Calls by intended start and response time (all outcomes, as the caller saw it). Only cells that hold calls. */
export interface Heatmap {
  readonly timeBinNs: number;
  /** Ascending, equal steps on a log scale; cell row i spans edges i to i + 1. */
  readonly latencyEdgesNs: readonly number[];
  readonly cells: readonly { readonly fromNs: number; readonly row: number; readonly count: number }[];
}

export interface RecoveryCurve {
  readonly fault: string;
  readonly windows: readonly RecoveryWindow[];
}

export interface StageBars {
  readonly phase: string;
  readonly loop: 'open' | 'closed';
  readonly source: 'upstream' | 'generator';
  /** Mean share of each stage: they sum to the mean response time of the split's attempts. */
  readonly stages: readonly { readonly stage: StageName; readonly meanNs: number }[];
}

export interface Figures {
  readonly timeline: Timeline;
  readonly response: ResponseWindows;
  /**
   * By window of the timeline: age of the oldest call that was still to be executed after its caller had given up, by
   * the ledgers of the upstreams. Null: no ledger shows one.
   */
  readonly abandonedAgesNs: readonly number[] | null;
  readonly processes: readonly ProcessCurve[];
  readonly phases: readonly PhaseBand[];
  readonly faults: readonly FaultBand[];
  readonly percentiles: readonly PercentileCurves[];
  /** One for each open-loop phase that sent calls and is no search. */
  readonly lags: readonly LagHistogram[];
  readonly heatmap: Heatmap;
  readonly recoveries: readonly RecoveryCurve[];
  readonly stageSplits: readonly StageBars[];
  readonly growth: readonly GrowthCurve[];
  readonly metricSeries: readonly MetricSeries[];
}
