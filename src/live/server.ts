/** The page of a run that goes on, on this machine alone: read-only, behind an address that no one can guess. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProblemError, messageOf } from '../problem/index.js';
import type { LiveRun } from './live-run.js';

export interface LiveServer {
  /** Address of the page, with its token. */
  readonly url: string;
  /** Sends the last seconds, says that the run has ended, and closes. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const EVENTS = 'events';
const SEND_EVERY_MS = 1_000;
/** Seconds that a page draws: of a longer run, one that comes later is sent the last ones. */
const MOST_SENT = 600;
/** Readers at once, and bytes that a reader may be behind before it is dropped: it can ask again. */
const MOST_READERS = 8;
const MOST_BEHIND_BYTES = 4 * 1024 * 1024;

/** A connection that asks for nothing is soon closed, so that it keeps no one out. */
const LIMITS = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 };

interface Reader {
  readonly response: ServerResponse;
  /** Number of the first second that it has not been sent, of which beginning of the run. */
  next: number;
  begun: number;
}

/**
 * @param page the text of the page, which asks for `events` beside it.
 * @throws ProblemError (`preflight`) when no port of this machine can be listened on.
 */
export async function startLiveServer(run: LiveRun, page: string): Promise<LiveServer> {
  const token = randomBytes(16).toString('hex');
  const readers = new Set<Reader>();
  const send = (reader: Reader): void => {
    const { response } = reader;
    if (response.writableLength > MOST_BEHIND_BYTES) {
      readers.delete(reader);
      response.destroy();
      return;
    }
    const view = run.view();
    const { firstSecond, seconds, begun } = view;
    const isWhole = reader.next <= firstSecond || reader.begun !== begun;
    const fresh = isWhole ? seconds.slice(-MOST_SENT) : seconds.slice(reader.next - firstSecond);
    reader.next = firstSecond + seconds.length;
    reader.begun = begun;
    const first = reader.next - fresh.length;
    event(response, 'seconds', { ...view, seconds: fresh, firstSecond: first, isWhole, nowNs: run.nowNs() ?? 0 });
  };
  const server = createServer(LIMITS, (request, response) => {
    const path = pathOf(request, token);
    if (typeof path === 'number') refuse(response, path);
    else if (path === '') answer(response, 'text/html; charset=utf-8').end(page);
    else if (path !== EVENTS) refuse(response, 404);
    else if (readers.size >= MOST_READERS) refuse(response, 503);
    else {
      const reader: Reader = { response: answer(response, 'text/event-stream'), next: 0, begun: 0 };
      readers.add(reader);
      response.on('close', () => readers.delete(reader));
      response.on('error', () => readers.delete(reader));
      send(reader);
    }
  });
  server.maxConnections = 4 * MOST_READERS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(noPort(error)));
    server.listen(0, HOST, resolve);
  });
  server.on('error', () => undefined);
  server.unref();
  const { port } = server.address() as AddressInfo;
  const timer = setInterval(() => readers.forEach(send), SEND_EVERY_MS);
  timer.unref();
  return {
    url: `http://${HOST}:${port}/${token}/`,
    close: async () => {
      clearInterval(timer);
      for (const reader of [...readers]) {
        send(reader);
        event(reader.response, 'ended', {});
        reader.response.end();
      }
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A reader that takes nothing is not waited for.
      const late = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
      server.closeIdleConnections();
      await closed;
      clearTimeout(late);
    },
  };
}

const CLOSE_WITHIN_MS = 500;

const noPort = (error: Error): ProblemError =>
  new ProblemError('preflight', {
    code: 'no-live-page',
    what: `the live page can't be served on ${HOST}: ${messageOf(error)}`,
    remedy: 'leave out --live, or free a port of this machine',
  });

const OWN_NAMES = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/** What follows the token in the address; the status of a refusal otherwise. */
function pathOf({ method, url = '', headers: { host = '' } }: IncomingMessage, token: string): string | number {
  // A name that another page has pointed at this machine is not ours. The port is another one behind `ssh -L`.
  if (!OWN_NAMES.test(host)) return 403;
  if (method !== 'GET') return 405;
  const [, given = '', ...rest] = (url.split('?')[0] ?? '').split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  if (a.length !== b.length || !timingSafeEqual(a, b) || rest.length !== 1) return 404;
  return rest[0] ?? 404;
}

const PROTECTIVE = {
  'Cache-Control': 'no-store',
  Connection: 'close',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

function answer(response: ServerResponse, type: string): ServerResponse {
  return response.writeHead(200, { 'Content-Type': type, ...PROTECTIVE });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...PROTECTIVE }).end(`${status}\n`);
}

/** JSON has no line breaks of its own, so that one line holds it. */
function event(response: ServerResponse, name: string, data: object): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
