/**
 * The summary: every derived number of one run, with its unit in its name. This is `summary.json`.
 * Definitions: the metric table of the documentation; percentiles from raw samples only, never from histograms.
 */
import type { ErrorClass, Outcome, ProbeEvent, RunStatus, SearchEnding } from '../record/index.js';
import type { Aftermath, RunAftermath } from './aftermath/types.js';
import type { Attribution } from './attribution/types.js';
import type { Consequences } from './consequences/types.js';
import type { FluidLimit } from './fluid-limits.js';
import type { GrowthSummary } from './growth-summary.js';
import type { BoundUnit, FaultType, Gate } from './inputs.js';
import type { ArrivalFit } from './arrivals.js';
import type { DriftSummary } from './drift/types.js';
import type { PhaseHypotheses } from './hypotheses/types.js';
import type { SteadyState } from './steady-state/types.js';

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
   * How many of `n` were given up on, so that their true length is unknown and at least what was seen. They enter mean and
   * maximum as seen (a lower bound) and rank as slower than everything answered in the quantiles.
   */
  readonly censored: number;
  readonly meanNs: number | null;
  readonly minNs: number | null;
  readonly maxNs: number | null;
  /** p50, p90, p95, p99, p99.9, in that order. */
  readonly quantiles: readonly Quantile[];
}

export type StageName = 'client-queue' | 'send-lag' | 'outbound' | 'upstream-queue' | 'service' | 'return' | 'wait' | 'read';

/** Where the response time of `ok` attempts went. The stages of each attempt sum to its response time. */
export interface StageSplit {
  /** `upstream`: the upstream reports its own stamps (six stages). `generator`: it does not (client-queue, send-lag, wait, read). */
  readonly source: 'upstream' | 'generator';
  readonly n: number;
  /** Attempts left out because a stage came out negative: a clock problem, never printed as a number. */
  readonly clockProblems: number;
  readonly stages: readonly { readonly stage: StageName; readonly durations: Durations }[];
}

export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** One slice of logical calls: a phase, a stage of one, or a tool within a phase. Warm-up is left out. */
export interface CallStats {
  /** Logical calls whose intended start lies in the slice and whose end is known. */
  readonly offered: number;
  readonly attempts: number;
  /** Of logical calls, by final outcome. */
  readonly outcomes: OutcomeCounts;
  /** Of logical calls, by error class of the final attempt; only those that occur, most frequent first. */
  readonly errorClasses: readonly { readonly errorClass: ErrorClass; readonly count: number }[];
  /** `ok` within the deadline. */
  readonly good: number;
  /** `ok` after the deadline. */
  readonly late: number;
  readonly goodputPerSecond: number;
  /** good / offered; null when nothing was offered. */
  readonly goodRatio: number | null;
  /** 1 - on-time ok / offered; null when nothing was offered. */
  readonly missRatio: number | null;
  /**
   * done - intended of logical calls. The headline. `ok`: right answers, late ones included. `all`: until the caller knew,
   * whatever it was; a call given up at its deadline is censored there.
   */
  readonly responseTime: { readonly ok: Durations; readonly all: Durations };
  /** done - sent of final attempts that were sent: what a closed eye would see. Never shown alone. */
  readonly serviceView: { readonly ok: Durations; readonly all: Durations };
  /** attempts / logical calls; null when nothing was offered. */
  readonly retryAmplification: number | null;
}

export interface QueueAge {
  /**
   * What ends a call's wait. `upstream`: service began (or the call ended without). `generator`: it was sent, because the
   * upstream reports no stamps; what waits inside the target is then not seen here.
   */
  readonly source: 'upstream' | 'generator';
  /** Over the slice's schedule, exact. */
  readonly maxNs: number;
  /** 99th percentile over time (sampled every 10 ms of the slice). */
  readonly p99Ns: number;
  /** Theil-Sen slope in ns of age per second, with a 95 % block-bootstrap interval; null under 5 s of data. */
  readonly slope: { readonly nsPerSecond: number; readonly low: number; readonly high: number } | null;
}

export interface ToolStats extends CallStats {
  readonly label: string;
  readonly tool: string;
}

export interface StageStats extends CallStats {
  readonly label: string;
  /** Rate at the stage's start, and all along unless it is a ramp; of a replay its mean. */
  readonly ratePerSecond: number;
  /** Rate at the end of a ramp; null where the rate is held. */
  readonly rampToPerSecond: number | null;
  readonly fromNs: number;
  readonly toNs: number;
  readonly queueAge: QueueAge;
}

/** How an open-loop backlog went away (overload phases). */
export interface Drain {
  /** Longest response time of any call of the phase, and the run time at which its call was intended. */
  readonly peakWaitNs: number;
  readonly peakWaitAtNs: number;
  /** End of the overload stage to the first moment with an empty queue; null: never while the schedule ran (censored). */
  readonly drainNs: number | null;
  /** What "empty" means: nothing waits for service, or, without upstream stamps, nothing is in the system at all. */
  readonly emptyWhen: 'none-waiting' | 'none-in-system';
  /** How long was looked: the censoring bound. */
  readonly observedNs: number;
  /** T (rho_over - 1) / (1 - rho), with the capacity it used; null when no capacity is known or rho >= 1. */
  readonly fluid: { readonly drainNs: number; readonly peakWaitNs: number; readonly capacityPerSecond: number; readonly capacityFrom: 'load-line' | 'observed'; readonly ignores: readonly FluidLimit[] } | null;
}

/**
 * One phase. A capacity phase as a whole has no calls of its own here (`offered` is 0 and nothing is estimable): its probes are
 * its `stages`, each measured after its own warm-up; the verdicts on them are in `Summary.capacities`.
 */
export interface PhaseSummary extends CallStats {
  readonly index: number;
  readonly name: string;
  readonly regime: 'floor' | 'steady' | 'overload' | 'stages' | 'spike' | 'replay' | 'capacity' | 'soak';
  readonly loop: 'open' | 'closed';
  readonly concurrency: number | null;
  /** Phase start, end of warm-up, end of schedule, everything answered. Run time. */
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** Logical calls of the warm-up, kept in the samples and left out here. */
  readonly warmupCalls: number;
  /** Open loop: the rate of the schedule over the measured window. */
  readonly scheduledPerSecond: number | null;
  readonly offeredPerSecond: number;
  /** `ok` calls, late ones included, done within the measured window. */
  readonly completedPerSecond: number;
  /** Most completions in any 10 s window (or the whole window when shorter) per second; never a headline. */
  readonly peakPerSecond: number;
  readonly scheduleLag: Durations;
  /** Open loop: whether the calls left as the scenario's arrivals say; null where that is not judged. */
  readonly arrivals: ArrivalFit | null;
  readonly stageSplit: StageSplit | null;
  readonly queueAge: QueueAge;
  readonly inFlight: { readonly mean: number; readonly max: number };
  /** |L - X W| / L over the measured window, attempts from sent to done; null when nothing was in flight. */
  readonly littleResidual: number | null;
  readonly newConnections: number;
  /** Steady phases only: whether they were, and from when on. */
  readonly steadyState: SteadyState | null;
  /** The calls of the steady stretch, where that is not the measured window all else here speaks of; null otherwise. */
  readonly steadyNumbers: CallStats | null;
  readonly stages: readonly StageStats[];
  readonly drain: Drain | null;
  readonly tools: readonly ToolStats[];
}

export interface RecoverySummary {
  readonly fault: string;
  readonly type: FaultType;
  readonly on: string;
  readonly phase: string;
  /** Confirmed edges in run time. */
  readonly onsetNs: number;
  readonly clearNs: number | null;
  /** Half-width of what is not known about an edge: confirmed - asked. */
  readonly onsetUncertaintyNs: number;
  readonly clearUncertaintyNs: number | null;
  /**
   * From the windows of the phase before its first fault, warm-up and the last of them left out; the p99 (the maximum under 100
   * calls) is of `ok` calls. Null: too little to say, with the reason in `note`.
   */
  readonly baseline: { readonly goodputPerSecond: number; readonly p99Ns: number; readonly windows: number } | null;
  /** Latency is judged with failures at their deadline; of `ok` calls alone when calls fail without any fault too. */
  readonly band: { readonly maxP99Ns: number; readonly minGoodputPerSecond: number } | null;
  readonly windowNs: number;
  readonly holdNs: number;
  readonly timeToDetect: { readonly kind: 'value'; readonly ns: number } | { readonly kind: 'not-breached' } | { readonly kind: 'unknown' };
  readonly timeToRecover:
    | { readonly kind: 'value'; readonly ns: number }
    /** Not inside the band for the hold time before the data ended: more than `ns`. */
    | { readonly kind: 'censored'; readonly ns: number }
    | { readonly kind: 'not-breached' }
    | { readonly kind: 'unknown' };
  /** Fault clear to the first empty queue; `fluidNs` is backlog at clear / (load line - offered rate). Null without a clear. */
  readonly drain: {
    readonly ns: number | null;
    readonly observedNs: number;
    readonly fluidNs: number | null;
    /** What the prediction leaves out though it was there; empty without a prediction. */
    readonly fluidIgnores: readonly FluidLimit[];
    readonly emptyWhen: 'none-waiting' | 'none-in-system';
  } | null;
  readonly dip: { readonly lostGoodCalls: number; readonly depth: number } | null;
  readonly aftermath: Aftermath;
  readonly note: string | null;
}

/** One window of a recovery curve. `fromNs` is relative to the fault's onset. */
export interface RecoveryWindow {
  readonly fromNs: number;
  readonly goodputPerSecond: number;
  /** p99 (or the maximum under 100 calls) of response times, failures counted at their deadline; null without calls. */
  readonly p99Ns: number | null;
  readonly okP99Ns: number | null;
  readonly offered: number;
  /** Of the calls offered in it, retries included. */
  readonly attempts: number;
  readonly inBand: boolean | null;
}

export interface EffectCounts {
  /** Logical calls with `effect: exactly-once`. */
  readonly calls: number;
  readonly exactlyOnce: number;
  /** Sum of max(0, n - 1). */
  readonly duplicates: number;
  /** Acknowledged, never executed. */
  readonly lost: number;
  /** Executed at least once, but the caller saw a failure. */
  readonly orphans: number;
}

/** Effects over the whole run, warm-up included: a booking made twice while warming up is still made twice. */
export interface EffectSummary extends EffectCounts {
  /** Executions in the ledger that named no call of this run, such as those of the preflight. */
  readonly unattributed: number;
  /** The same by phase and call label; only slices with calls. */
  readonly slices: readonly (EffectCounts & { readonly phase: string; readonly label: string })[];
}

export type ValidityCode =
  | 'schedule-lag'
  | 'achieved-below-offered'
  | 'little-residual'
  | 'generator-saturated'
  | 'over-self-capacity'
  | 'generator-cpu'
  | 'machine-pressure'
  | 'cpu-steal'
  | 'contended-machine'
  | 'no-steady-verdict'
  | 'no-steady-state'
  | 'steady-state-broken'
  | 'arrival-process'
  | 'fault-proxy-wedged'
  | 'fault-engine-died'
  | 'fault-not-confirmed'
  | 'service-died'
  | 'clock-problem'
  | 'interrupted'
  | 'record-incomplete'
  | 'samples-unaccounted'
  | 'no-samples';

export interface ValidityReason {
  readonly code: ValidityCode;
  /** `invalid` makes the run invalid; `warning` is told and does not. */
  readonly severity: 'invalid' | 'warning';
  readonly phase: string | null;
  /** What was seen, with numbers and units, and the limit it broke. */
  readonly what: string;
  readonly remedy: string;
}

export interface Validity {
  readonly verdict: 'valid' | 'invalid';
  /** True when the machine was so busy that no gate may pass or fail on these numbers. */
  readonly gatesInconclusive: boolean;
  readonly reasons: readonly ValidityReason[];
}

/** A probe as it was judged while the run went on; its other numbers are the phase's stage of the same position. */
export type CapacityProbe = Omit<ProbeEvent, 'type' | 'atNs' | 'phase'>;

/**
 * The last probe rate up to which at least 90 % of what was offered more came back as goodput. `too-few-rates`: fewer than
 * `neededRates` different ones; `still-growing`: up to the highest; `never-grew`: not even to the lowest.
 */
export type Knee =
  | { readonly kind: 'found'; readonly ratePerSecond: number; readonly goodputPerSecond: number; readonly rates: number }
  | { readonly kind: 'none'; readonly reason: 'too-few-rates' | 'still-growing' | 'never-grew'; readonly rates: number; readonly neededRates: number };

/**
 * A capacity search: the sustainable throughput lies in [passed, failed), the highest rate whose queue stayed bounded and whose
 * calls kept their budget, and the lowest above it whose did not. Null on a side: that end was not found, and `ended` says why.
 */
export interface CapacitySummary {
  readonly phase: string;
  /** Null when the record breaks off before the search ended. */
  readonly ended: SearchEnding | null;
  readonly passedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  readonly probes: readonly CapacityProbe[];
  readonly knee: Knee;
  /** The service that was gone while this was searched; null: none, and this is the stack's load line. */
  readonly without: string | null;
  /**
   * What is left above the operating rate without that service: the recovery capacity lies in [low, high) calls a second (negative:
   * the stack is over its limit then), and headroom is 1 - operating rate / passed rate. Null without a loss, an operating rate, or a rate that passed.
   */
  readonly recovery: { readonly operatingPerSecond: number; readonly lowPerSecond: number; readonly highPerSecond: number | null; readonly headroom: number } | null;
}

/** What a closed-loop steady phase adds to the picture of scaling. */
export interface ScalingPoint {
  readonly phase: string;
  readonly concurrency: number;
  readonly completedPerSecond: number;
}

/** A parameter with its 95 % interval, by resampling the residuals of the fit. */
export interface Fitted {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Throughput against concurrency by the Universal Scalability Law, or why it is not fitted. */
export type ScalingSummary =
  | {
      readonly kind: 'fitted';
      readonly points: readonly ScalingPoint[];
      /** Throughput of one caller. */
      readonly lambdaPerSecond: Fitted;
      /** Contention: the share of the work that is done one at a time. */
      readonly sigma: Fitted;
      /** Coherence: what each pair of callers costs. */
      readonly kappa: Fitted;
      /** sqrt((1 - sigma) / kappa) and the throughput there; null when kappa is 0: then there is no peak. */
      readonly peakConcurrency: number | null;
      readonly peakPerSecond: number | null;
    }
  | {
      readonly kind: 'refused';
      readonly points: readonly ScalingPoint[];
      /** Different levels of concurrency that completed calls, and how many a fit needs. */
      readonly levels: number;
      readonly neededLevels: number;
      readonly reason: 'too-few-levels' | 'no-fit';
    };

/** The floor beside the machine's own. */
export interface FloorSummary {
  readonly phase: string;
  readonly responseTimeOk: Durations;
  readonly yardstick: {
    readonly tcpEchoP50Ns: number | null;
    readonly httpNoopP50Ns: number | null;
    /** Our own client against a constant answer: the harness's share. */
    readonly harnessP50Ns: number | null;
  } | null;
}

export interface Summary {
  readonly schema: 'plimsoll/summary-v1';
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedUtc: string;
  readonly durationNs: number;
  readonly scenarioDigest: string;
  readonly loadLine: { readonly perSecond: number; readonly from: 'declared' | 'measured' } | null;
  readonly validity: Validity;
  readonly floor: FloorSummary | null;
  readonly phases: readonly PhaseSummary[];
  /** One for each open-loop phase that was begun and is no search: which queue grew first in it. */
  readonly attributions: readonly Attribution[];
  /** From the closed-loop steady phases; null when there is none. */
  readonly scaling: ScalingSummary | null;
  /** One for each capacity phase that was begun. */
  readonly capacities: readonly CapacitySummary[];
  readonly recoveries: readonly RecoverySummary[];
  readonly aftermath: RunAftermath;
  /** One for each phase with faults that hypotheses are stated for. */
  readonly hypotheses: readonly PhaseHypotheses[];
  /** How the tool list changed; null when nobody watched it. */
  readonly drift: DriftSummary | null;
  readonly effects: EffectSummary | null;
  readonly consequences: Consequences;
  /** One for each soak phase that was run. */
  readonly growth: readonly GrowthSummary[];
  readonly samples: {
    readonly attempts: number;
    readonly logicalCalls: number;
    /** Logical calls without a last attempt, or missing from the sequence: their end is not known. */
    readonly unaccounted: number;
  };
  /** How well the generator kept up; null where nothing was recorded. `gcShare` is of the time the phases took, drains included. */
  readonly generator: {
    readonly loopDelayMaxNs: number | null;
    readonly gcShare: number | null;
    /** Highest rate that this machine was known to offer on time before the run, by its own test. */
    readonly selfCapacityPerSecond: number | null;
    /** Highest rate that a schedule of this run asked for, probes included; null without an open loop. */
    readonly highestRatePerSecond: number | null;
  };
  /** Share of a core lost to others while the machine was probed with a spin loop, the worst of the probes; null when not probed. */
  readonly spinLostShare: number | null;
  /** What the run warned of while it went on. */
  readonly warnings: readonly { readonly atNs: number; readonly code: string; readonly what: string; readonly remedy: string }[];
}

/** A gate's verdict and why. */
export interface GateResult {
  readonly gate: Gate;
  /** The gate in words: `response-time p99 of steady <= 100 ms`. */
  readonly text: string;
  readonly verdict: 'pass' | 'regress' | 'inconclusive' | 'invalid';
  /** What was measured, in `unit`; null when there was nothing to measure. */
  readonly measured: number | null;
  /** In `unit`: how fine it was measured. A measured 0 then means less than this. */
  readonly step?: number;
  readonly unit: BoundUnit;
  readonly why: string;
}
