/** One message to an upstream and its whole answer. */
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import type { Upstream } from '../../src/protocol/index.js';

export interface UpstreamAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `taken` false: the upstream can't have seen the message, so another one may get it. */
interface UpstreamFailure {
  readonly kind: 'failure';
  readonly taken: boolean;
  readonly why: string;
}

export type UpstreamOutcome = UpstreamAnswer | UpstreamFailure;

export interface Message {
  readonly method: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The connections to one upstream: as many as calls are under way, reused for the next ones. */
export class UpstreamLink {
  readonly upstream: Upstream;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity, noDelay: true });
  readonly #url: URL;

  constructor(upstream: Upstream) {
    this.upstream = upstream;
    this.#url = new URL(upstream.url);
  }

  send({ method, headers, body }: Message): Promise<UpstreamOutcome> {
    return new Promise((resolve) => {
      let connected = false;
      const outgoing = request(this.#url, {
        method,
        agent: this.#agent,
        headers: body === '' ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      });
      const failed = (error: Error): void => resolve({ kind: 'failure', taken: connected, why: error.message });
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) connected = true;
        else socket.once('connect', () => void (connected = true));
      });
      outgoing.on('error', failed);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ kind: 'answer', status, headers: answered, body: Buffer.concat(chunks).toString() });
        });
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
