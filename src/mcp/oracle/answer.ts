/**
 * The oracle: what an answer means.
 *
 * Layer by layer, first match wins: HTTP status, JSON-RPC error, failure in the result (`isError`), id, expectation. A
 * status of 200 says nothing by itself: legacy servers report an unknown tool or bad arguments as `isError` on 200.
 */
import { NS_PER_MS, NS_PER_S } from '../../clock/index.js';
import { META_STAMPS, isObject, parsedOrUndefined } from '../../protocol/index.js';
import { errorClassCode, outcomeCode, type ErrorClass } from '../../record/index.js';
import type { Head } from '../fast-path/index.js';
import type { OutputSchemas } from './output-schemas.js';
import { durationsInMeta, stampByDurations } from './reported-durations.js';
import { checkOf, compared, type Check } from './check.js';
import { foreignCallIn } from './foreign-answer.js';
import { settle, type Judged } from './settle.js';
import {
  DEFAULT_REVISION,
  eraOf,
  operationOf,
  type CallSpec,
  type Operation,
  type Revision,
} from '../../catalog/index.js';

const SHED = outcomeCode('shed');
const OVERLOAD = errorClassCode('rpc-overload');
const OUTPUT_SCHEMA = errorClassCode('output-schema');
const FOREIGN = errorClassCode('foreign-answer');
/** 26 days: two stamps that are so far from the epoch, to either side, differ by no more than a spool can hold. */
const MOST_APART_NS = 2 ** 51;

/**
 * Time to wait by a Retry-After field, in nanoseconds: seconds, or a date (RFC 9110 section 10.2.3).
 * 0 when there is none or it can't be read. @param wallMs wall-clock time in milliseconds since 1970.
 */
export function retryAfterNs(value: string, wallMs: number): number {
  if (value === '') return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value) * NS_PER_S;
  // All three forms of a date are in GMT, also the one of C's asctime, which does not say so (section 5.6.7).
  const zoned = /(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})$/.test(value) ? value : `${value} GMT`;
  const date = /[A-Za-z]/.test(value) ? Date.parse(zoned) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - wallMs) * NS_PER_MS;
}

/** Servers word it differently, with 404, 400 or a plain error: `Session not found`, `No valid session ID provided`. */
const NO_SUCH_SESSION = new RegExp(
  [
    String.raw`\bno valid session\b`,
    String.raw`\bsession\b.*\b(?:not found|unknown|expired|invalid|does not exist)\b`,
    String.raw`\b(?:unknown|invalid|expired) session\b`,
  ].join('|'),
  'i',
);

/**
 * Whether the id of an answer is that of the request: the same number, or its digits as text. JSON-RPC wants the same
 * value; clients in the field take both, and the run says that it met such a server (`Oracle.textIds`).
 */
export function answersId(id: unknown, rpcId: number): boolean {
  return id === rpcId || (typeof id === 'string' && id === String(rpcId));
}

/** The message that answers a request, out of a body that holds several (MCP 2025-03-26 lets a server batch them). */
function unbatched(body: unknown, rpcId: number): unknown {
  if (!Array.isArray(body)) return body;
  const messages = body as readonly unknown[];
  return messages.find((each) => isObject(each) && answersId(each['id'], rpcId)) ?? body;
}

/** What of a run's protocol decides how answers are judged. */
export interface JudgedBy {
  /** Codes of JSON-RPC errors by which the server says that it is overloaded. */
  readonly overloadCodes?: readonly number[];
  /** Of each spec whose tool declares one. */
  readonly outputs?: OutputSchemas;
  readonly revision?: Revision;
}

/** Judges the answers of one run. */
export class Oracle {
  /** Results whose id was the request's as text. */
  textIds = 0;
  readonly #checks: readonly Check[];
  readonly #operations: readonly Operation[];
  /** Of each spec whose tool declares one, or whose expectation is one. */
  readonly #outputs: OutputSchemas;
  readonly #overloadCodes: readonly number[];
  /** Without sessions: HTTP 404 means something else, and a result says of which kind it is. */
  readonly #stateless: boolean;
  /** The run's epoch in two parts, so that an absolute time becomes run time without 64-bit integers. */
  readonly #epochS: number;
  readonly #epochNs: number;

  /** @param monotonicEpochNs decimal nanoseconds. */
  constructor(
    calls: readonly CallSpec[],
    monotonicEpochNs: string,
    { overloadCodes = [], outputs = [], revision = DEFAULT_REVISION }: JudgedBy = {},
  ) {
    this.#overloadCodes = overloadCodes;
    this.#outputs = outputs;
    this.#stateless = eraOf(revision) === 'stateless';
    this.#checks = calls.map(({ expect }) => checkOf(expect));
    this.#operations = calls.map(operationOf);
    this.#epochS = Number(monotonicEpochNs.slice(0, -9));
    this.#epochNs = Number(monotonicEpochNs.slice(-9));
  }

  /** Judges a complete HTTP response that was no event stream (or whose stream's body was of no use: `text` ''). */
  judgeHttp(slot: Judged, head: Head, text: string): void {
    const status = head.status;
    slot.httpStatus = status;
    if (status >= 200 && status < 300) {
      if (head.coding === 'other') {
        settle(slot, 'content-coding');
        return;
      }
      // MCP 2025-11-25, Transports: 202 accepts a notification or an answer of the client; no client reads its body.
      if (status === 202) {
        settle(slot, 'not-json-rpc');
        return;
      }
      // A request is answered with application/json or text/event-stream, nothing else.
      if (head.bodyKind === 'other') {
        settle(slot, 'content-type');
        return;
      }
      const message = parsedOrUndefined(text);
      if (message === undefined) settle(slot, 'body-not-json');
      else this.judgeMessage(slot, unbatched(message, slot.rpcId));
      if (slot.errorClass === OVERLOAD) slot.retryAfterNs = retryAfterNs(head.retryAfter, Date.now());
      return;
    }
    settle(slot, this.#stateless && status === 404 ? 'http-4xx' : classOfStatus(status));
    const error = errorIn(parsedOrUndefined(head.bodyKind === 'event-stream' ? eventData(text) : text));
    if (error !== null) this.#judgeErrorUnderStatus(slot, status, error);
    if (slot.outcome === SHED) slot.retryAfterNs = retryAfterNs(head.retryAfter, Date.now());
  }

  /** The status decides where it has a meaning of its own; any other 5xx says no more than the error inside. */
  #judgeErrorUnderStatus(slot: Judged, status: number, error: Readonly<Record<string, unknown>>): void {
    const code = codeOf(error);
    slot.rpcCode = code;
    if (this.#stateless && (status === 400 || status === 404))
      // Errors of the protocol itself travel under these (MCP 2026-07-28, Transports).
      settle(slot, this.#overloadCodes.includes(code) ? 'rpc-overload' : 'rpc-error');
    else if (status === 400 && isNoSession(error)) settle(slot, 'session-unknown');
    else if ((status >= 500 && status !== 503) || status === 400) {
      if (this.#overloadCodes.includes(code)) settle(slot, 'rpc-overload');
      else if (status >= 500) settle(slot, 'rpc-error');
    }
  }

  /** Judges a JSON-RPC message that came as the answer, under HTTP status 200 or over stdio. */
  judgeMessage(slot: Judged, message: unknown): void {
    if (!isObject(message) || message['jsonrpc'] !== '2.0' || message['method'] !== undefined) {
      settle(slot, 'not-json-rpc');
      return;
    }
    if (message['error'] !== undefined) {
      const error = message['error'];
      if (!isObject(error)) settle(slot, 'not-json-rpc');
      else {
        slot.rpcCode = codeOf(error);
        if (this.#overloadCodes.includes(slot.rpcCode)) settle(slot, 'rpc-overload');
        else settle(slot, !this.#stateless && isNoSession(error) ? 'session-unknown' : 'rpc-error');
      }
      return;
    }
    const result = message['result'];
    if (!isObject(result)) {
      settle(slot, 'not-json-rpc');
      return;
    }
    const ours = answersId(message['id'], slot.rpcId);
    if (ours && message['id'] !== slot.rpcId) this.textIds++;
    // Someone else's answer carries someone else's times.
    if (ours) this.#readStamps(slot, result['_meta']);
    const operation = this.#operations[slot.spec] as Operation;
    const kind = this.#stateless ? (result['resultType'] ?? 'complete') : 'complete';
    if (kind !== 'complete') settle(slot, kind === 'input_required' ? 'input-required' : 'bad-result');
    else if (operation.hasFailed(result)) settle(slot, 'tool-error');
    else if (!ours) settle(slot, 'wrong-id');
    else if (!operation.isResult(result)) settle(slot, 'bad-result');
    else if (this.#outputs[slot.spec]?.fits(operation, result) === false) settle(slot, 'output-schema');
    else settle(slot, this.#compare(slot, operation, result));
  }

  /** The call that the answer of this one belongs to; null where that is not what it ended for. */
  answerOf(
    { spec, callId, errorClass }: Pick<Judged, 'spec' | 'callId' | 'errorClass'>,
    message: unknown,
  ): number | null {
    const result = isObject(message) ? message['result'] : undefined;
    if (errorClass !== FOREIGN || !isObject(result)) return null;
    return foreignCallIn(callId, this.#operations[spec] as Operation, result);
  }

  #compare(slot: Judged, operation: Operation, result: Readonly<Record<string, unknown>>): ErrorClass {
    const found = compared(this.#checks[slot.spec] as Check, operation, result, slot.expectedText);
    return found === 'wrong-value' && foreignCallIn(slot.callId, operation, result) !== null ? 'foreign-answer' : found;
  }

  /** What a judged result breaks of its tool's promise, for people; '' where that is not what it ended for. */
  brokenPromise({ spec, errorClass }: Pick<Judged, 'spec' | 'errorClass'>, message: unknown): string {
    const result = isObject(message) ? message['result'] : undefined;
    if (errorClass !== OUTPUT_SCHEMA || !isObject(result)) return '';
    return this.#outputs[spec]?.faultsOf(this.#operations[spec] as Operation, result) ?? '';
  }

  #readStamps(slot: Judged, meta: unknown): void {
    if (!isObject(meta)) return;
    const stamps = meta[META_STAMPS];
    if (!isObject(stamps)) {
      const durations = durationsInMeta(meta);
      if (durations !== null) stampByDurations(slot, durations);
      return;
    }
    slot.receivedNs = this.#runTime(stamps['received']);
    slot.startedNs = this.#runTime(stamps['started']);
    slot.finishedNs = this.#runTime(stamps['finished']);
  }

  /**
   * Run time of an absolute decimal time, exactly; of one more than `MOST_APART_NS` from the epoch that many, so that a
   * clock of another machine is noticed as that. NaN for anything else.
   */
  #runTime(text: unknown): number {
    if (typeof text !== 'string' || text.length > 19) return Number.NaN;
    const wholeSeconds = text.length - 9;
    let seconds = 0;
    let nanoseconds = 0;
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (i < wholeSeconds) seconds = seconds * 10 + digit;
      else nanoseconds = nanoseconds * 10 + digit;
    }
    if (text === '') return Number.NaN;
    const runTime = (seconds - this.#epochS) * NS_PER_S + (nanoseconds - this.#epochNs);
    return Math.max(-MOST_APART_NS, Math.min(MOST_APART_NS, runTime));
  }
}

const OWN_CLASS = { 401: 'http-401', 403: 'http-403', 404: 'http-404', 429: 'http-429', 503: 'http-503' } as const;

function classOfStatus(status: number): ErrorClass {
  const own = (OWN_CLASS as Readonly<Partial<Record<number, ErrorClass>>>)[status];
  return own ?? (status >= 500 ? 'http-5xx' : status >= 400 ? 'http-4xx' : 'http-3xx');
}

/** The data of the first event of a stream that came whole. */
function eventData(stream: string): string {
  const [first = ''] = stream.split(/\r\n\r\n|\n\n|\r\r/, 1);
  const lines = first.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice('data:'.length)).join('\n');
}

function errorIn(message: unknown): Readonly<Record<string, unknown>> | null {
  return isObject(message) && isObject(message['error']) ? message['error'] : null;
}

/** The code of a JSON-RPC error, or 0 when it has none that fits a sample. */
function codeOf(error: Readonly<Record<string, unknown>>): number {
  const code = error['code'];
  return typeof code === 'number' && Number.isInteger(code) && Math.abs(code) <= 0x7fff_ffff ? code : 0;
}

function isNoSession(error: Readonly<Record<string, unknown>>): boolean {
  const code = codeOf(error);
  const { message } = error;
  return (code === -32000 || code === -32001) && typeof message === 'string' && NO_SUCH_SESSION.test(message);
}
