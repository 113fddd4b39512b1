/** Which queue grew first in a phase, and what that rests on. Part of `Summary`. */
import type { StageName } from './stage-split.js';

/**
 * Where the first growing queue is. An upstream stamps a call when its process reads it, so the hop before that holds
 * its socket buffer: `network-or-upstream` where nothing separates the two, `network-gateway-or-upstream` where a
 * gateway that does not report its times stands there too. `beyond-the-generator`: the attempts bring no times of the
 * upstream, so nothing behind the socket can be separated.
 */
export type QueuePlace =
  | 'generator'
  | 'network'
  | 'gateway'
  | 'upstream'
  | 'network-or-upstream'
  | 'network-gateway-or-upstream'
  | 'beyond-the-generator';

/** A stage of the response time: its mean in the calm windows and in those in which response times had grown. */
export interface StageGrowth {
  readonly stage: StageName;
  readonly calmNs: number;
  /** Null when response times did not grow. */
  readonly grownNs: number | null;
  /** Start of the first two windows in a row in which this stage itself had grown; run time. */
  readonly onsetNs: number | null;
}

/**
 * Of one open-loop phase; of all attempts after the warm-up, whatever became of them, in windows by intended start. An
 * attempt counts in the stage it ended in with the time that it had spent there.
 */
export interface Attribution {
  readonly phase: string;
  /** Length of a window, and how many of them had enough calls. */
  readonly windowNs: number;
  readonly windows: number;
  /** `none`: no stage grew. `unknown`: too few windows have enough calls. */
  readonly firstGrowing: QueuePlace | 'none' | 'unknown';
  /**
   * How it is known. `growth`: its stage grew first. `endings`: nothing grew, and most attempts that did not go on
   * ended in its stage. Null when nothing is named.
   */
  readonly by: 'growth' | 'endings' | null;
  /**
   * What separates a hop from the process behind it. `fault`: a fault of this run was active there. `polls`: whether
   * the upstream's process answered its control address promptly meanwhile. `loopback`: there is no link, so no
   * network. Null where nothing does, or nothing has to.
   */
  readonly evidence: 'fault' | 'polls' | 'loopback' | null;
  /**
   * The stage it was seen in; null when nothing grew. `client-queue` only when no hop grew: then the bound on calls in
   * flight is the limit.
   */
  readonly stage: StageName | null;
  /** Name of the gateway, where it is one. */
  readonly gateway: string | null;
  /** When its growth began; run time. Null where nothing of the phase shows a beginning. */
  readonly onsetNs: number | null;
  /**
   * How that is known. `windows`: the start of the first window in which it had grown, so that it began within that
   * window. `age`: the moment at which the age of the oldest waiting call left its range, of a queue that no two
   * windows saw grow. Null without an onset.
   */
  readonly onsetBy: 'windows' | 'age' | null;
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
