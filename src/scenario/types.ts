/**
 * A scenario as the rest of the house sees it: typed, every quantity in its base unit, every default filled in.
 * The text form (YAML with units) is what `reader` turns into this.
 */
import type { LinkFault } from '../toxiproxy/fault.js';
import type { GatewayShape } from '../../mock-servers/gateway/options.js';
import type { MockFault } from '../../mock-servers/tools/faults/options.js';
import type { ToolsMockOptions } from '../../mock-servers/tools/options.js';

/** Text that may hold `${port}`, `${service.NAME.url}` or `${secret.NAME}`; those are filled in only when the stack comes up. */
export type LateText = string;

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

// ---- stack ---------------------------------------------------------------------------------------------------------

/** When a spawned service counts as ready. */
export type Readiness =
  /** An HTTP request to this path is answered with any status below 500. */
  | { readonly kind: 'http'; readonly path: string }
  /** The port accepts a TCP connection. */
  | { readonly kind: 'tcp' }
  /** A line of stdout or stderr matches this regular expression. */
  | { readonly kind: 'line'; readonly pattern: string };

export type Service =
  | {
      readonly kind: 'mock';
      readonly name: string;
      readonly mock: 'tools';
      /** Host and port are decided when the stack comes up. */
      readonly options: Omit<ToolsMockOptions, 'host' | 'port'>;
      readonly readyWithinNs: number;
    }
  | {
      /** Our own gateway, in front of services and links that are written above it. */
      readonly kind: 'gateway';
      readonly name: string;
      /** Names of services and links it sends calls on to, at least one. */
      readonly to: readonly string[];
      readonly options: GatewayShape;
      /** True when it is not written in the scenario but stands for the replicas of a service, and takes no time of its own. */
      readonly front: boolean;
      readonly readyWithinNs: number;
    }
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly command: readonly [LateText, ...LateText[]];
      readonly environment: Readonly<Record<string, LateText>>;
      /** Absolute, resolved against the scenario file's folder. */
      readonly workingFolder: string;
      /** Fixed port, or null: a free one is allocated and given as `${port}`. */
      readonly port: number | null;
      /** Path of the MCP endpoint, e.g. `/mcp`. */
      readonly path: string;
      readonly ready: Readiness;
      readonly readyWithinNs: number;
    }
  | { readonly kind: 'url'; readonly name: string; readonly url: LateText };

/** A Toxiproxy proxy in front of a service. */
export interface Link {
  readonly name: string;
  /** Name of a service. */
  readonly to: string;
}

export type Target =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'url'; readonly url: LateText }
  | {
      readonly kind: 'stdio';
      readonly command: readonly [LateText, ...LateText[]];
      readonly environment: Readonly<Record<string, LateText>>;
      readonly workingFolder: string;
    };

export interface Stack {
  readonly services: readonly Service[];
  readonly links: readonly Link[];
  readonly target: Target;
}

// ---- protocol and calls --------------------------------------------------------------------------------------------

export interface Protocol {
  /** Revision asked for in `initialize`. */
  readonly revision: '2025-11-25' | '2025-06-18' | '2025-03-26';
  readonly transport: 'streamable-http' | 'stdio';
  /** Sessions opened before the first phase and pinned. For stdio: child processes. */
  readonly sessions: number;
  /** Extra HTTP headers on every request; may hold secrets. */
  readonly headers: Readonly<Record<string, LateText>>;
  /** Most calls one session may have in flight. */
  readonly inFlightPerSession: number;
  /** Whether each request tells, in its `_meta`, how long its attempt may take, so that a server can drop what came too late. */
  readonly tellTimeout: boolean;
}

/** How one argument value is made. Draws come from the scenario's seed. */
export type ArgumentValue =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  /** One of the values, uniformly. */
  | { readonly kind: 'pick'; readonly values: readonly JsonValue[] }
  /** A value no other call of this run has: a UUID, or a counter from 1. */
  | { readonly kind: 'unique'; readonly form: 'uuid' | 'counter' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** Lower-case letters, exactly this many bytes. */
  | { readonly kind: 'text'; readonly bytes: number }
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, ArgumentValue>> }
  | { readonly kind: 'list'; readonly items: readonly ArgumentValue[] };

/** What a right answer is. All forms also demand: no JSON-RPC error, no `isError`, the right id. */
export type Expectation =
  /** Any answer without an error. */
  | { readonly kind: 'success' }
  /** The answer a mock derives from tool name and arguments. */
  | { readonly kind: 'derived' }
  /** The first text content equals this; `${arguments.NAME}` stands for a top-level argument. */
  | { readonly kind: 'text'; readonly equals: string }
  /** The first text content contains this; same placeholders. */
  | { readonly kind: 'contains'; readonly part: string };

/** Which failed attempts are tried again. */
export type RetryOn = 'transport' | 'shed' | 'session' | 'protocol' | 'tool' | 'timeout';

export interface Retry {
  /** Most retries after the first attempt. */
  readonly attempts: number;
  /** Base of the exponential backoff: base x 2^k before retry k (from 0). */
  readonly backoffNs: number;
  readonly maxBackoffNs: number;
  /** `full` draws uniformly from [0, backoff] (Brooker, AWS Architecture Blog, 2015). */
  readonly jitter: 'none' | 'full';
  readonly on: readonly RetryOn[];
  /** Whether a Retry-After longer than the backoff is obeyed. */
  readonly obeyRetryAfter: boolean;
  /** Bounds retries by calls; null: only `attempts` does. */
  readonly budget: RetryBudget | null;
}

/**
 * A token bucket: each call puts `share` of a token in, each retry takes a whole one out, and without a whole one there is no
 * retry. So retries stay under `share` of the calls however many of those fail (Finagle's RetryBudget; retry throttling in
 * gRFC A6). One bucket for each call spec of each load worker.
 */
export interface RetryBudget {
  /** Above 0, at most 1. */
  readonly share: number;
  /** Most tokens the bucket holds; it begins full. */
  readonly burst: number;
}

export interface CallSpec {
  readonly tool: string;
  /** Label in tables; the tool name unless two specs share a tool. Unique. */
  readonly label: string;
  /** Relative share of calls, above 0. */
  readonly weight: number;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly expect: Expectation;
  readonly effect: 'none' | 'exactly-once';
  /** From the intended start of the logical call to the end of its last attempt. */
  readonly deadlineNs: number;
  /** True when the scenario states the deadline; false when it is the default of 30 s. */
  readonly deadlineStated: boolean;
  /** Most time one attempt may take from its send; null: only the deadline bounds it. */
  readonly attemptTimeoutNs: number | null;
  readonly retry: Retry | null;
  /** Whether the server is told of an attempt that is given up (`notifications/cancelled`; MCP: the sender SHOULD). */
  readonly cancel: boolean;
  /** Set where the scenario has faults inside mocks: the call's id travels, whatever is expected of the answer, so that a mock can say whom it struck. */
  readonly named?: true;
}

// ---- phases --------------------------------------------------------------------------------------------------------

/** A rate, absolute or as a multiple of the load line (`1.5x`). */
export type Rate =
  | { readonly kind: 'absolute'; readonly perSecond: number }
  | { readonly kind: 'relative'; readonly timesLoadLine: number };

export type Arrivals = 'constant' | 'poisson';

/** A stretch of a phase of stages: a rate that is held, or one that changes evenly to `rampTo`. */
export interface PhaseStage {
  readonly label: string;
  readonly rate: Rate;
  readonly rampTo?: Rate;
  readonly forNs: number;
}

export type Phase =
  | { readonly regime: 'floor'; readonly name: string; readonly forNs: number; readonly warmupNs: number }
  | {
      /** `soak`: steady for long, and judged by whether memory, descriptors or sessions grow. */
      readonly regime: 'steady' | 'soak';
      readonly name: string;
      readonly forNs: number;
      readonly warmupNs: number;
      readonly load:
        | { readonly loop: 'closed'; readonly concurrency: number; readonly thinkNs: number }
        | { readonly loop: 'open'; readonly rate: Rate; readonly arrivals: Arrivals };
    }
  | {
      readonly regime: 'overload';
      readonly name: string;
      readonly warmupNs: number;
      /** Optional calm stage before, on the same continuous schedule. */
      readonly before: { readonly rate: Rate; readonly forNs: number } | null;
      readonly rate: Rate;
      readonly forNs: number;
      readonly after: { readonly rate: Rate; readonly forNs: number };
      readonly arrivals: Arrivals;
    }
  | {
      /** Stages on one continuous schedule, written one by one, or as a spike: before, spike, after. */
      readonly regime: 'stages' | 'spike';
      readonly name: string;
      readonly warmupNs: number;
      readonly stages: readonly [PhaseStage, ...PhaseStage[]];
      readonly arrivals: Arrivals;
    }
  | {
      readonly regime: 'replay';
      readonly name: string;
      readonly warmupNs: number;
      readonly forNs: number;
      /** How many times faster than it was recorded; already in the offsets. */
      readonly speed: number;
      /** Arrivals in whole nanoseconds from the start of the phase, never decreasing, all before its end; at least one. */
      readonly offsetsNs: readonly number[];
    }
  | {
      /** Searches the load line by doubling, then bisection; sets what `x` means in later phases. */
      readonly regime: 'capacity';
      readonly name: string;
      readonly between: { readonly lowPerSecond: number; readonly highPerSecond: number };
      readonly stepNs: number;
      readonly resolution: number;
      readonly confirmations: number;
      readonly arrivals: Arrivals;
      /** What is taken away for the search, and what the stack has to carry all the same; null: a search of the whole stack. */
      readonly loss: { readonly service: string; readonly operatingPerSecond: number | null } | null;
    };

// ---- faults --------------------------------------------------------------------------------------------------------

/** What is done to the process of a service that the run has started. */
export type ProcessFaultType =
  /** SIGKILL; started again on the same port when it is lifted. */
  | 'kill'
  /** SIGSTOP; SIGCONT when it is lifted. */
  | 'freeze'
  /** SIGTERM, SIGKILL after a grace; started again on the same port when it is lifted. */
  | 'restart'
  /** Restarted at once, and held from when it is ready until it is lifted. */
  | 'slow-start'
  /** As `kill`, and it may never come back. */
  | 'gone';

export interface ProcessFault {
  readonly type: ProcessFaultType;
}

export type FaultType = LinkFault['type'] | MockFault['kind'] | ProcessFaultType;

interface FaultTimes {
  readonly id: string;
  readonly phase: string;
  readonly type: FaultType;
  /** Name of the link or service. */
  readonly on: string;
  /** From the start of the phase's first segment. */
  readonly atNs: number;
  /** Null: to the end of the run (`gone` only). */
  readonly forNs: number | null;
}

/** A fault during one phase, and who makes it happen: the fault engine, the mock itself, or the supervisor of processes. */
export type Fault =
  | (FaultTimes & { readonly place: 'link'; readonly fault: LinkFault })
  | (FaultTimes & { readonly place: 'mock'; readonly fault: MockFault })
  | (FaultTimes & { readonly place: 'process'; readonly fault: ProcessFault });

// ---- gates ---------------------------------------------------------------------------------------------------------

/** What an absolute gate can look at. `metrics` of the analysis room says what each means. */
export const GATE_METRICS = [
  'response-time',
  'service-view',
  'schedule-lag',
  'queue-age',
  'upstream-queue',
  'goodput',
  'deadline-miss-ratio',
  'error-ratio',
  'error-classes',
  'throughput',
  'time-to-detect',
  'time-to-recover',
  'backlog-drain',
  'dip-area',
  'metastable',
  'duplicates',
  'lost',
  'orphans',
  'retry-amplification',
  'rss-growth',
  'descriptor-growth',
  'socket-growth',
  'thread-growth',
  'session-growth',
  'sessions-open',
  'contract-drift',
  'broken-hypotheses',
] as const;
export type GateMetric = (typeof GATE_METRICS)[number];

export const GATE_STATS = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'count', 'ratio', 'rate', 'slope'] as const;
export type GateStat = (typeof GATE_STATS)[number];

/** The unit a gate's bound was written in, so that verdicts can be printed in it. */
export type BoundUnit = 'ns' | 'per-second' | 'ratio' | 'count' | 'ns-per-second' | 'bytes-per-hour' | 'per-hour';

export interface Gate {
  /** Position in the scenario's list, from 0. */
  readonly index: number;
  readonly metric: GateMetric;
  readonly stat: GateStat;
  /** Null: every phase that has the metric must pass. */
  readonly phase: string | null;
  /** A call label, or null for all. */
  readonly tool: string | null;
  /** A fault id, or null for every fault (only for per-fault metrics). */
  readonly fault: string | null;
  /** A service, `plimsoll` or `fault-engine`, or null for every process that was watched (only for growth). */
  readonly process: string | null;
  /** In `unit`; at least one of the two is set. */
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: BoundUnit;
}

/** What a hypothesis can look at: what a stretch of a phase has a value of. */
export const HYPOTHESIS_METRICS = [
  'response-time',
  'service-view',
  'queue-age',
  'goodput',
  'deadline-miss-ratio',
  'error-ratio',
  'error-classes',
  'throughput',
  'retry-amplification',
  'sessions-open',
  'contract-drift',
] as const satisfies readonly GateMetric[];
export type HypothesisMetric = (typeof HYPOTHESIS_METRICS)[number];

/** A bound that is to hold before the faults of a phase and again after them. `phase` null: in every phase with a fault. */
export interface Hypothesis extends Gate {
  readonly metric: HypothesisMetric;
  readonly fault: null;
  readonly process: null;
}

// ---- the whole -----------------------------------------------------------------------------------------------------

export interface GeneratorSettings {
  /** How the generator waits for the next intended time; `auto` decides by the number of cores. */
  readonly pacing: 'auto' | 'spin' | 'sleep';
  /** Most attempts in flight over all sessions. */
  readonly maxInFlight: number;
  /** Most logical calls that may wait for a slot; one more is shed and counted. */
  readonly maxQueued: number;
  /** Threads that share the load; sessions and bounds are divided among them. */
  readonly workers: number;
}

export interface RecoverySettings {
  /** A window is inside the baseline band when its p99 is at most this many times the baseline's and its goodput within `goodputShare`. */
  readonly latencyFactor: number;
  readonly goodputShare: number;
  /** Every window for this long must be inside the band. */
  readonly holdNs: number;
  readonly windowNs: number;
}

/** Whether somebody watches what tools the target offers while the run goes on. */
export interface ContractWatch {
  /** From one `tools/list` to the next. */
  readonly everyNs: number;
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description: string | null;
  readonly seed: number;
  /** Load may leave loopback. */
  readonly allowRemote: boolean;
  /** Declared load line for relative rates, when no capacity phase measures it. */
  readonly loadLinePerSecond: number | null;
  readonly stack: Stack;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly phases: readonly Phase[];
  readonly faults: readonly Fault[];
  readonly gates: readonly Gate[];
  /** Those of the run first, then phase by phase. */
  readonly hypotheses: readonly Hypothesis[];
  /** Null: nobody asks for the tool list during the run. */
  readonly contract: ContractWatch | null;
  readonly generator: GeneratorSettings;
  readonly recovery: RecoverySettings;
}
