/** The HTTP server under a mock: bodies read, connections counted, a port taken, everything closed at once. */
import { createServer, IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ProblemError } from '../../src/problem/index.js';
import { MAX_BODY_BYTES, REFUSALS, refusedOrigin } from './protocol.js';
import { sendRefusal } from './reply.js';

/** Answers one request. */
export type Answering = (request: MockRequest, response: ServerResponse) => void;

/** A request whose body is being read. The fields are here so that reading needs no closure per request. */
export class MockRequest extends IncomingMessage {
  response: ServerResponse | null = null;
  whole: Answering | null = null;
  bodyBytes = 0;
  /** The first chunk, which nearly always is the whole body. */
  first: Buffer | null = null;
  more: Buffer[] | null = null;

  /** The body, once it is complete. */
  get body(): string {
    return this.more === null ? (this.first?.toString() ?? '') : Buffer.concat(this.more).toString();
  }
}

/** Reads the body, then calls `whole`; refuses a body that is too large. */
export function readBody(request: MockRequest, response: ServerResponse, whole: Answering): void {
  request.response = response;
  request.whole = whole;
  request.on('data', onData);
  request.on('end', onEnd);
}

function onData(this: MockRequest, chunk: Buffer): void {
  const { response } = this;
  if (response === null) return;
  this.bodyBytes += chunk.length;
  if (this.bodyBytes > MAX_BODY_BYTES) {
    this.response = null;
    this.more = null;
    sendRefusal(response, REFUSALS.tooLarge);
  } else if (this.first === null) {
    this.first = chunk;
  } else {
    (this.more ??= [this.first]).push(chunk);
  }
}

function onEnd(this: MockRequest): void {
  if (this.response !== null) this.whole?.(this, this.response);
}

/** The path of a request, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Where a mock is to listen, with `port` 0 for any that is free. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export class HttpServer {
  // No timeouts of its own: a connection that is idle, slow or waiting is the experiment, not a fault.
  readonly #server = createServer<typeof MockRequest>({
    IncomingMessage: MockRequest,
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
    noDelay: true,
  });
  readonly #connections = new Map<Socket, number>();
  #connectionsSeen = 0;
  #stopped: Promise<void> | null = null;

  constructor() {
    this.#server.on('connection', (socket: Socket) => {
      this.#connectionsSeen += 1;
      this.#connections.set(socket, this.#connectionsSeen);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  get connections(): { readonly open: number; readonly seen: number } {
    return { open: this.#connections.size, seen: this.#connectionsSeen };
  }

  /** The number of a connection, counted from 1. */
  numberOf(socket: Socket): number {
    return this.#connections.get(socket) ?? 0;
  }

  /**
   * Takes the port of mock `name`, and has its requests answered.
   *
   * @throws ProblemError `preflight` when it cannot be taken.
   */
  async listen(
    name: string,
    place: Place,
    answer: Answering,
  ): Promise<{ readonly port: number; readonly url: string }> {
    this.#server.on('request', (request, response) => {
      response.sendDate = false;
      // At the one door of every mock and every path: a page of any site may reach a server on loopback.
      const refusal = refusedOrigin(request.headers);
      if (refusal === null) answer(request, response);
      else sendRefusal(response, refusal);
    });
    await new Promise<void>((resolve, reject) => {
      const refused = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, name, place));
      this.#server.once('error', refused);
      this.#server.listen(place.port, place.host, 4096, () => {
        this.#server.off('error', refused);
        resolve();
      });
    });
    const { port } = this.#server.address() as AddressInfo;
    const host = place.host.includes(':') ? `[${place.host}]` : place.host;
    return { port, url: `http://${host}:${port}${place.path}` };
  }

  /** Closes the port and every connection, at once. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#stopped;
  }
}

function cannotListen(error: NodeJS.ErrnoException, name: string, { host, port }: Place): ProblemError {
  if (error.code === 'EADDRINUSE')
    return new ProblemError('preflight', {
      code: 'port-in-use',
      what: `mock server ${name}: port ${port} on ${host} is in use`,
      remedy: 'stop what listens there, or choose port 0 to get a free one',
    });
  return new ProblemError('preflight', {
    code: 'cannot-listen',
    what: `mock server ${name}: cannot listen on ${host}:${port}: ${error.message}`,
    remedy: 'choose a host name of this machine, such as 127.0.0.1, and a port this user may take',
  });
}
