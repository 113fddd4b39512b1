/**
 * A receiver of OTLP over HTTP on this machine. While the load goes on it only keeps what comes: reading it would take
 * CPU time from what is measured.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProblemError, messageOf } from '../problem/index.js';

const LOOPBACK = '127.0.0.1';
const TRACES = '/v1/traces';
/** What exporters of the same address send besides, which is of no use here. */
const OTHERS: readonly string[] = ['/v1/metrics', '/v1/logs'];
const LARGEST_BODY = 16 * 1024 * 1024;
/** Of all bodies together: about half a million spans. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A request to `/v1/traces` as it came. */
export interface SpanBody {
  readonly bytes: Buffer;
  readonly encoding: 'json' | 'protobuf';
  readonly gzipped: boolean;
}

export interface SpanReceiver {
  /** What an exporter is given as its endpoint: `http://127.0.0.1:4318`. */
  readonly url: string;
  /** The requests that came since this was called last. */
  taken(): readonly SpanBody[];
  /** Requests that were turned away: too large, of no known content type, or too much in all. */
  readonly refused: number;
  close(): Promise<void>;
}

/**
 * @param port null: a free one.
 * @throws ProblemError (`preflight`) when the port is taken.
 */
export async function receiveSpans(port: number | null): Promise<SpanReceiver> {
  let bodies: SpanBody[] = [];
  let bytes = 0;
  let refused = 0;
  const server = createServer((request, response) => {
    received(request, response, MOST_BYTES - bytes).then(
      (outcome) => {
        if (outcome === 'passed over') return;
        if (outcome === 'refused') refused++;
        else {
          bodies.push(outcome);
          bytes += outcome.bytes.length;
        }
      },
      // The exporter broke off; it sends what it has again.
      () => response.destroy(),
    );
  });
  server.listen(port ?? 0, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ProblemError('preflight', {
      code: 'span-port-taken',
      what: `spans can't be received on port ${port ?? 0} of this machine: ${messageOf(error)}`,
      remedy: 'end what listens there (often a collector), or choose another "port" for "spans"',
    });
  }
  server.unref();
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    taken: () => {
      const all = bodies;
      bodies = [];
      return all;
    },
    get refused() {
      return refused;
    },
    close: async () => {
      const closed = server.listening ? once(server, 'close') : null;
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers a request; what it brought, where that is of use. */
async function received(
  request: IncomingMessage,
  response: ServerResponse,
  room: number,
): Promise<SpanBody | 'refused' | 'passed over'> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  const encoding = ENCODINGS[type.trim().toLowerCase()];
  const coding = request.headers['content-encoding'] ?? 'identity';
  const end = (status: number, words = ''): void => {
    const isJson = encoding === 'json' && words === '';
    const headers = encoding === undefined || words !== '' ? {} : { 'content-type': type };
    response.writeHead(status, headers).end(isJson ? '{}' : words);
  };
  const isKnown = path === TRACES || OTHERS.includes(path);
  if (request.method !== 'POST' || !isKnown) {
    end(404, `spans are received by POST to ${TRACES}\n`);
    return 'passed over';
  }
  if (encoding === undefined || !CODINGS.includes(coding)) {
    end(415, 'OTLP is read as application/json or application/x-protobuf, plain or with gzip\n');
    return 'refused';
  }
  const most = Math.min(LARGEST_BODY, path === TRACES ? room : LARGEST_BODY);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) {
      end(413, 'too much\n');
      return path === TRACES ? 'refused' : 'passed over';
    }
    if (path === TRACES) parts.push(part);
  }
  end(200);
  return path === TRACES ? { bytes: Buffer.concat(parts), encoding, gzipped: coding === 'gzip' } : 'passed over';
}

const ENCODINGS: Readonly<Record<string, SpanBody['encoding']>> = {
  'application/json': 'json',
  'application/x-protobuf': 'protobuf',
};
const CODINGS: readonly string[] = ['identity', 'gzip'];
