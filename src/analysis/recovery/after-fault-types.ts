/**
 * What stayed after a fault, and what the faults and ramps of a run show together. Part of the summary.
 *
 * Three stretches are compared throughout. Before: the undisturbed windows the recovery's baseline is made of. During:
 * from the confirmed onset to the confirmed clear. After: from the clear to the end of the schedule, or to the next
 * fault. A call belongs to the stretch of its intended start, an attempt to that of its sending.
 */
import type { FaultType } from '../../scenario/index.js';

/** Why a fault is not judged (`no-clear` to `rate-changed`), or why the data is not enough (the others). */
export type MetastabilityReason =
  | 'no-clear'
  | 'no-baseline'
  /** The callers of a closed loop offer less when answers are late: the offered rate was not constant. */
  | 'closed-loop'
  /** From the baseline to a hold time after the clear the schedule has more than one rate, a ramp or a recording. */
  | 'rate-changed'
  /** Less than a hold time lies between the clear and the end of the data. */
  | 'too-short'
  /** Goodput was low to the end, but the backlog of the fault may not have drained yet. */
  | 'draining'
  /** Goodput was neither normal nor low for a whole hold time at the end. */
  | 'unsettled';

/** Whether a stack stayed down by itself, its trigger gone (Bronson et al., HotOS 2021; Huang et al., OSDI 2022). */
export interface Metastability {
  /**
   * `recovered`: goodput was at least 0.9 of its baseline for a hold time. `metastable`: it was not, and was below that
   * for the last observed hold time, trigger gone and offered rate unchanged. In windows, whole calls counted, as for
   * the normal range.
   */
  readonly verdict: 'recovered' | 'metastable' | 'censored' | 'not-judged';
  readonly reason: MetastabilityReason | null;
  /** The rate the schedule held from the baseline on; null where it held none. */
  readonly offeredPerSecond: number | null;
  /** G0, and the goodput over the last observed hold time (less when less was observed). */
  readonly baselinePerSecond: number | null;
  readonly goodputPerSecond: number | null;
  /** From the clear, in whole windows at the unchanged rate. */
  readonly observedNs: number;
  /** From the clear to the first hold time of normal goodput; null unless recovered. */
  readonly recoveredAfterNs: number | null;
}

/** Retries of the calls of one stretch. */
export interface Amplification {
  readonly calls: number;
  readonly attempts: number;
  /** attempts / calls; null without calls. */
  readonly perCall: number | null;
  /** Share of the attempts that failed in a way their call's policy tries again; null without attempts. */
  readonly failedShare: number | null;
  /**
   * (1 - p^(r+1)) / (1 - p), with p that share and r the most retries of each kind of call, by calls. It takes every
   * attempt to fail with the same p: fewer are made where failures keep to some of the calls, or deadlines and budgets
   * forbid retries. Null without calls.
   */
  readonly expectedPerCall: number | null;
}

/** Most in a window before and after; whole windows only. */
export interface Storm {
  readonly peakBeforePerSecond: number;
  readonly peakAfterPerSecond: number;
  /** After / before; null when there was nothing before. */
  readonly factor: number | null;
}

/**
 * Index of dispersion (variance / mean) of attempts sent per bin: about 0 for even sending, 1 for independent, more for
 * bursts.
 */
export interface Burstiness {
  readonly binNs: number;
  /** Null under 50 bins or 100 attempts. */
  readonly before: number | null;
  /** Over the first hold time after the clear. */
  readonly after: number | null;
}

/** One call label around a fault. */
export interface RouteImpact {
  readonly label: string;
  /** Whether its calls pass the faulty link or service, by the plan. */
  readonly touched: boolean;
  readonly offeredBefore: number;
  readonly goodBefore: number;
  readonly offeredDuring: number;
  readonly goodDuring: number;
  /** 1 - goodput during / before, at least 0 (open loop: of calls offered); null under 20 calls, or none good. */
  readonly loss: number | null;
}

/** What a fault cost calls that do not pass it. Routes are call labels: which replica served a call is not known. */
export interface BlastRadius {
  readonly routes: readonly RouteImpact[];
  /** The loss of all untouched routes together. */
  readonly radius: number | null;
  /** `no-untouched-route`: all calls pass the fault. `wiring-unknown`: the target is no part of the stack. */
  readonly reason: 'no-untouched-route' | 'wiring-unknown' | 'no-baseline' | 'too-few-calls' | null;
}

/** A stretch in which calls were turned away or let through alike. Times from the fault's onset. */
export interface BreakerSpan {
  /**
   * `open`: refused at once, and none reached the upstream. `half-open`: some of each, beside an open one. `unclear`:
   * under 5 attempts.
   */
  readonly state: 'open' | 'half-open' | 'closed' | 'unclear';
  readonly fromNs: number;
  readonly toNs: number;
  readonly attempts: number;
  /** Refused with an HTTP or JSON-RPC error in at most a tenth of the deadline, without an upstream stamp. */
  readonly refused: number;
  /** With an upstream's stamp of reception. */
  readonly reached: number;
}

/**
 * A circuit breaker before the upstream, inferred from outside: two windows of nothing but quick refusals, either after
 * slow failures of the same fault or still after its clear. Quick refusals alone may be the fault itself.
 */
export type Breaker =
  | { readonly kind: 'inferred'; readonly spans: readonly BreakerSpan[] }
  | { readonly kind: 'none' }
  /**
   * `no-stamps`: the upstream does not report which calls reached it. `fault-refuses`: the fault itself refuses calls,
   * which cannot be separated.
   */
  | { readonly kind: 'unknown'; readonly reason: 'no-stamps' | 'fault-refuses' | 'no-baseline' };

/** What follows from the calls around one fault. A stretch that is not there is null. */
export interface AfterFault {
  readonly metastability: Metastability;
  readonly amplification: {
    readonly before: Amplification | null;
    readonly during: Amplification;
    readonly after: Amplification | null;
  };
  /** Null without a window before or after. */
  readonly storm: {
    readonly attempts: Storm;
    /** New connections, and new sessions; null for sessions when the record has none. */
    readonly connections: Storm;
    readonly sessions: Storm | null;
  } | null;
  readonly burstiness: Burstiness;
  readonly blastRadius: BlastRadius;
  readonly breaker: Breaker;
}

/**
 * The rate up to which a stack recovers by itself from one trigger: it lies in [recovered, failed). From faults alike
 * in kind, place, settings and length at rates that were held.
 */
export interface HiddenCapacity {
  readonly type: FaultType;
  readonly on: string;
  readonly forNs: number | null;
  readonly faults: readonly {
    readonly fault: string;
    readonly ratePerSecond: number | null;
    readonly verdict: Metastability['verdict'];
  }[];
  /** Highest rate that recovered, and lowest that stayed down; null where none did. */
  readonly recoveredPerSecond: number | null;
  readonly failedPerSecond: number | null;
  /**
   * Why there is no interval. `one-rate`: fewer than two different rates were judged. `contradictory`: a rate recovered
   * that is not below one that failed.
   */
  readonly reason: 'one-rate' | 'contradictory' | null;
  /** mu / (1 + r): the load line over the attempts a call that keeps failing makes; null without a load line. */
  readonly predictedPerSecond: number | null;
  /** r: most retries after a timeout or a refusal, mean over the calls by weight; a budget bounds them by its share. */
  readonly retries: number;
}

/** Area between the ways up and down over the rates both have, each way a line through its points. */
export interface LoopArea {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Integral of |down - up|, in the metric's unit times calls a second. */
  readonly area: number;
  /** area / width: how far the two ways lie apart in the mean, in the metric's unit. */
  readonly meanGap: number;
}

/** One point of a way up or down: a stage, or an eighth of a ramp. */
export interface LoopPoint {
  readonly ratePerSecond: number;
  readonly goodputPerSecond: number;
  /** Failures counted at their deadline; null under 100 calls, whose maximum is mostly chance. */
  readonly p99Ns: number | null;
}

/** A phase whose rate rises and falls again: whether the numbers on the way down differ from those on the way up. */
export interface Hysteresis {
  readonly phase: string;
  readonly up: readonly LoopPoint[];
  readonly down: readonly LoopPoint[];
  /** In ns times calls a second, and ns; over the rates above the last without a p99, null when too few are left. */
  readonly p99: LoopArea | null;
  /** In (calls a second) squared, and calls a second. */
  readonly goodput: LoopArea | null;
  /**
   * `not-a-loop`: the rate does not rise to one peak and fall again. `too-few-rates`: under two rates below the peak on
   * a way. `fault`: one was on.
   */
  readonly reason: 'not-a-loop' | 'too-few-rates' | 'fault' | null;
}

/** What several faults or stages of a run show together. */
export interface RunAfterFault {
  readonly hiddenCapacities: readonly HiddenCapacity[];
  /** One for each phase of stages that has more than one. */
  readonly hysteresis: readonly Hysteresis[];
}
