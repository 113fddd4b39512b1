/** Requests that a server sends to its client (MCP 2025-11-25, Basic, Messages), and what they are answered. */
import { capabilitiesOf } from '../../../catalog/index.js';
import { isObject } from '../../../protocol/index.js';
import type { ClientAnswers } from '../../../scenario/index.js';

/** A request of the server: its id, as it is to be sent back, and its method. */
export interface ServerRequest {
  readonly id: string | number;
  readonly method: string;
  readonly params: unknown;
}

/** The request that a message is; null for a notification, a response, and what is none of them. */
export function serverRequestIn(message: unknown): ServerRequest | null {
  if (!isObject(message) || message['result'] !== undefined || message['error'] !== undefined) return null;
  const { id, method, params } = message;
  return typeof method === 'string' && (typeof id === 'string' || typeof id === 'number')
    ? { id, method, params }
    : null;
}

/** What was answered to one method. */
export interface AskedCounts {
  answered: number;
  /** With an error: it was not offered. */
  refused: number;
}

/** A server names as many methods as it likes; those behind the first are counted together. */
const MOST_METHODS = 20;
const OTHER = 'other';
const LONGEST_METHOD = 64;

/**
 * Answers the requests of servers as the scenario has it, at once, since a tool may wait for it: `ping` always, and
 * what the scenario gives an answer for; all else is a method that we do not have. One for all sessions of a thread.
 */
export class RequestAnswers {
  readonly #answers: ClientAnswers;
  readonly #counts = new Map<string, AskedCounts>();

  constructor(answers: ClientAnswers = {}) {
    this.#answers = answers;
  }

  /** As `initialize` declares them. */
  get capabilities(): Readonly<Record<string, object>> {
    return capabilitiesOf(this.#answers);
  }

  /** By method, in the order in which they were first asked. */
  get counts(): ReadonlyMap<string, AskedCounts> {
    return this.#counts;
  }

  /** The response, which counts. */
  answerJson({ id, method, params }: ServerRequest): string {
    const result = this.answer(method, params);
    return JSON.stringify(
      result === null
        ? { jsonrpc: '2.0', id, error: { code: -32601, message: `plimsoll does not offer ${method}` } }
        : { jsonrpc: '2.0', id, result },
    );
  }

  /** What a request is answered, which counts. Null: it is not offered. */
  answer(method: string, params: unknown): Readonly<Record<string, unknown>> | null {
    const result = this.resultOf(method, params);
    const counts = this.#countsOf(method);
    if (result === null) counts.refused++;
    else counts.answered++;
    return result;
  }

  /** Null: it is not offered. */
  resultOf(method: string, params: unknown): Readonly<Record<string, unknown>> | null {
    const { elicitation, sampling, roots } = this.#answers;
    switch (method) {
      case 'ping':
        return {};
      case 'elicitation/create':
        if (elicitation?.action !== 'accept') return elicitation ?? null;
        return { action: 'accept', content: { ...defaultsIn(params), ...elicitation.content } };
      case 'sampling/createMessage':
        if (sampling === undefined) return null;
        return {
          role: 'assistant',
          content: { type: 'text', text: sampling.text },
          model: sampling.model,
          stopReason: 'endTurn',
        };
      case 'roots/list':
        return roots === undefined ? null : { roots };
      default:
        return null;
    }
  }

  #countsOf(method: string): AskedCounts {
    const short = method.slice(0, LONGEST_METHOD);
    const name = this.#counts.has(short) || this.#counts.size < MOST_METHODS ? short : OTHER;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const counts = { answered: 0, refused: 0 };
    this.#counts.set(name, counts);
    return counts;
  }
}

/** Defaults of the fields that a question asks for (MCP 2025-11-25, Elicitation). */
function defaultsIn(params: unknown): Readonly<Record<string, unknown>> {
  const schema = isObject(params) ? params['requestedSchema'] : undefined;
  const properties = isObject(schema) ? schema['properties'] : undefined;
  if (!isObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) =>
      isObject(field) && field['default'] !== undefined ? [[name, field['default']] as const] : [],
    ),
  );
}
