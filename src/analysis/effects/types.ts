/** What is told of the consequences of faults and of overload. Part of the summary. */
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
 * What a tool says of itself in `tools/list`, with the defaults of MCP (2025-11-25, ToolAnnotations) for what a tool
 * leaves out that says anything at all. `read-only`: changes nothing. `idempotent`: a second execution changes nothing
 * more. `destructive`: may destroy, and each execution counts. `additive`: only adds, and each execution counts.
 * `not-told`: none of these hints was given.
 */
export type AnnotationClass = 'read-only' | 'idempotent' | 'destructive' | 'additive' | 'not-told';

export interface AnnotationEffects extends EffectCounts {
  readonly annotation: AnnotationClass;
  /** In the order of the calls. */
  readonly tools: readonly string[];
}

/** What one service did with its calls during the run, all of its processes together. */
export interface ServiceWork extends WorkDone {
  readonly service: string;
  /** Processes that told. */
  readonly incarnations: number;
  /**
   * Calls that waited or were served when a process was asked for the last time: what became of them is not counted.
   */
  readonly unfinished: number;
  /** False: a process ended without being asked, so that everything here is a lower bound. */
  readonly complete: boolean;
}

/**
 * Upstream executions whose caller had given up, or never got the answer.
 * `accounts`: by the mocks' own count, and on top of it what was answered after the deadline. `stamps`: from upstream
 * stamps of such late answers alone, because what nobody waited for has no answer that could tell.
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
       * There may be more: a mock behind a gateway does not see whom the gateway answers in vain, an account is not
       * whole, or there is none.
       */
      readonly lowerBound: boolean;
    }
  | { readonly from: 'unknown'; readonly reason: string };

/** Of attempts that were given up, how many the upstream was kept from serving. */
export interface CancelPropagation {
  /**
   * Attempts that were sent and given up at their time limit; those among them that the client cancelled in words, too.
   */
  readonly givenUp: number;
  readonly told: number;
  /**
   * Cancellations that found the call under way at a mock, and calls that a mock left unserved because they were given
   * up; null: no mock told.
   */
  readonly arrived: number | null;
  readonly stopped: number | null;
  /** stopped / givenUp; null where either is not known, or nothing was given up. */
  readonly stoppedShare: number | null;
}

/**
 * Calls struck by faults of one class against what their callers saw of the struck attempt. The ledger is not
 * consulted: no caller can.
 */
export interface ErrorVisibilityClass {
  readonly type: FaultType;
  readonly faults: readonly string[];
  /** `account`: the mock says whom it struck. `sent-meanwhile`: nobody was there to answer while they were sent. */
  readonly attributedBy: 'account' | 'sent-meanwhile';
  /** Strikes on calls. */
  readonly affected: number;
  /** Strikes of whose end the record knows nothing, or that the generator ended itself. In none of the counts below. */
  readonly notSeen: number;
  /** By outcome of the struck attempt, in the order of outcomes; only those that occur. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly count: number }[];
  /**
   * The stack said that something failed; it said nothing until the caller gave up; it answered as if all were well.
   */
  readonly reported: number;
  readonly unanswered: number;
  readonly silent: number;
  /**
   * reported / (reported + unanswered + silent); null without any, and for faults that make no call fail (then `note`
   * says so).
   */
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
  /** The event is watched from its onset to the next such event, or the end of its phase. */
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
  /** Without a call after the event: nobody knows. */
  readonly unused: number;
  /** transparent / (before - unused), and (transparent + reinitialised) / (before - unused); null without any. */
  readonly transparentShare: number | null;
  readonly survivedShare: number | null;
  /** Transparent ones whose state at the upstream was kept too; null where that can't be told, with the reason. */
  readonly statePreserved: number | null;
  readonly stateReason: string | null;
}

/** One quantity of one process around a fault, in bytes or numbers of things. */
export interface ResourceTrace {
  readonly process: string;
  readonly pid: number;
  readonly quantity: Exclude<GrowthQuantity, 'threads'>;
  /** Median of the looks in the ten seconds before the onset. */
  readonly before: number | null;
  /** Highest look from the onset to a hold time after the clear. */
  readonly peak: number | null;
  /** First look at least a hold time after the clear. */
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
  /** One for each quantity that was told of a process before the fault; none with `reason`. */
  readonly traces: readonly ResourceTrace[];
  readonly reason: string | null;
}

export interface SideEffects {
  /**
   * Calls that are to take effect exactly once, by what their tools say of themselves; empty with the reason where it
   * is not known.
   */
  readonly effectsByAnnotation: { readonly classes: readonly AnnotationEffects[]; readonly reason: string | null };
  readonly work: readonly ServiceWork[];
  readonly wastedWork: WastedWork;
  readonly cancelPropagation: CancelPropagation;
  readonly errorVisibility: ErrorVisibility;
  /** One for each fault that can end sessions, in order of onset. */
  readonly sessions: readonly SessionSurvival[];
  /** One for each fault, in order of onset. */
  readonly resources: readonly ResourceRecovery[];
}
