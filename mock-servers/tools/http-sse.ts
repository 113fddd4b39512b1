/**
 * HTTP+SSE, the transport of MCP 2024-11-05, in front of the endpoint: a GET opens the stream of a session, messages
 * are POSTed beside it, and what the endpoint answers goes to the stream.
 */
import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { McpEndpoint } from './endpoint.js';
import type { Sessions } from './sessions.js';
import type { MockRequest } from '../wire/http-server.js';
import { REFUSALS } from '../wire/protocol.js';
import { beginSse, sendEmpty, sendRefusal } from '../wire/reply.js';

/** Below the path of the stream. */
const MESSAGE_PATH = '/message';
const SESSION_HEADER = 'mcp-session-id';

/** A stream, and the session of the endpoint that its messages belong to. */
class Stream {
  readonly response: ServerResponse;
  readonly underWay = new Set<StreamedReply>();
  /** Null before `initialize`. */
  session: string | null = null;

  constructor(response: ServerResponse) {
    this.response = response;
  }
}

/** Takes an answer of the endpoint as if it were the response to the POST, and writes its JSON to the stream. */
class StreamedReply extends ServerResponse {
  readonly #stream: Stream;
  #hasWritten = false;

  constructor(request: IncomingMessage, stream: Stream) {
    super(request);
    this.#stream = stream;
    stream.underWay.add(this);
  }

  override writeHead(_status: number, ...rest: readonly unknown[]): this {
    const headers = rest.at(-1);
    if (!Array.isArray(headers)) return this;
    const at = headers.findIndex((name) => String(name).toLowerCase() === SESSION_HEADER);
    if (at !== -1) this.#stream.session = String(headers[at + 1]);
    return this;
  }

  override flushHeaders(): void {
    // The stream has its head already.
  }

  override write(...given: readonly unknown[]): boolean {
    this.#hasWritten = true;
    const [text, ...more] = given;
    const written = more.find((each) => typeof each === 'function') as (() => void) | undefined;
    return this.#stream.response.write(String(text), written);
  }

  /** A status other than 200 can't travel on the stream: its JSON-RPC error does. */
  override end(...given: readonly unknown[]): this {
    this.#stream.underWay.delete(this);
    const [text] = given;
    if (typeof text !== 'string' || text === '') return this;
    this.#stream.response.write(/^(?:event|data)?:/.test(text) ? text : `event: message\ndata: ${text}\n\n`);
    return this;
  }

  /** Breaks off what has been begun on the stream. */
  override destroy(): this {
    this.#stream.underWay.delete(this);
    this.destroyed = true;
    if (this.#hasWritten) this.#stream.response.destroy();
    return this;
  }
}

export class HttpSse {
  /** Of the POSTs. */
  readonly messagePath: string;
  readonly #endpoint: McpEndpoint;
  readonly #sessions: Sessions;
  readonly #streams = new Map<string, Stream>();

  /** @param path of the stream. */
  constructor(path: string, endpoint: McpEndpoint, sessions: Sessions) {
    this.messagePath = (path === '/' ? '' : path) + MESSAGE_PATH;
    this.#endpoint = endpoint;
    this.#sessions = sessions;
  }

  /** Opens a stream, which stays open until the client closes it. */
  get(response: ServerResponse): void {
    this.#endpoint.streamOpened();
    const id = randomUUID();
    const stream = new Stream(response);
    this.#streams.set(id, stream);
    beginSse(response);
    response.write(`event: endpoint\ndata: ${this.messagePath}?sessionId=${id}\n\n`);
    response.once('close', () => {
      this.#streams.delete(id);
      if (stream.session !== null) this.#sessions.close(stream.session);
      for (const reply of stream.underWay) {
        reply.destroy();
        reply.emit('close');
      }
    });
  }

  /** Takes one message. */
  post(request: MockRequest, response: ServerResponse, connection: number, receivedNs: number): void {
    const { searchParams } = new URL(request.url ?? '/', 'http://mock');
    const stream = this.#streams.get(searchParams.get('sessionId') ?? '');
    if (stream === undefined) return sendRefusal(response, REFUSALS.unknownSession);
    sendEmpty(response, 202);
    request.headers[SESSION_HEADER] = stream.session ?? undefined;
    this.#endpoint.post(request, new StreamedReply(request, stream), request.body, connection, receivedNs);
  }
}
