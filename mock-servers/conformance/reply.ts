/** The answer to one request: JSON, or an event stream once anything comes before it. */
import type { ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { beginSse, sendJson } from '../wire/reply.js';
import type { Json } from './exchange.js';
import type { Peer } from './peers.js';

/** Before a client shall ask for the rest of a stream. */
const RETRY_MS = 200;

export class Reply {
  readonly #response: ServerResponse;
  readonly #peer: Peer | null;
  #streams = false;
  /** Id of the last event of a stream that ended before its answer. */
  #hungUpAt: string | null = null;

  /** @param peer who asks, in the era of sessions. */
  constructor(response: ServerResponse, peer: Peer | null) {
    this.#response = response;
    this.#peer = peer;
  }

  event(message: Json): void {
    this.#begin();
    this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  /** Asks the client on the stream; its answer comes in a request of its own. */
  ask(method: string, params: Json): Promise<Json> {
    if (this.#peer === null) throw new Error('without a session a server does not ask');
    const { id, answer } = this.#peer.asked();
    this.event({ jsonrpc: '2.0', id, method, params });
    return answer;
  }

  /** Ends the stream; the answer will be kept. */
  hangUp(): void {
    this.#begin();
    this.#hungUpAt = randomUUID();
    this.#response.end(`id: ${this.#hungUpAt}\nretry: ${RETRY_MS}\ndata: \n\n`);
  }

  finish(json: string, status = 200): void {
    if (this.#hungUpAt !== null) this.#peer?.keep(this.#hungUpAt, json);
    else if (this.#streams) this.#response.end(`event: message\ndata: ${json}\n\n`);
    else sendJson(this.#response, status, json);
  }

  #begin(): void {
    if (!this.#streams) beginSse(this.#response);
    this.#streams = true;
  }
}
