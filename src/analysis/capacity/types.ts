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

/**
 * A capacity search: the sustainable throughput lies in [passed, failed), the highest rate whose queue stayed bounded
 * and whose calls kept their budget, and the lowest above it whose did not. Null on a side: that end was not found, and
 * `ended` says why.
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
