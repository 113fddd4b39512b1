/**
 * What the mocks report beside their MCP path. Times are absolute CLOCK_MONOTONIC nanoseconds as decimal strings (JSON
 * numbers lose nanoseconds after 104 days of uptime); durations are numbers of nanoseconds.
 */
import { isObject } from '../json.js';
import { amount, field, flag, object, oneOf, orNull, text, whole, type ObjectOf } from '../shape.js';

const count = whole('a whole number from 0', 0);

/** The first line that a mock prints on stdout, once it listens. */
export const readyLine = { ready: flag, port: whole('a port', 1, 65_535), pid: whole('a process id', 1), path: text };
export type ReadyLine = ObjectOf<typeof readyLine>;

/** What has become of a mock's work since it started. */
const workDone = {
  /** Calls whose service was completed. */
  served: count,
  servedServiceNs: amount,
  /** Wasted work among them: the caller had gone or had cancelled before the answer left. */
  wasted: count,
  wastedServiceNs: amount,
  /** Calls dropped from the queue because they were past their time limit. */
  expired: count,
  cancelled: count,
  /** Cancellations that named a call under way, whatever came of it. */
  cancels: count,
};
export type WorkDone = ObjectOf<typeof workDone>;

/** Rows since the last reset, and rows for which there was no room. */
const rows = object({ rows: count, dropped: count });

const countsByName = field(
  'whole numbers from 0 by name',
  (value): value is Readonly<Record<string, number>> =>
    isObject(value) && Object.values(value).every((each) => count.holds(each)),
);

/** `GET /plimsoll/state` of a `tools` mock. */
export const mockState = {
  sessions: object({ open: count, opened: count }),
  /** Calls in the queue, held back by `addedQueueNs`, or refused and not answered yet. */
  queued: count,
  inService: count,
  connections: object({ open: count, seen: count }),
  truth: rows,
  ledger: rows,
  faultHits: rows,
  /** How much later than computed the answers were handed over. */
  lateness: object({ meanNs: amount, maxNs: amount }),
  work: object(workDone),
  /** CPU time of the whole process so far, microseconds. */
  cpu: object({ userUs: amount, systemUs: amount }),
  /** Messages by MCP method, GET and DELETE. */
  methods: countsByName,
};
export type MockState = ObjectOf<typeof mockState>;

/** A line of `GET /plimsoll/ledger`: one execution of a tool with a side effect, in order of execution. */
export const ledgerLine = {
  /** The logical call's id; null when the request held none. */
  call: orNull(text),
  tool: text,
  /** When it was executed: actual end of service. */
  atNs: text,
  /** The arguments as canonical JSON: distinguishes effects even where something between dropped the call id. */
  key: text,
};
export type LedgerLine = ObjectOf<typeof ledgerLine>;

/** A line of `GET /plimsoll/fault-hits`: one call (or request) affected by a fault, in the order of the effects. */
export const faultHitLine = {
  /** The label of the fault, or its id. */
  fault: text,
  /** Logical call; null when the request held no id, or when no call was affected. */
  call: orNull(text),
  /** Null: no call was affected, but a request, a session or the mock as a whole. */
  tool: orNull(text),
  /** When the affected call had been received; null where there is none. */
  receivedNs: orNull(text),
  atNs: text,
  /** The call was chosen while the fault was in force and affected after it was lifted. */
  afterLift: flag,
};
export type FaultHitLine = ObjectOf<typeof faultHitLine>;

/** How a call to a `tools` mock ended. */
export const TRUTH_OUTCOMES = [
  /** Not answered yet. */
  'pending',
  /** Served and answered. */
  'ok',
  /** Served and answered with `isError`. */
  'tool-error',
  /** Served and answered with an HTTP or JSON-RPC error: a fault. */
  'error',
  /** Served and answered with what is not the answer to this call: a fault. */
  'wrong',
  /** Served and answered with what is no answer, or not all of it: a fault. */
  'broken',
  /** Served, but the client had gone or had cancelled the call. An effect was executed all the same. */
  'undelivered',
  /** Refused because the queue was full, or by a fault. */
  'shed',
  /** Left without an answer because the queue was full. */
  'hung',
  /** Dropped from the queue, because it was cancelled or past its time limit (`drops`). */
  'dropped',
] as const;
export type TruthOutcome = (typeof TRUTH_OUTCOMES)[number];

/** A line of `GET /plimsoll/truth`: one call that reached the queue. */
export const truthLine = {
  /** Arrival number since the mock started, from 0. Line n has the n-th draw of `serviceTimes`. */
  arrival: count,
  /** The logical call's id; null when the request held none. */
  call: orNull(text),
  tool: text,
  session: text,
  /** TCP connection, counted from 1. */
  connection: count,
  receivedNs: text,
  /** Null when the call was not admitted, and while a stall without an end holds it. */
  virtualStartNs: orNull(text),
  virtualFinishNs: orNull(text),
  /** When the answer was handed to the socket; null while there is none. */
  actualFinishNs: orNull(text),
  /** The drawn service time, also of a call that was shed. */
  serviceNs: text,
  outcome: oneOf(TRUTH_OUTCOMES),
  /** The trace context in `_meta`, and the one in the header; null where there is none. */
  traceparent: orNull(text),
  traceHeader: orNull(text),
  /** Number of the call by an argument (`ARGUMENT_NONCE`); null where no argument says it. */
  argumentCall: orNull(count),
  /** SHA-256, hexadecimal, of the Authorization field; null where there is none. */
  authorization: orNull(text),
};
export type TruthLine = ObjectOf<typeof truthLine> & {
  /** JSON-RPC id of the attempt. */
  readonly rpcId: string | number;
};

/** A line of `GET /plimsoll/windows` of a gateway: the calls received within one window. */
export const gatewayWindow = {
  fromNs: text,
  windowNs: amount,
  /** Calls that were sent on. */
  forwarded: count,
  /** Sums over those: time in the gateway's queue, and with one of its workers. */
  queueNs: amount,
  serviceNs: amount,
  /** Calls among them that were answered. */
  answered: count,
  upstreamNs: amount,
};
export type GatewayWindow = ObjectOf<typeof gatewayWindow>;

/** What became of a call that a gateway received. */
const GATEWAY_OUTCOMES = [
  /** On its way: in the gateway's queue, or at the upstream. */
  'pending',
  /** The upstream answered, with whatever it was. */
  'answered',
  /** No upstream could be reached, or the connection broke. */
  'failed',
  /** The gateway's own queue was full. */
  'shed',
] as const;
export type GatewayOutcome = (typeof GATEWAY_OUTCOMES)[number];

/** A line of `GET /plimsoll/truth` of a gateway: one `tools/call`. Null: it did not get that far. */
export const gatewayTruthLine = {
  /** The logical call's id; null when the request held none. */
  call: orNull(text),
  session: text,
  /** Where it was sent last. */
  upstream: orNull(text),
  receivedNs: text,
  startedNs: orNull(text),
  forwardedNs: orNull(text),
  answeredNs: orNull(text),
  outcome: oneOf(GATEWAY_OUTCOMES),
};
export type GatewayTruthLine = ObjectOf<typeof gatewayTruthLine>;
