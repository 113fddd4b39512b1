/** What is read of a metric, and the shapes it is read from: the narrow side of the analysis' summary. */
import type { QuantileEstimate, Unit } from '../../format/index.js';

/**
 * One number a bound is compared with, or why there is none. `part` says which of several sets of calls it is of, and
 * `partId` the same in the same words in every run; `source` what it was measured by, where a metric knows more than
 * one way.
 */
export type Reading = { readonly part?: string; readonly partId?: string; readonly source?: string } & (
  | {
      readonly kind: 'value';
      readonly value: number;
      /** 95 % interval, where one is known. */
      readonly low: number | null;
      readonly high: number | null;
      /** How fine it was measured, where that is coarse. */
      readonly step?: number;
      /** Of a quantile: how many samples lie beyond it, on the side with fewer. */
      readonly samplesBeyond?: number;
      /** Of a share of the calls offered: how many calls it counts. */
      readonly share?: CountedShare;
    }
  /** A trend, judged by its interval and not by its middle. */
  | { readonly kind: 'trend'; readonly value: number; readonly low: number; readonly high: number }
  /** A lower bound. */
  | { readonly kind: 'censored'; readonly atLeast: number }
  /** Too little to say; `atLeast`: what is certain all the same. */
  | { readonly kind: 'not-estimable'; readonly why: string; readonly atLeast?: number }
  /** The fault had no effect: there was nothing to detect or to recover from. */
  | { readonly kind: 'not-degraded' }
  /** There is no sample. A gate without a number fails. */
  | { readonly kind: 'absent'; readonly why: string }
);

/** Calls counted, of those that were offered. */
export interface CountedShare {
  readonly counted: number;
  readonly offered: number;
}

/** A statistic of a metric: the unit of its bound, how two runs are compared by it, and how its value is read. */
export interface Stat<Source> {
  readonly unit: Unit;
  /**
   * How the change from one run to another is expressed: as a ratio, where a value is above 0 and noise grows with it;
   * as a difference in its unit, where 0 is an ordinary value, or below 0.
   */
  readonly change: 'ratio' | 'difference';
  readonly read: (source: Source) => readonly Reading[];
}

export const known = (value: number): Reading => ({ kind: 'value', value, low: null, high: null });
export const absent = (why: string): Reading => ({ kind: 'absent', why });
/** A number of the calls that were offered; null where none was. */
export const ofOffered = (value: number | null): Reading =>
  value === null ? absent('no calls were offered') : known(value);
/** A share of the calls that were offered. */
export const shareOfOffered = (counted: number, offered: number): Reading =>
  offered === 0
    ? ofOffered(null)
    : { kind: 'value', value: counted / offered, low: null, high: null, share: { counted, offered } };
export const notEstimable = (why: string): Reading => ({ kind: 'not-estimable', why });

/** A set of durations. Mean and maximum are null when n = 0. */
export interface DurationReadings {
  readonly n: number;
  /** How many of `n` were given up, so that their length is a lower bound. */
  readonly censored: number;
  readonly meanNs: number | null;
  readonly maxNs: number | null;
  readonly quantiles: readonly (QuantileEstimate & { readonly q: number })[];
}

/** A set of logical calls. */
export interface CallReadings {
  readonly offered: number;
  /** `ok` within the deadline. */
  readonly good: number;
  readonly outcomes: { readonly ok: number };
  readonly errorClasses: readonly unknown[];
  readonly goodputPerSecond: number;
  readonly responseTime: { readonly ok: DurationReadings; readonly all: DurationReadings };
  readonly latencyFromSend: { readonly ok: DurationReadings; readonly all: DurationReadings };
  /** Null when nothing was offered. */
  readonly retryAmplification: number | null;
}

/** What a whole phase and a stretch of one have in common. */
export interface LoadReadings {
  readonly offered: number;
  readonly completedPerSecond: number;
  readonly queueAge: {
    readonly source: string;
    readonly maxNs: number;
    readonly p99Ns: number;
    readonly slope: { readonly nsPerSecond: number; readonly low: number; readonly high: number } | null;
  };
}

export interface PhaseReadings extends CallReadings, LoadReadings {
  readonly scheduleLag: DurationReadings;
  readonly stageSplit: {
    readonly source: 'upstream' | 'generator';
    readonly stages: readonly { readonly stage: string; readonly durations: DurationReadings }[];
  } | null;
}

/** The calls of a phase before or after its faults. */
export interface StretchReadings extends CallReadings, LoadReadings {
  /** The fewest sessions open at a time, and how many were ever opened. */
  readonly sessions: { readonly fewest: number; readonly opened: number };
  /** Tools whose contract differed from the first one; null where the tool list was not watched. */
  readonly toolsOffContract: number | null;
}

/** One fault and its recovery. Times count from the confirmed edges. */
export interface FaultReadings {
  readonly windowNs: number;
  readonly timeToDetect: TimeReading;
  readonly timeToRecover: TimeReading;
  readonly dip: { readonly lostGoodCalls: number } | null;
  readonly afterFault: {
    readonly metastability: { readonly verdict: string; readonly reason: string | null };
    readonly blastRadius: {
      /** Of all routes that do not pass the fault. */
      readonly radius: number | null;
      readonly reason: string | null;
      /** By label of the calls. */
      readonly routes: readonly { readonly label: string; readonly touched: boolean; readonly loss: number | null }[];
    };
  };
  /** Why something is not known. */
  readonly note: string | null;
}

type TimeReading =
  | { readonly kind: 'value' | 'censored'; readonly ns: number }
  | { readonly kind: 'not-degraded' | 'not-observed' | 'unknown' };

/** The drain of a backlog after an overload or a fault; null: its start is unknown. `ns` null: not empty yet. */
export type DrainReadings = { readonly ns: number | null; readonly observedNs: number } | null;

export interface RunReadings {
  /** Null where no upstream keeps a ledger. */
  readonly effects: {
    readonly calls: number;
    readonly duplicates: number;
    readonly lost: number;
    readonly orphans: number;
  } | null;
  /** Null where the tool list was not watched. */
  readonly drift: { readonly breaking: number } | null;
  readonly gateway: GatewayReadings;
  /** One for each capacity search. */
  readonly capacities: readonly CapacityReadings[];
}

interface CapacityReadings {
  readonly phase: string;
  /** What was gone meanwhile; null: nothing. */
  readonly without: string | null;
  readonly passedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  readonly recovery: { readonly headroom: number } | null;
  /** Null where no replicas were gone; its value is null where `reason` says why. */
  readonly efficiency: {
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly reason: string | null;
  } | null;
}

/** What stands between the client and the mocks. Null: not traced, not counted, or not read. */
interface GatewayReadings {
  readonly joins: { readonly rate: number | null } | null;
  readonly messages: {
    /** Messages tools/list that the client sent. */
    readonly lists: number;
    readonly perCall: number | null;
    readonly byMethod: readonly { readonly method: string; readonly perCall: number | null }[];
    readonly bystanderPerCall: number | null;
  } | null;
  readonly arrival: {
    readonly customMeta: number;
    readonly metaTrace: number;
    readonly headerTrace: number;
    readonly clientToken: number | null;
  } | null;
  readonly deliveries: {
    readonly hiddenRetries: number;
    readonly addressed: number;
    readonly misrouted: number;
  } | null;
  readonly toolLists: {
    readonly views: readonly { readonly tokens: number }[];
    readonly otherOrders: number | null;
    readonly changed: readonly unknown[];
    readonly missing: readonly unknown[];
    readonly added: readonly unknown[];
    readonly collisions: readonly { readonly services: readonly string[] }[];
  } | null;
  readonly linkCosts: readonly {
    readonly fault: string;
    readonly longestNs: number | null;
    readonly roundTrips: number | null;
  }[];
  readonly availabilities: readonly {
    readonly fault: string;
    readonly whole: { readonly offered: number; readonly excess: number | null };
  }[];
  readonly coldStart: {
    readonly firstCallNs: number | null;
    readonly firstAnswerNs: number | null;
    readonly tenthCallNs: number | null;
  } | null;
  readonly returns: readonly {
    readonly fault: string;
    readonly kind: string;
    readonly failed: number;
    readonly recoveredSessions: number;
    readonly sessions: number;
  }[];
  readonly costs: readonly { readonly process: string; readonly phase: string; readonly cpuPerCallNs: number | null }[];
}

/** One process during a soak phase. */
export interface ProcessReadings {
  /** Whether the gate names the process: then its missing trend is reported, not left out. */
  readonly isNamed: boolean;
  readonly trends: readonly {
    readonly quantity: string;
    readonly verdict: string;
    readonly slopePerHour: { readonly value: number; readonly low: number; readonly high: number } | null;
    readonly reason: string | null;
  }[];
}

/** The hypotheses of one phase, judged before and after its faults. */
export interface HypothesisReadings {
  readonly results: readonly { readonly text: string; readonly before: Judgement; readonly after: Judgement }[];
}

interface Judgement {
  readonly verdict: 'passed' | 'failed' | 'not-judged';
  readonly why: string;
}
