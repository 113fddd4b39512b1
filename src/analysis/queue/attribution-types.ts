/** Which queue grew first in a phase, and what that rests on. Part of `Summary`. */
import type { StageName } from './stage-split.js';

/**
 * Where the first growing queue is. `network-or-gateway`: between the generator and an upstream that stamps its
 * calls, with nothing to separate the network from a gateway in it. `beyond-the-generator`: the upstream gives no
 * stamps, so nothing behind the socket can be separated.
 */
export type QueuePlace =
  'generator' | 'network' | 'gateway' | 'network-or-gateway' | 'upstream' | 'beyond-the-generator';

/** A stage of the response time: its mean in the calm windows and in those in which response times had grown. */
export interface StageGrowth {
  readonly stage: StageName;
  readonly calmNs: number;
  /** Null when response times did not grow. */
  readonly grownNs: number | null;
  /** Start of the first two windows in a row in which this stage itself had grown; run time. */
  readonly onsetNs: number | null;
}

/** Of one open-loop phase; of `ok` attempts after the warm-up, in windows by intended start. */
export interface Attribution {
  readonly phase: string;
  /** Length of a window, and how many of them had enough calls. */
  readonly windowNs: number;
  readonly windows: number;
  /**
   * `none`: no stage grew. `unknown`: too few windows have enough calls. `unanswered`: no stage grew among the answered
   * calls, but in `silentWindows` hardly any call was answered: what those waited for is unknown.
   */
  readonly firstGrowing: QueuePlace | 'none' | 'unknown' | 'unanswered';
  /** Windows with enough attempts, but too few correct answers to compare. */
  readonly silentWindows: number;
  /**
   * The stage it was seen in; null when nothing grew. `client-queue` only when no hop grew: then the bound on calls in
   * flight is the limit.
   */
  readonly stage: StageName | null;
  /** Name of the gateway, where it is one that stamps its calls. */
  readonly gateway: string | null;
  /** When its growth began; run time. */
  readonly onsetNs: number | null;
  /**
   * Share of the calls of the grown windows that waited over 1 ms for a slot of the generator; null when nothing grew.
   */
  readonly slotWaitShare: number | null;
  readonly stages: readonly StageGrowth[];
  /** Mean time a call spent in each gateway that reports it (queue and own service), calm and grown. */
  readonly gateways: readonly {
    readonly gateway: string;
    readonly calmNs: number | null;
    readonly grownNs: number | null;
  }[];
}
