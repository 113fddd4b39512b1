/** The rows of events.ndjson: what happened in a run. Times are nanoseconds since the run's epoch. */
import type { ErrorClass, Outcome } from './outcome.js';

interface At<Type extends string> {
  readonly type: Type;
  readonly atNs: number;
}

/** Why a run was ended early, by a rule of the scenario's `abort-on`. */
export interface EarlyEnd {
  /** `schedule-lag` lies with the generator, the others with the target. */
  readonly rule: 'error-share' | 'no-goodput' | 'schedule-lag';
  /** What was not to be exceeded: a share of calls, calls, or nanoseconds. */
  readonly limit: number;
  /** The same quantity, as it was when the run was ended. */
  readonly seen: number;
  /** What was seen, with numbers and units. */
  readonly what: string;
}

/**
 * What the spans that the servers reported say of the attempts. Times are taken from those that are joined alone.
 */
export interface SpanJoins {
  /** Calls of this run of which a span came. */
  readonly calls: number;
  /** Attempts that were answered, and so can have times of the server. */
  readonly answered: number;
  /** Of these, attempts that have their service from spans. */
  readonly joined: number;
  /** Of these, attempts that have their queue from spans, too. */
  readonly withQueue: number;
  /** Attempts whose spans last longer than from sending to the answer. */
  readonly longer: number;
  /** Attempts of calls with more or fewer executions among the spans than attempts. */
  readonly uneven: number;
  /** Spans that belong to no call of this run. */
  readonly foreign: number;
  /** Requests of exporters that were refused, or could not be read. */
  readonly unread: number;
  /** What the name of a span begins with that is the work; null: all of a server's time counts as service. */
  readonly work: string | null;
}

/** `events.ndjson`: what happened, in order of `atNs`. */
export type RunEvent =
  | (At<'run'> & { readonly edge: 'start' | 'end' | 'interrupted'; readonly reason?: string })
  | (At<'early-end'> & EarlyEnd)
  | (At<'phase'> & {
      readonly phase: number;
      readonly name: string;
      readonly edge: 'start' | 'scheduled-end' | 'drained';
    })
  | (At<'stage'> & {
      readonly phase: number;
      readonly stage: number;
      readonly label: string;
      readonly ratePerSecond: number;
      /** Of a ramp: the rate at its end. */ readonly rampToPerSecond?: number;
    })
  | {
      readonly type: 'fault';
      /** When the edge was confirmed, or asked when it never was. */
      readonly atNs: number;
      readonly fault: string;
      readonly phase: number;
      readonly edge: 'on' | 'off';
      /** When the plan has it. */
      readonly plannedNs: number;
      /** When the engine, mock or process that makes it was asked for it. */
      readonly askedNs: number;
      /** When it was acknowledged; null when it failed. */
      readonly confirmedNs: number | null;
      readonly error?: string;
      /** Of a fault in a mock, when it is lifted: calls (or tool lists, sessions) it could have hit, and did hit. */
      readonly affected?: { readonly eligible: number; readonly affected: number };
    }
  | (At<'service'> & {
      readonly service: string;
      readonly edge: 'spawned' | 'ready' | 'stopping' | 'exited';
      readonly pid: number | null;
      readonly exitCode?: number | null;
      readonly signal?: string | null;
      /** True for an exit that was not asked for. */
      readonly unexpected?: boolean;
    })
  | (At<'gateway'> & {
      /** A gateway of others is about to be started. */
      readonly service: string;
      /** Name of its adapter. */
      readonly gateway: string;
      /** Of what is installed. */
      readonly version: string;
    })
  | (At<'preflight'> & {
      /** From the first connection to the target until a session was open and the tool list was in. */
      readonly introducedNs: number;
      /** Each kind of call, made once by the official SDK, in the order of the scenario. */
      readonly calls: readonly { readonly label: string; readonly outcome: Outcome; readonly tookNs: number }[];
      /** How long what stands in between may keep the tool list, and for whom; absent where it does not say so. */
      readonly toolListKept?: { readonly ttlMs: number; readonly scope: 'public' | 'private' };
    })
  | (At<'session'> & {
      readonly session: number;
      readonly edge: 'opened' | 'lost' | 'reopened' | 'closed';
      readonly detail?: string;
    })
  | (At<'engine'> & { readonly edge: 'started' | 'stopped' | 'died' | 'wedged'; readonly detail?: string })
  | {
      /**
       * A gap in the clock of one of our own processes, from when it should have gone on: what calls met meanwhile is
       * not the target's doing.
       */
      readonly type: 'standstill';
      readonly atNs: number;
      /** Until it went on. */
      readonly lengthNs: number;
      /** Which process stood still. */
      readonly of: 'generator' | 'fault-engine';
      /** The load worker, from 0; null for the fault engine. */
      readonly worker: number | null;
    }
  | {
      /**
       * Turns of a load worker's event loop in about a second that began 1 ms to 10 ms late; later is a standstill. An
       * answer that came meanwhile was read late by as much at most.
       */
      readonly type: 'late-turns';
      /** The first of them. */
      readonly atNs: number;
      /** The load worker, from 0. */
      readonly worker: number;
      /** When each was expected, in order. */
      readonly expectedNs: readonly number[];
      /** How much later it began. */
      readonly lateNs: readonly number[];
    }
  | {
      /** The tool list is asked for at intervals from now on. The first list is in. */
      readonly type: 'contract';
      readonly atNs: number;
      readonly edge: 'watched';
      readonly everyNs: number;
      readonly tools: number;
      /** SHA-256 over all tools. */
      readonly digest: string;
      /** Whether the server declares that it announces changes (`listChanged`). */
      readonly announced: boolean;
    }
  | {
      /** The tool list is not asked for any more. */
      readonly type: 'contract';
      readonly atNs: number;
      readonly edge: 'unwatched';
      /** Lists that were received, the first included. */
      readonly polls: number;
      readonly failedPolls: number;
      /** Longest time from one list to the next. */
      readonly longestGapNs: number;
      /** Why the last request that failed did. */
      readonly lastFailure?: string;
    }
  | {
      /** A tool differs from the list before. `atNs` is when the new list had been received. */
      readonly type: 'drift';
      readonly atNs: number;
      readonly tool: string;
      readonly kind: 'added' | 'removed' | 'changed';
      readonly class: ContractChange['class'];
      readonly askedNs: number;
      readonly answeredNs: number;
      /** When the list before was asked for: the change came after that. */
      readonly unchangedNs: number;
      /** SHA-256 of the tool's canonical JSON; null where there was none. */
      readonly before: string | null;
      readonly after: string | null;
      /** Why the list was asked for: the interval was over, or the server announced a change. */
      readonly because: 'interval' | 'notified';
      readonly changes: readonly ContractChange[];
    }
  | {
      /** Sessions that followed each other on one thread, where they last for so many calls. */
      readonly type: 'session-turnover';
      readonly atNs: number;
      /** The first of each channel included. */
      readonly opened: number;
      /** With DELETE, or the end of their stream. */
      readonly ended: number;
      /** Left open at the server. */
      readonly abandoned: number;
      /** Openings that failed. */
      readonly failed: number;
    }
  | {
      /** What servers asked of one thread's sessions, and was answered, by the time they had all ended. */
      readonly type: 'server-requests';
      readonly atNs: number;
      /** By method. */
      readonly methods: readonly {
        readonly method: string;
        readonly answered: number;
        /** With an error: not offered. */
        readonly refused: number;
      }[];
      /** Not answered at all, whatever their method: they came faster than answers could be sent. */
      readonly unanswered: number;
    }
  | {
      /** An answer held what belongs to another call of the run. `atNs` is when it was judged. */
      readonly type: 'foreign-answer';
      readonly atNs: number;
      /** In which it came. */
      readonly session: number;
      /** The call that got it. */
      readonly call: number;
      /** The call that it belongs to. */
      readonly answerOf: number;
    }
  | ProbeEvent
  | {
      /**
       * The end of a capacity search. A `load-line` event follows where a rate passed and the search was not cut short.
       */
      readonly type: 'search-end';
      readonly atNs: number;
      readonly phase: number;
      readonly ended: SearchEnding;
      /** Highest rate that was shown to be sustained; null where there is none. */
      readonly passedPerSecond: number | null;
      /** Lowest rate that was shown not to be sustained; null where there is none. */
      readonly failedPerSecond: number | null;
    }
  | (At<'load-line'> & {
      readonly phase: number;
      readonly passedPerSecond: number;
      readonly failedPerSecond: number | null;
    })
  | (At<'spans'> & SpanJoins)
  | {
      /** An answer of a phase that was judged to be of this class: up to three that say different things. */
      readonly type: 'failure-example';
      readonly atNs: number;
      readonly phase: number;
      /** Of the attempt. */
      readonly errorClass: ErrorClass;
      /** What it said, at most 200 characters. */
      readonly text: string;
    }
  | (At<'warning'> & { readonly code: string; readonly what: string; readonly remedy: string });

/** One difference between a tool's contract and the one before, as text. */
export interface ContractChange {
  /** Breaking: what was valid to send may be refused now, or an answer may not be what was promised. */
  readonly class: 'breaking' | 'informational';
  readonly what: string;
}

/**
 * Why a capacity search ended.
 * `found`: the interval is narrow enough and both of its ends were confirmed. `budget`: its time was used up before
 * that; the interval is what the probes support. `high-passed`: the highest rate allowed passed. `low-failed`: the
 * lowest rate allowed failed. `generator`: the generator could not keep the schedule, so the target's limit was not
 * reached. `interrupted`: the run was stopped.
 */
export type SearchEnding = 'found' | 'budget' | 'high-passed' | 'low-failed' | 'generator' | 'interrupted';

/** What a probe is made for: to find a rate that fails, to narrow the interval, or to try one of its ends again. */
export type ProbePurpose = 'bracket' | 'narrow' | 'confirm';

/**
 * `undecided`: the trend of the queue is not known well enough. `invalid`: the generator failed, so the probe says
 * nothing about the target.
 */
export type ProbeVerdict = 'passed' | 'failed' | 'undecided' | 'invalid';

/** What a probe's verdict rests on. Of the calls intended after the probe's warm-up. */
export interface ProbeEvidence {
  /** Logical calls; `good`: right and on time. */
  readonly offered: number;
  readonly good: number;
  readonly offeredPerSecond: number;
  /** `ok` calls a second that were done while the measured schedule lasted: all, and those on time. */
  readonly completedPerSecond: number;
  readonly goodputPerSecond: number;
  /** 1 - good / offered: late, failed, shed and unanswered calls all miss. Null when nothing was offered. */
  readonly missRatio: number | null;
  /** p99 of response times with every call that is not `ok` counted at its deadline at least; null under 662 calls. */
  readonly responseP99Ns: number | null;
  /**
   * Age of the oldest waiting call over the measured schedule: trend with its interval. Null when there is too little
   * of it, and where an `unanswered` call gets no older than an idle server's first answers would explain, and response
   * times do not rise. Source as in the queue age of a phase: `upstream` or `unanswered`.
   */
  readonly queueAge: {
    readonly source: 'upstream' | 'unanswered';
    readonly maxNs: number;
    readonly slope: { readonly nsPerSecond: number; readonly low: number; readonly high: number } | null;
  };
  /** p99 of how late calls left the generator; null when none was sent. */
  readonly scheduleLagP99Ns: number | null;
  /** Calls the generator failed, and calls without an end in the record; of the whole probe, warm-up included. */
  readonly generatorFailures: number;
  readonly unaccounted: number;
  /** Calls given up at their deadline: the target may still work on them. Warm-up included. */
  readonly abandoned: number;
}

/** One probe of a capacity search, written when it has been judged. */
export interface ProbeEvent {
  readonly type: 'probe';
  readonly atNs: number;
  readonly phase: number;
  /** From 0 within its search. */
  readonly probe: number;
  readonly purpose: ProbePurpose;
  readonly ratePerSecond: number;
  /** Start of the warm-up. */
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  readonly verdict: ProbeVerdict;
  /** Reasons for the verdict, one sentence each, with the numbers and their limits; never empty. */
  readonly why: readonly string[];
  readonly evidence: ProbeEvidence;
}
