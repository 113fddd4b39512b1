/** The rows of the line-by-line files (NDJSON). Times are nanoseconds since the run's epoch. */
import type { GatewayWindow, WorkDone } from '../protocol/index.js';
import type { ErrorClass, Outcome } from './outcome.js';

interface At<Type extends string> {
  readonly type: Type;
  readonly atNs: number;
}

/** `events.ndjson`: what happened, in order of `atNs`. */
export type RunEvent =
  | (At<'run'> & { readonly edge: 'start' | 'end' | 'interrupted'; readonly reason?: string })
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
  | {
      /** The first answer of a phase that was judged to be of this class. */
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
   * Age of the oldest waiting call over the measured schedule: trend with its interval (null when there is too little
   * of it). Source as in the queue age of a phase: `upstream` or `unanswered`.
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

/** Health of the generator over one second: `health` part of series.ndjson. */
export interface HealthRow {
  /** End of the second. */
  readonly atNs: number;
  /** p99 of the schedule lag (sent - admitted or due) of the sends of the second; null without sends. */
  readonly lagP99Ns: number | null;
  readonly lagMaxNs: number | null;
  /** Longest time between two turns of the generator's event loop. */
  readonly loopDelayMaxNs: number;
  /** Time in garbage collection over the second. */
  readonly gcNs: number;
  readonly inFlight: number;
  readonly queued: number;
}

/** `workers.ndjson`: what a load worker knows of its own sends, once a second and at the ends of each segment. */
export interface WorkerRow {
  readonly atNs: number;
  /** From 0. */
  readonly worker: number;
  /** Attempts that it has sent since the run began. */
  readonly sent: number;
  /** Of these, attempts in flight now. */
  readonly open: number;
  /** Time that all attempts together have been in flight since the run began, as the worker summed it up meanwhile. */
  readonly flownNs: number;
  /** Another clock than that of the stamps. */
  readonly otherClockNs: number;
}

/** `resources.ndjson`: one process over one second. Null with `reason` where this system does not report a value. */
export interface ResourceRow {
  readonly atNs: number;
  /** Service name, `plimsoll` (this process) or `fault-engine`. */
  readonly process: string;
  readonly pid: number;
  /** CPU seconds used in user mode since the process began. */
  readonly cpuUserS: number | null;
  /** CPU seconds used in the kernel since the process began. */
  readonly cpuSystemS: number | null;
  readonly rssBytes: number | null;
  readonly fileDescriptors: number | null;
  readonly sockets: number | null;
  readonly threads: number | null;
  /** Sessions open in a mock, by its own count; null for every other process. */
  readonly sessions: number | null;
  readonly reason?: string;
}

/** `machine.ndjson`: the whole machine over about a second. Null with `reason` where this system does not report it. */
export interface MachineRow {
  readonly fromNs: number;
  /** End of the window. */
  readonly atNs: number;
  /** Cores of the machine. */
  readonly cores: number | null;
  /** Mean number of cores that were busy with processes other than the run's own and the target. */
  readonly othersCores: number | null;
  /** Mean number of cores that were idle. */
  readonly idleCores: number | null;
  /** Share of the time in which some task waited for a core (Linux pressure stall information). */
  readonly waitingShare: number | null;
  readonly reason?: string;
}

/** `effects.ndjson`: one execution in an upstream's ledger. */
export interface EffectRow {
  /** Logical call named in the request (`plimsoll/call`), or null when it named none. */
  readonly callId: number | null;
  readonly tool: string;
  readonly atNs: number;
}

/** `series.ndjson`: one second of the run, derived from samples, events and health. */
export interface SeriesRow {
  /** Start of the second, from the epoch. */
  readonly fromNs: number;
  /** Phase running at `fromNs`, or null between phases. */
  readonly phase: number | null;
  /** Its stage, or its probe, at `fromNs`; null while none is scheduled: after the last, and between probes. */
  readonly stage: number | null;
  /** Logical calls intended in this second. */
  readonly offered: number;
  /** Attempts sent in this second. */
  readonly sent: number;
  /** Logical calls by final outcome, counted in the second they were done. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** `ok` calls done within their deadline. */
  readonly onTime: number;
  readonly late: number;
  readonly inFlightMax: number;
  /** Largest age of the oldest waiting call: not yet in service, or unanswered where the upstream reports no times. */
  readonly queueAgeMaxNs: number;
  readonly faultsActive: readonly string[];
  readonly health: HealthRow | null;
}

/** `gateways.ndjson`: the calls that a reference gateway received within a window, by its own times. */
export interface GatewayRow extends Omit<GatewayWindow, 'fromNs'> {
  readonly gateway: string;
  readonly fromNs: number;
}

/** `fault-hits.ndjson`: one hit of a fault inside a mock, in the order in which each mock reported them. */
export interface FaultHitRow {
  /** Id of the fault in the plan. */
  readonly fault: string;
  /** Logical call; null when the request named none of this run, or when it was not a call that was hit. */
  readonly callId: number | null;
  /** Null: not a call was hit, but a `tools/list`, a DELETE of a session, or the mock as a whole. */
  readonly tool: string | null;
  /** When the mock had received the call, which identifies the attempt; null where there is none. */
  readonly receivedNs: number | null;
  readonly atNs: number;
  /** Chosen while the fault was active and hit after it was lifted: not in the count of the fault's off edge. */
  readonly afterLift: boolean;
}

/** `tools.ndjson`: annotations of one tool that is called, from `tools/list` before the load. Null: not reported. */
export interface ToolRow {
  readonly tool: string;
  readonly readOnlyHint: boolean | null;
  readonly idempotentHint: boolean | null;
  readonly destructiveHint: boolean | null;
}

/** `work.ndjson`: what a mock has done with its calls since its process began. */
export interface WorkRow extends WorkDone {
  readonly service: string;
  /** Which of the service's processes, from 0. */
  readonly incarnation: number;
  readonly atNs: number;
  /**
   * `begin`: before the first phase. `sample`: every 250 ms from then on. `edge`: a fault somewhere in the stack was
   * set or lifted. `leaving`: just before the process was ended on purpose; what it did after that is not counted.
   * `end`: after the last phase.
   */
  readonly when: 'begin' | 'sample' | 'edge' | 'leaving' | 'end';
  /** How long the process took to answer; a frozen or starved one takes long. */
  readonly tookNs: number;
  /** Calls that wait or are served now, abandoned ones included: what becomes of them is not in the counts. */
  readonly underWay: number;
  readonly sessionsOpen: number;
  /** Ever opened. */
  readonly sessionsOpened: number;
}

/** The rows of the line-by-line files, by the name of the file. */
export interface RecordRows {
  readonly 'events.ndjson': RunEvent;
  readonly 'series.ndjson': SeriesRow;
  readonly 'health.ndjson': HealthRow;
  readonly 'resources.ndjson': ResourceRow;
  readonly 'machine.ndjson': MachineRow;
  readonly 'workers.ndjson': WorkerRow;
  readonly 'effects.ndjson': EffectRow;
  readonly 'gateways.ndjson': GatewayRow;
  readonly 'fault-hits.ndjson': FaultHitRow;
  readonly 'tools.ndjson': ToolRow;
  readonly 'work.ndjson': WorkRow;
}
