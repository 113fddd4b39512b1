/**
 * The rows of the line-by-line files (NDJSON). Times are nanoseconds since the run's epoch.
 */
import type { Outcome } from './outcome.js';

/** `events.ndjson`: what happened, in order of `atNs`. */
export type RunEvent =
  | { readonly type: 'run'; readonly atNs: number; readonly edge: 'start' | 'end' | 'interrupted'; readonly reason?: string }
  | { readonly type: 'phase'; readonly atNs: number; readonly phase: number; readonly name: string; readonly edge: 'start' | 'scheduled-end' | 'drained' }
  | { readonly type: 'stage'; readonly atNs: number; readonly phase: number; readonly stage: number; readonly label: string; readonly ratePerSecond: number }
  | {
      readonly type: 'fault';
      /** When the edge was confirmed, or asked when it never was. */
      readonly atNs: number;
      readonly fault: string;
      readonly phase: number;
      readonly edge: 'on' | 'off';
      /** When the plan wanted it. */
      readonly plannedNs: number;
      /** When the request was sent. */
      readonly askedNs: number;
      /** When it was acknowledged; null when it failed. */
      readonly confirmedNs: number | null;
      readonly error?: string;
    }
  | {
      readonly type: 'service';
      readonly atNs: number;
      readonly service: string;
      readonly edge: 'spawned' | 'ready' | 'stopping' | 'exited';
      readonly pid: number | null;
      readonly exitCode?: number | null;
      readonly signal?: string | null;
      /** True for an exit nobody asked for. */
      readonly unexpected?: boolean;
    }
  | { readonly type: 'session'; readonly atNs: number; readonly session: number; readonly edge: 'opened' | 'lost' | 'reopened' | 'closed'; readonly detail?: string }
  | { readonly type: 'engine'; readonly atNs: number; readonly edge: 'started' | 'stopped' | 'died' | 'wedged'; readonly detail?: string }
  | { readonly type: 'load-line'; readonly atNs: number; readonly phase: number; readonly passedPerSecond: number; readonly failedPerSecond: number | null }
  | { readonly type: 'warning'; readonly atNs: number; readonly code: string; readonly what: string; readonly remedy: string };

/** Health of the generator over one second: `health` part of series.ndjson. */
export interface HealthRow {
  /** End of the second. */
  readonly atNs: number;
  /** p99 and maximum of send lag (sent - admitted or due) over the second; null without sends. */
  readonly lagP99Ns: number | null;
  readonly lagMaxNs: number | null;
  /** Longest time between two turns of the generator's event loop. */
  readonly loopDelayMaxNs: number;
  /** Time in garbage collection over the second. */
  readonly gcNs: number;
  readonly inFlight: number;
  readonly queued: number;
}

/** `resources.ndjson`: one process over one second. Null with `reason` when a fact is not to be had on this system. */
export interface ResourceRow {
  readonly atNs: number;
  /** Service name, `plimsoll` (this process) or `fault-engine`. */
  readonly process: string;
  readonly pid: number;
  /** CPU seconds used since the process began, user and system. */
  readonly cpuUserS: number | null;
  readonly cpuSystemS: number | null;
  readonly rssBytes: number | null;
  readonly fileDescriptors: number | null;
  readonly sockets: number | null;
  readonly threads: number | null;
  readonly reason?: string;
}

/** `effects.ndjson`: one execution in an upstream's ledger. */
export interface EffectRow {
  /** Logical call the upstream was told (`plimsoll/call`), or null when the request carried none. */
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
  /** Logical calls intended in this second. */
  readonly offered: number;
  /** Attempts sent in this second. */
  readonly sent: number;
  /** Logical calls by final outcome, counted in the second they were done. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** `ok` calls done within their deadline, and after it. */
  readonly onTime: number;
  readonly late: number;
  readonly inFlightMax: number;
  /** Largest age of the oldest call not yet in service (not yet sent, without upstream stamps). */
  readonly queueAgeMaxNs: number;
  readonly faultsActive: readonly string[];
  readonly health: HealthRow | null;
}
