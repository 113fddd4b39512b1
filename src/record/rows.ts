/** The rows of the line-by-line files (NDJSON). Times are nanoseconds since the run's epoch. */
import type { GatewayWindow, WorkDone } from '../protocol/index.js';
import type { RunEvent } from './events.js';
import type { Outcome } from './outcome.js';

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
  /** 0 of a server that is watched through a Prometheus endpoint. */
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
  /** Messages that have reached it, by MCP method, GET and DELETE; absent in records of earlier versions. */
  readonly messages?: Readonly<Record<string, number>>;
}

/**
 * `upstream-calls.ndjson`: one `tools/call` that a mock received, and what of the client's request had arrived there.
 * Written of runs whose requests carry a trace context. What was received before the first phase is the preflight's.
 */
export interface UpstreamCallRow {
  readonly service: string;
  readonly tool: string;
  /** Logical call; null when nothing in the request names one of this run. */
  readonly callId: number | null;
  /**
   * What named the call: its id in `_meta`, else a trace context, else an argument; null where nothing did. Where they
   * disagree the argument counts, which no gateway changes.
   */
  readonly joinedBy: 'meta' | 'traceparent' | 'argument' | null;
  /** When the mock had received the request. */
  readonly receivedNs: number;
  /** Sessions of the service, numbered from 0 in the order of their first call. */
  readonly session: number;
  /** Whether the id of the call had arrived: a key of `_meta` that no gateway can know. */
  readonly customMeta: boolean;
  /** Whether the trace context of the call had arrived in `_meta`. */
  readonly metaTrace: boolean;
  /** The same of the header `traceparent`. */
  readonly headerTrace: boolean;
  /** Whether a trace context of this run had arrived that is of another call. */
  readonly otherTrace: boolean;
  /** Whether the Authorization of the client had arrived; null: the client sends none. */
  readonly clientToken: boolean | null;
}

/**
 * `tool-lists.ndjson`: one tool of one tool list, before the load: as the target lists it in a session of its own, or
 * as a mock behind it would by itself.
 */
export interface ToolListRow {
  /** The mock that offers it; null: the target as its clients see it. */
  readonly service: string | null;
  /** Number of the list, from 0: each is of another session. */
  readonly listing: number;
  /** Place in the list, from 0. */
  readonly position: number;
  readonly tool: string;
  /** SHA-256, hexadecimal, of the canonical JSON of everything but the name: gateways rename. */
  readonly digest: string;
  /** UTF-8 bytes of the canonical JSON of the tool as it is listed. */
  readonly bytes: number;
  /** Tokens of the same text under `tokenizer`. */
  readonly tokens: number;
  /** Name of the tokenizer. */
  readonly tokenizer: string;
  /** What the digest is of; null where an earlier list of the same place has the same. */
  readonly contract: string | null;
}

/**
 * `spans.ndjson`: one span of a call of this run, as the tracer of a server reported it. Written of runs that receive
 * spans.
 */
export interface SpanRow {
  /** Logical call whose trace it is part of. */
  readonly callId: number;
  /** Attribute `service.name` of the tracer; '' where it has none. */
  readonly service: string;
  /** As the tracer named it. */
  readonly name: string;
  /** Kind of the span, by OTLP. */
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Null: it has none but the span of the call itself, whose id the request carried. */
  readonly parentId: string | null;
  /** By the wall clock of its server, counted from the start of the run in UTC: no time of the run's own clock. */
  readonly startNs: number;
  /** By the clock of its server. */
  readonly durationNs: number;
}

/**
 * `server-metrics.ndjson`: a metric of a server itself, about once a second, as its page in the text format of
 * Prometheus had it. Written of runs whose scenario names some.
 */
export interface ServerMetricRow {
  /** When the page was asked for. */
  readonly atNs: number;
  /** Name of the service in the scenario. */
  readonly service: string;
  /** As the scenario names it: a name, with labels or without. */
  readonly metric: string;
  /** By its type on the page. */
  readonly kind: 'counter' | 'gauge';
  /** The sum of the series that it fits. */
  readonly value: number;
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
  readonly 'upstream-calls.ndjson': UpstreamCallRow;
  readonly 'tool-lists.ndjson': ToolListRow;
  readonly 'spans.ndjson': SpanRow;
  readonly 'server-metrics.ndjson': ServerMetricRow;
}
