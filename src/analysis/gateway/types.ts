/** What the summary says of a gateway. Counts are of the load alone: from the first phase on. */

/** How the calls that mocks received were joined with the calls of the load. */
export interface Joins {
  /** Calls that the mocks received. */
  readonly upstreamCalls: number;
  readonly joined: number;
  /** joined / upstreamCalls; null when none was received. */
  readonly rate: number | null;
  /** By what, of the joined ones. */
  readonly by: { readonly meta: number; readonly traceparent: number; readonly argument: number };
}

/** Messages that the mocks received while the load ran: from before the first phase until after the last. */
export interface UpstreamMessages {
  /** Attempts of `tools/call` that the client sent. */
  readonly calls: number;
  /** And of `tools/list`: with any, what a gateway asks for by itself is not known. */
  readonly lists: number;
  readonly messages: number;
  /** messages / calls; null without calls. 1: the gateway adds none. */
  readonly perCall: number | null;
  /** By MCP method, GET and DELETE; most first, only those that came. */
  readonly byMethod: readonly { readonly method: string; readonly count: number; readonly perCall: number | null }[];
  /** By mock that reports its messages; `executions`: `tools/call` among them. */
  readonly byService: readonly { readonly service: string; readonly messages: number; readonly executions: number }[];
  /** Messages at mocks that executed no call, for each call; null without calls, or where every mock executed some. */
  readonly bystanderPerCall: number | null;
  /** False where a process of a mock took counters with it. */
  readonly complete: boolean;
}

export type SessionMapping =
  /** Each session of the client has one of its own at each upstream that it calls. */
  | 'one-to-one'
  /** All sessions of the client share one at each upstream. */
  | 'shared'
  /** Each call has a session of its own. */
  | 'per-call'
  /** Several sessions of the client share several at an upstream. */
  | 'pooled'
  /** One session of the client and one upstream: whether others would share it is not known. */
  | 'single';

export interface UpstreamSessions {
  readonly mapping: SessionMapping;
  /** Sessions of the client that made joined calls, before a fault ended sessions at an upstream. */
  readonly clientSessions: number;
  /** Sessions at the mocks in which those calls were executed. */
  readonly upstreamSessions: number;
  readonly calls: number;
  /** Sessions that were opened at the mocks while the load ran. */
  readonly opened: number | null;
  /** Of these, sessions that were still open at its end although the client had opened none: leaked. */
  readonly leftOpen: number | null;
}

/** Shares of the calls that mocks received in which something of the client's request had arrived. */
export interface Arrival {
  readonly calls: number;
  /** A key of `_meta` that no gateway can know. */
  readonly customMeta: number;
  readonly metaTrace: number;
  readonly headerTrace: number;
  /** A trace context of the run that is of another call. */
  readonly otherTrace: number;
  /** Null: the client sends no Authorization. */
  readonly clientToken: number | null;
}

/** What became of calls between the client and the upstreams. */
export interface Deliveries {
  /** Executions beyond the attempts of the client: the gateway sent calls again. */
  readonly hiddenRetries: number;
  /** Calls that were repeated by the gateway; and those of them that are to take effect exactly once. */
  readonly repeatedCalls: number;
  readonly repeatedEffects: number;
  /** Calls that ended ok and reached no upstream: from a cache. Null: not every upstream call could be joined. */
  readonly answeredWithoutUpstream: number | null;
  /** Calls with an `upstream` of their own, and those of them that another one executed. */
  readonly addressed: number;
  readonly misrouted: number;
}

/** Something that users of a gateway should know of it. */
export interface GatewayFinding {
  /** The same in every run in which the same was found. */
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'note';
  /** One sentence. */
  readonly what: string;
}

/** One way in which calls failed. */
export interface SeenFailure {
  readonly errorClass: string;
  /** Of HTTP, 0 without an answer. */
  readonly status: number;
  /** Of the JSON-RPC error, 0 without one. */
  readonly code: number;
  readonly count: number;
}

/** What the client saw of the calls that failed during one fault. */
export interface ErrorView {
  readonly fault: string;
  readonly type: string;
  readonly place: string;
  readonly phase: string;
  /** Calls that ended while the fault was active. */
  readonly ended: number;
  readonly ok: number;
  /** Most first. */
  readonly seen: readonly SeenFailure[];
}

/** What became of the calls of one label while a mock failed some of its calls. */
export interface RouteSuccess {
  /** Of the calls; null: of all together. */
  readonly label: string | null;
  /** That the calls name; null where they name none. */
  readonly upstream: string | null;
  readonly offered: number;
  readonly ok: number;
  /** ok / offered with its 95 % interval; null without calls. */
  readonly success: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Calls that the fault hit at the mock; null where one of them is not known. So are the next two. */
  readonly hit: number | null;
  /** Calls that failed although the fault had not hit them: lost by what stands between. */
  readonly excess: number | null;
  /** Calls that were ok although it had: called again, or answered otherwise. */
  readonly masked: number | null;
}

/** Success while a mock failed some of its calls, route by route and in all. */
export interface Availability {
  readonly fault: string;
  readonly type: string;
  readonly on: string;
  readonly phase: string;
  readonly routes: readonly RouteSuccess[];
  readonly whole: RouteSuccess;
}

/** How calls came back after an event that ends sessions at an upstream. */
export interface Return {
  readonly fault: string;
  readonly type: string;
  readonly phase: string;
  /** `at-once`: no call failed after the event was over; `never`: no call was ok until the phase ended. */
  readonly kind: 'at-once' | 'after-failures' | 'never' | 'unknown';
  /** Attempts sent after it was over that failed before the first ok of their session, and in all. */
  readonly failedBeforeOk: number;
  readonly failed: number;
  readonly attempts: number;
  /** From its end to the last failed attempt's end; 0 where none failed. */
  readonly lastFailureNs: number;
  /** Sessions of the client that had an ok again, and all that called. */
  readonly recoveredSessions: number;
  readonly sessions: number;
  /** What the client saw of the attempts that failed after it was over; most first. */
  readonly seen: readonly SeenFailure[];
}

/** A circuit breaker, inferred from what its client sees around a fault. */
export interface BreakerParameters {
  readonly fault: string;
  /** Label of the kind of call that shows it. */
  readonly label: string;
  /** Failures in a row that opened it; more by the calls that were under way at the time. */
  readonly failures: number;
  /** How long it refuses before it lets a call through: longer than this, and at most that; null: it never did. */
  readonly openLowNs: number;
  readonly openHighNs: number | null;
  readonly openings: number;
}

/** What one process used during one phase. */
export interface ProcessCost {
  readonly process: string;
  readonly phase: string;
  readonly calls: number;
  /** CPU time, user and system, for each call that was offered meanwhile; null where it is not known. */
  readonly cpuPerCallNs: number | null;
  readonly maxRssBytes: number | null;
  /** The same divided by the sessions of the client. */
  readonly rssPerSessionBytes: number | null;
}

/** What latency of a link cost the calls that began and ended while it was active. */
export interface LinkCost {
  readonly fault: string;
  readonly link: string;
  readonly phase: string;
  /** That the link added to each piece of data. */
  readonly latencyNs: number;
  /** Calls of tools that were ok; null is what too few of them, or of those before, don't show. */
  readonly calls: number;
  readonly longestNs: number | null;
  /** How many times the latency their median was above that of the calls before: messages one after the other. */
  readonly roundTrips: number | null;
}

/** The first that the target did. */
export interface ColdStart {
  /** From the spawn of its process until it was ready; null where the run did not start it. */
  readonly readyNs: number | null;
  /** From then on until a session was open and the tool list was in; waits of our own are not counted. */
  readonly introducedNs: number;
  /** The first call, made by the official SDK; null: it was not ok. */
  readonly firstCallNs: number | null;
  /** The three together: from start to the first right answer. */
  readonly firstAnswerNs: number | null;
  /** The tenth call of the load that was ok, from its send; null with fewer. */
  readonly tenthCallNs: number | null;
}

/** A list as it is shown: how much of a model's context it takes. */
export interface ToolView {
  /** The mock; null: the target as clients see it. */
  readonly service: string | null;
  readonly tools: number;
  readonly bytes: number;
  readonly tokens: number;
}

export interface ChangedTool {
  readonly service: string;
  readonly tool: string;
  /** Its name at the target. */
  readonly shownAs: string;
  /** Where it differs, as JSON; the first few. The word `undefined`: the member is not there. */
  readonly places: readonly { readonly path: string; readonly upstream: string; readonly shown: string }[];
}

export interface ToolLists {
  readonly tokenizer: string;
  /** The target's first list, then each mock's. */
  readonly views: readonly ToolView[];
  readonly listings: number;
  /** Null with one list. Lists whose names stand in another order than in the first. */
  readonly otherOrders: number | null;
  /** Lists with other tools than the first, or with another digest of one. */
  readonly otherContents: number | null;
  /** How names of upstreams are shown: before and after the tool's own. Null: in no single way, or no mock is known. */
  readonly naming: string | null;
  readonly changed: readonly ChangedTool[];
  readonly missing: readonly { readonly service: string; readonly tool: string }[];
  /** Tools at the target that no mock has. */
  readonly added: readonly string[];
  /** Names that several mocks have and that the target shows once. */
  readonly collisions: readonly { readonly name: string; readonly services: readonly string[] }[];
}

export interface GatewaySummary {
  /** Null: the calls were not traced. */
  readonly joins: Joins | null;
  /** Null: no mock reported its messages. */
  readonly messages: UpstreamMessages | null;
  /** Null: the calls were not traced, or none was joined. */
  readonly sessions: UpstreamSessions | null;
  readonly arrival: Arrival | null;
  readonly deliveries: Deliveries | null;
  readonly errors: readonly ErrorView[];
  readonly linkCosts: readonly LinkCost[];
  readonly availabilities: readonly Availability[];
  readonly returns: readonly Return[];
  readonly breakers: readonly BreakerParameters[];
  readonly costs: readonly ProcessCost[];
  /** Null: the preflight made no call. */
  readonly coldStart: ColdStart | null;
  /** Null: the tool lists were not read. */
  readonly toolLists: ToolLists | null;
}
