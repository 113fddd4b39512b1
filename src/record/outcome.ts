/** What became of an attempt or a logical call, in order of precedence: the first that applies is the outcome. */
export const OUTCOMES = [
  /** Our own fault: the generator could not do its part, or a limit of ours ended the answer. */
  'generator',
  /**
   * Connection refused or reset, malformed HTTP or SSE, an answer that broke off, HTTP 5xx but 503 and without a
   * JSON-RPC error inside: a server that answers with one is reached.
   */
  'transport',
  /** HTTP 401 or 403. */
  'auth',
  /** HTTP 429 or 503, a declared overload (`protocol.overload-codes`), or no room in the client's own bounded queue. */
  'shed',
  /** HTTP 404, or an unknown session. */
  'session',
  /**
   * JSON-RPC error, another HTTP 4xx, an answer of a content type or coding that MCP clients do not take, or a demand
   * for input that the client did not offer to give.
   */
  'protocol',
  /** The tool says `isError: true`. */
  'tool',
  /** No complete answer by the deadline, or by the attempt's timeout. */
  'deadline',
  /** Well-formed and wrong. */
  'semantic',
  /** A right answer whose side effect happened more than once, or not at all. Known only after the run. */
  'effect',
  'ok',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Finer than the outcome: what exactly was seen. Append only: codes are stored in samples. */
export const ERROR_CLASSES = [
  'none',
  'connect-refused',
  'connect-failed',
  'connection-reset',
  'closed-early',
  'http-malformed',
  'sse-malformed',
  'sse-no-answer',
  'body-not-json',
  'answer-too-large',
  'http-5xx',
  'http-401',
  'http-403',
  'http-429',
  'http-503',
  'client-queue-full',
  'http-404',
  'session-unknown',
  'http-4xx',
  'http-3xx',
  'rpc-error',
  'not-json-rpc',
  'tool-error',
  'deadline-in-client-queue',
  'deadline',
  'attempt-timeout',
  'wrong-id',
  'wrong-value',
  'no-content',
  'duplicate-effect',
  'lost-effect',
  'process-exited',
  'interrupted',
  'generator-error',
  'content-type',
  'content-coding',
  'bad-result',
  'rpc-overload',
  'output-schema',
  'input-required',
  'foreign-answer',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

const OUTCOME_CODES = new Map<Outcome, number>(OUTCOMES.map((outcome, code) => [outcome, code]));
const ERROR_CODES = new Map<ErrorClass, number>(ERROR_CLASSES.map((name, code) => [name, code]));

/** The small integer stored for an outcome. */
export const outcomeCode = (outcome: Outcome): number => OUTCOME_CODES.get(outcome) ?? 0;

/** The small integer stored for an error class. */
export const errorClassCode = (name: ErrorClass): number => ERROR_CODES.get(name) ?? 0;
