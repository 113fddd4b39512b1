/** Side effects and waste of faults and of overload. Part of the summary. */
import type { WorkDone } from '../../protocol/index.js';
import type { Outcome } from '../../record/index.js';
import type { FaultType } from '../../scenario/index.js';
import type { GrowthQuantity } from '../stability/index.js';
import type { EffectCounts } from './executions.js';

/** A share with its 95 % interval (Clopper and Pearson). */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Annotations of a tool in `tools/list`, with the defaults of MCP (2025-11-25, ToolAnnotations) for a hint that a tool
 * with other hints leaves out. `read-only`: changes nothing. `idempotent`: a second execution changes nothing
 * more. `destructive`: may destroy, and each execution counts. `additive`: only adds, and each execution counts.
 * `not-reported`: the tool gives none of these hints.
 */
export type AnnotationClass = 'read-only' | 'idempotent' | 'destructive' | 'additive' | 'not-reported';

export interface AnnotationEffects extends EffectCounts {
  readonly annotation: AnnotationClass;
  /** In the order of the calls. */
  readonly tools: readonly string[];
}

/** What one service did with its calls during the run, all of its processes together. */
export interface ServiceWork extends WorkDone {
  readonly service: string;
  /** Processes that reported their counters. */
  readonly incarnations: number;
  /** Calls that waited or were in service when a process was last polled: how they ended is not counted. */
  readonly unfinished: number;
  /** False: a process ended without a last poll, so everything here is a lower bound. */
  readonly complete: boolean;
}

/**
 * Upstream executions whose caller had given up, or never got the answer.
 * `counters`: from the mocks' server-side counters, plus answers after the deadline. `stamps`: from the upstream stamps
 * of such late answers alone; an execution without an answer leaves no stamp.
 */
export type WastedWork =
  | {
      readonly from: 'counters' | 'stamps';
      readonly executions: number;
      readonly wasted: number;
      readonly serviceNs: number;
      readonly wastedServiceNs: number;
      /** wasted / executions, and the same of the service time; null without any. */
      readonly executionShare: number | null;
      readonly serviceShare: number | null;
      /** Part of `wasted`: answered, and too late. */
      readonly late: number;
      /**
       * There may be more: a mock behind a gateway does not see which callers of the gateway gave up, counters are
       * incomplete, or there are none.
       */
      readonly lowerBound: boolean;
    }
  | { readonly from: 'unknown'; readonly reason: string };

/** Of attempts that were given up, how many the upstream was kept from serving. */
export interface CancelPropagation {
  /**
   * Attempts that were sent and given up at their time limit, and those of them that the client cancelled explicitly
   * (`notifications/cancelled`).
   */
  readonly givenUp: number;
  readonly cancelled: number;
  /**
   * Cancellations that reached a mock while the call was in progress, and calls that a mock did not serve because they
   * were given up; null: no mock reported.
   */
  readonly arrived: number | null;
  readonly stopped: number | null;
  /** stopped / givenUp; null where either is not known, or nothing was given up. */
  readonly stoppedShare: number | null;
}

/**
 * Calls affected by faults of one class, and what their callers saw of the affected attempt. The ledger is not used,
 * because callers do not see it.
 */
export interface ErrorVisibilityClass {
  readonly type: FaultType;
  readonly faults: readonly string[];
  /** `fault-hits`: the mock reports which calls it affected. `send-time`: nothing could answer when they were sent. */
  readonly attributedBy: 'fault-hits' | 'send-time';
  /** Fault hits on calls. */
  readonly affected: number;
  /** Hits on attempts without an end in the record, or that the generator ended itself. In none of the counts below. */
  readonly notSeen: number;
  /** By outcome of the affected attempt, in the order of outcomes; only those that occur. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly count: number }[];
  /** The stack reported a failure; it sent nothing until the caller gave up; it answered as if nothing had failed. */
  readonly reported: number;
  readonly unanswered: number;
  readonly silent: number;
  /** reported / (reported + unanswered + silent); null without any, and (with a `note`) where a fault fails no call. */
  readonly reportedShare: Share | null;
  readonly note: string | null;
}

export interface ErrorVisibility {
  readonly classes: readonly ErrorVisibilityClass[];
  readonly notAttributable: readonly { readonly fault: string; readonly type: FaultType; readonly reason: string }[];
}

/** The client's sessions over one event. before = transparent + reinitialised + lost + unused. */
export interface SessionSurvival {
  readonly fault: string;
  readonly type: FaultType;
  readonly phase: string;
  /** Observed from the onset of the event to the next such event, or the end of its phase. */
  readonly fromNs: number;
  readonly untilNs: number;
  /** Open at the onset. */
  readonly before: number;
  /** Never lost, and a result came in it after the event. */
  readonly transparent: number;
  /** Lost, and open again by the end. */
  readonly reinitialised: number;
  /** Lost for good, or without any result after the event though calls were made. */
  readonly lost: number;
  /** Without a call after the event: unknown. */
  readonly unused: number;
  /** transparent / (before - unused), and (transparent + reinitialised) / (before - unused); null without any. */
  readonly transparentShare: number | null;
  readonly survivedShare: number | null;
  /** Transparent ones whose state at the upstream was kept too; null where that is unknown, with the reason. */
  readonly statePreserved: number | null;
  readonly stateReason: string | null;
}

/** One quantity of one process around a fault, in bytes or numbers of things. */
export interface ResourceTrace {
  readonly process: string;
  readonly pid: number;
  readonly quantity: Exclude<GrowthQuantity, 'threads'>;
  /** Median of the polls in the ten seconds before the onset. */
  readonly before: number | null;
  /** Highest poll from the onset to a hold time after the clear. */
  readonly peak: number | null;
  /** First poll at least a hold time after the clear. */
  readonly after: number | null;
  /** (peak - after) / (peak - before): 1 is all given back, below 0 is still growing. Null with the reason. */
  readonly recovered: number | null;
  readonly reason: string | null;
}

export interface ResourceRecovery {
  readonly fault: string;
  readonly type: FaultType;
  readonly phase: string;
  readonly holdNs: number;
  /** One for each quantity of a process that was known before the fault; none with `reason`. */
  readonly traces: readonly ResourceTrace[];
  readonly reason: string | null;
}

/**
 * Streams of answers that were cut where the protocol has the client make the call again. cut = reissued + notReissued.
 */
export interface CutStreams {
  /** Attempts whose stream had begun and ended before the answer. */
  readonly cut: number;
  /** After these the call was made again, under an id of its own. */
  readonly reissued: number;
  /** These ended their call: its retries allowed no more, where a client that follows the protocol asks again. */
  readonly notReissued: number;
  /** Requests made again whose call had been executed before and was executed once more; null without a ledger. */
  readonly duplicates: number | null;
}

export interface SideEffects {
  /** Calls due exactly one effect, by the annotations of their tools; empty with the reason where these are unknown. */
  readonly effectsByAnnotation: { readonly classes: readonly AnnotationEffects[]; readonly reason: string | null };
  readonly work: readonly ServiceWork[];
  readonly wastedWork: WastedWork;
  readonly cancelPropagation: CancelPropagation;
  /** Null: sessions, in which the rest of an answer is asked for, or no HTTP. */
  readonly cutStreams: CutStreams | null;
  readonly errorVisibility: ErrorVisibility;
  /** One for each fault that can end sessions, in order of onset. */
  readonly sessions: readonly SessionSurvival[];
  /** One for each fault, in order of onset. */
  readonly resources: readonly ResourceRecovery[];
}
