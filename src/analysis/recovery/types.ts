/** The recovery from one fault. Part of the summary. */
import type { FaultType } from '../../scenario/index.js';
import type { FluidLimit } from '../queue/index.js';
import type { AfterFault } from './after-fault-types.js';

export interface RecoverySummary {
  readonly fault: string;
  readonly type: FaultType;
  readonly on: string;
  readonly phase: string;
  /** Confirmed edges in run time. */
  readonly onsetNs: number;
  readonly clearNs: number | null;
  /** Uncertainty of an edge: confirmed - requested. */
  readonly onsetUncertaintyNs: number;
  readonly clearUncertaintyNs: number | null;
  /**
   * From the windows of the phase before its first fault, warm-up and the last of them left out; the p99 (the maximum
   * under 100 calls) is of `ok` calls. Null: too little data, with the reason in `note`.
   */
  readonly baseline: { readonly goodputPerSecond: number; readonly p99Ns: number; readonly windows: number } | null;
  /** Latency counts failures at their deadline; of `ok` calls alone when calls fail without any fault too. */
  readonly normalRange: { readonly maxP99Ns: number; readonly minGoodputPerSecond: number } | null;
  readonly windowNs: number;
  readonly holdNs: number;
  readonly timeToDetect:
    { readonly kind: 'value'; readonly ns: number } | { readonly kind: 'not-degraded' } | { readonly kind: 'unknown' };
  readonly timeToRecover:
    | { readonly kind: 'value'; readonly ns: number }
    /** Not within the normal range for the hold time before the data ended: more than `ns`. */
    | { readonly kind: 'censored'; readonly ns: number }
    /** Nothing outside the normal range was seen after the clear, for less than the hold time; the reason in `note`. */
    | { readonly kind: 'not-observed' }
    | { readonly kind: 'not-degraded' }
    | { readonly kind: 'unknown' };
  /** Clear to the first empty queue; `fluidNs`: backlog at clear / (load line - offered rate). Null without a clear. */
  readonly drain: {
    readonly ns: number | null;
    readonly observedNs: number;
    readonly fluidNs: number | null;
    /** What the fluid model ignored in this run; empty without a prediction. */
    readonly fluidIgnores: readonly FluidLimit[];
    readonly emptyWhen: 'none-waiting' | 'none-in-system';
  } | null;
  readonly dip: { readonly lostGoodCalls: number; readonly depth: number } | null;
  readonly afterFault: AfterFault;
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
  readonly inNormalRange: boolean | null;
}
