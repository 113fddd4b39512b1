/** A board that shard 0 keeps and serves to the others over HTTP: bounded, and only for those who know the token. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { monotonicNow } from '../clock/index.js';
import { messageOf, ProblemError } from '../problem/index.js';
import { EXCHANGE_WITHIN_MS, MOST_NOTE_BYTES, NOTE_NAME, type Board } from './board.js';
import { exchangeFrom } from './clocks.js';

/** All notes together. */
const MOST_BYTES = 4 * MOST_NOTE_BYTES;
const MOST_NOTES = 100_000;
const REQUEST_WITHIN_MS = 20_000;
const LEAST_TOKEN = 16;

/** The environment variable that holds what every shard of a run must know. */
export const TOKEN_VARIABLE = 'PLIMSOLL_SHARD_TOKEN';

/** @throws ProblemError (`bad-input`) when it is too short to keep others out. */
export function tokenOf(environment: Readonly<Record<string, string | undefined>>): string {
  const token = environment[TOKEN_VARIABLE] ?? '';
  if (token.length >= LEAST_TOKEN) return token;
  throw new ProblemError('bad-input', {
    code: 'shard-token',
    what: `a rendezvous over HTTP needs ${TOKEN_VARIABLE} of ${LEAST_TOKEN} characters or more`,
    remedy: `give every shard the same random text in ${TOKEN_VARIABLE}, or use a shared folder`,
  });
}

class Notes {
  readonly #notes = new Map<string, string>();
  #bytes = 0;

  get(name: string): string | null {
    return this.#notes.get(name) ?? null;
  }

  /** False when the name is taken and `instead` is not set, or there is no room. */
  set(name: string, text: string, instead: boolean): boolean {
    const before = this.#notes.get(name);
    const bytes = this.#bytes + text.length - (before?.length ?? 0);
    if ((before !== undefined && !instead) || bytes > MOST_BYTES || this.#notes.size >= MOST_NOTES) return false;
    this.#notes.set(name, text);
    this.#bytes = bytes;
    return true;
  }

  remove(name: string): void {
    this.#bytes -= this.#notes.get(name)?.length ?? 0;
    this.#notes.delete(name);
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > MOST_NOTE_BYTES) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
};

/** Shard 0's side. */
async function served(url: URL, group: string, token: string): Promise<Board> {
  const notes = new Notes();
  const expected = Buffer.from(`Bearer ${token}`);
  const isKnown = (given: string): boolean => {
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const receivedNs = monotonicNow();
    const end = (status: number, text = ''): void => void response.writeHead(status).end(text);
    if (!isKnown(request.headers.authorization ?? '')) return end(401);
    const [, of, name = ''] = (request.url ?? '').split('/');
    if (of !== group || !NOTE_NAME.test(name)) return end(404);
    if (name === 'clock') return end(200, `${receivedNs} ${monotonicNow()}`);
    if (request.method === 'GET') {
      const text = notes.get(name);
      return text === null ? end(404) : end(200, text);
    }
    if (request.method !== 'PUT') return end(405);
    const text = await bodyOf(request);
    if (text === null) return end(413);
    return end(notes.set(name, text, request.headers['x-instead'] === 'yes') ? 204 : 409);
  };
  const server = createServer({ requestTimeout: REQUEST_WITHIN_MS }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ProblemError('preflight', {
          code: 'rendezvous',
          what: `the rendezvous can't be served on ${url.host}: ${messageOf(error)}`,
          remedy: 'give an address and a free port of the machine of shard 0',
        }),
      ),
    );
    // The name may stand for an address that only the others reach, as that of a service does.
    server.listen(Number(url.port || 80), isLoopbackName(url.hostname) ? url.hostname : undefined, resolve);
  });
  return {
    put: (name, text) => Promise.resolve(notes.set(name, text, false)),
    replace: (name, text) => Promise.resolve(void notes.set(name, text, true)),
    get: (name) => Promise.resolve(notes.get(name)),
    remove: (name) => Promise.resolve(notes.remove(name)),
    exchange: () => Promise.reject(new Error('shard 0 has its own time')),
    answerExchanges: () => () => undefined,
    isServed: true,
    clear: () => Promise.resolve(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isLoopbackName = (name: string): boolean => name === 'localhost' || name.startsWith('127.') || name === '[::1]';

/** The side of the other shards. */
function asked(url: URL, group: string, token: string): Board {
  const ask = (method: string, name: string, body?: string, headers: Record<string, string> = {}, ms?: number) =>
    fetch(new URL(`/${group}/${name}`, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: AbortSignal.timeout(ms ?? REQUEST_WITHIN_MS),
      ...(body === undefined ? {} : { body }),
    });
  const refused = (status: number): Error =>
    new ProblemError('preflight', {
      code: 'rendezvous',
      what: `the rendezvous at ${url.host} answers with status ${status}`,
      remedy:
        status === 401
          ? `give every shard the same ${TOKEN_VARIABLE}`
          : 'check that it is shard 0 of this group that listens there',
    });
  return {
    put: async (name, text) => {
      const { status } = await ask('PUT', name, text);
      if (status !== 204 && status !== 409) throw refused(status);
      return status === 204;
    },
    replace: async (name, text) => {
      const { status } = await ask('PUT', name, text, { 'x-instead': 'yes' });
      if (status !== 204) throw refused(status);
    },
    get: async (name) => {
      const response = await ask('GET', name);
      const text = await response.text();
      if (response.status === 200) return text;
      if (response.status === 404) return null;
      throw refused(response.status);
    },
    remove: () => Promise.resolve(),
    exchange: async () => {
      const askedNs = monotonicNow();
      const response = await ask('GET', 'clock', undefined, {}, EXCHANGE_WITHIN_MS);
      const text = await response.text();
      const hadNs = monotonicNow();
      if (response.status !== 200) throw refused(response.status);
      return exchangeFrom(askedNs, text, hadNs);
    },
    answerExchanges: () => () => undefined,
    isServed: true,
    clear: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** @throws ProblemError when shard 0 can't listen there. */
export function httpBoard(url: URL, group: string, token: string, isFirst: boolean): Promise<Board> {
  return isFirst ? served(url, group, token) : Promise.resolve(asked(url, group, token));
}
