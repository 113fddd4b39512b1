/** What a stack sustains, and how it scales. */
import type { ProbeEvent, SearchEnding } from '../../record/index.js';

/** A probe as it was judged while the run went on; its other numbers are the phase's stage of the same position. */
export type CapacityProbe = Omit<ProbeEvent, 'type' | 'atNs' | 'phase'>;

/**
 * The last probe rate up to which at least 90 % of what was offered more came back as goodput. `too-few-rates`: fewer
 * than `neededRates` different ones; `still-growing`: up to the highest; `never-grew`: not even to the lowest.
 */
export type Knee =
  | {
      readonly kind: 'found';
      readonly ratePerSecond: number;
      readonly goodputPerSecond: number;
      readonly rates: number;
    }
  | {
      readonly kind: 'none';
      readonly reason: 'too-few-rates' | 'still-growing' | 'never-grew';
      readonly rates: number;
      readonly neededRates: number;
    };

/** What the probes of a search support together (`intervalOf`). */
export interface CapacityInterval {
  /**
   * The sustainable throughput lies in [passed, failed): the highest rate whose queue was shown not to grow and whose
   * calls kept their budget, and the lowest that was shown to diverge or to break the budget. Null: no such rate.
   */
  readonly passedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  /** Probes at either end that were judged together; 0 without that end. */
  readonly passedProbes: number;
  readonly failedProbes: number;
  /** Rates between the two that were tried and not decided, from the lowest. */
  readonly undecidedPerSecond: readonly number[];
  /** The capacity that fits the growth of the queue in all probes best, 1 - capacity / rate; null without growth. */
  readonly fitted: Fitted | null;
}

/** What several replicas sustain beside what fewer of them do. Null: not known, and `reason` says why. */
export interface ScalingEfficiency {
  readonly replicas: number;
  /** How many of them were left in the other search. */
  readonly left: number;
  /** (load line / replicas) / (rate without the others / left), by the rates that were shown to be sustained. */
  readonly value: number | null;
  /** Of the two intervals: the least and the most that it can be. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
}

/** A capacity search. An end of the interval is null where it was not found, and `ended` says why. */
export interface CapacitySummary extends CapacityInterval {
  readonly phase: string;
  /** Null when the record breaks off before the search ended. */
  readonly ended: SearchEnding | null;
  /** Growth of the queue age up to which a queue counted as bounded, in ns of age per second. */
  readonly slopeLimitNsPerSecond: number;
  readonly probes: readonly CapacityProbe[];
  readonly knee: Knee;
  /** What was gone while this was searched: names with commas between; null: nothing, and this is the load line. */
  readonly without: string | null;
  /**
   * What is left above the operating rate without that service: the recovery capacity lies in [low, high) calls a
   * second (negative: the stack is over its limit then), and headroom is 1 - operating rate / passed rate. Null without
   * a loss, an operating rate, or a rate that passed.
   */
  readonly recovery: {
    readonly operatingPerSecond: number;
    readonly lowPerSecond: number;
    readonly highPerSecond: number | null;
    readonly headroom: number;
  } | null;
  /** Null where no replicas were gone, or there was no search of the whole stack. */
  readonly efficiency: ScalingEfficiency | null;
}

/** What a closed-loop steady phase adds to the picture of scaling. */
export interface ScalingPoint {
  readonly phase: string;
  readonly concurrency: number;
  readonly completedPerSecond: number;
}

/** A fitted parameter with its 95 % interval. */
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
