/** A small server of MCP that keeps a ledger of its calls, and what is said of servers that can't be discovered. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import {
  discover,
  namedTool,
  withNextCommand,
  type Discovery,
  type DiscoveryTarget,
  type Typed,
} from '../../src/discover/index.js';
import { ProblemError } from '../../src/problem/index.js';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: Readonly<Record<string, unknown>> };
}

export interface Served {
  readonly origin: string;
  /** Names of the tools that were called, call by call. */
  readonly ledger: string[];
}

export type Tool = Readonly<Record<string, unknown>>;

export interface Serving {
  readonly tools?: readonly Tool[];
  readonly path?: string;
  /** What it calls itself. */
  readonly serverName?: string;
  /** Answers a request before the server itself does. */
  readonly first?: (request: IncomingMessage, response: ServerResponse, body: string) => boolean;
  /** Speaks TLS, with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Most sessions at once, and in all. */
  readonly sessions?: { readonly atOnce: number; readonly inAll: number };
  /** What a call gets in a session that has had so many. */
  readonly sessionEnds?: { readonly afterCalls: number; readonly status: number; readonly words: string };
  readonly call?: (name: string, values: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

export const READ_ONLY = { readOnlyHint: true };
export const MESSAGE = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
export const echo: Tool = { name: 'echo', inputSchema: MESSAGE, annotations: READ_ONLY };
export const text = (words: string) => ({ content: [{ type: 'text', text: words }] });

/** A small server of MCP that keeps a ledger. */
export async function served(serving: Serving = {}): Promise<Served> {
  const { tools = [echo], path = '/mcp', serverName = 'library', first, call, tls } = serving;
  const { sessions = { atOnce: 99, inAll: 99 } } = serving;
  const { afterCalls, status, words } = serving.sessionEnds ?? { afterCalls: Infinity, status: 404, words: '' };
  const callsOf = new Map<string, number>();
  const ledger: string[] = [];
  const open = new Set<string>();
  let opened = 0;
  const answer = (message: Message): object => {
    if (message.method === 'initialize')
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: serverName, version: '1' },
      };
    if (message.method === 'tools/list') return { tools };
    const name = message.params?.name ?? '';
    ledger.push(name);
    const values = message.params?.arguments ?? {};
    return call?.(name, values) ?? text(`${name}: ${String(values['message'])}`);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (first?.(request, response, body) === true) return;
      if (request.url !== path) return void response.writeHead(404).end('Cannot POST');
      if (request.method === 'DELETE') open.delete(String(request.headers['mcp-session-id']));
      if (request.method !== 'POST') return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
      const message = JSON.parse(body) as Message;
      if (message.id === undefined) return void response.writeHead(202).end();
      if (message.method === 'tools/call') {
        const session = String(request.headers['mcp-session-id']);
        const calls = callsOf.get(session) ?? 0;
        if (calls >= afterCalls) return void response.writeHead(status).end(words);
        callsOf.set(session, calls + 1);
      }
      if (message.method === 'initialize') {
        if (open.size >= sessions.atOnce || opened >= sessions.inAll)
          return void response.writeHead(400).end('Server already initialized');
        open.add(`s${++opened}`);
        response.setHeader('mcp-session-id', `s${opened}`);
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: answer(message) }));
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const scheme = tls === undefined ? 'http' : 'https';
  return { origin: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, ledger };
}

const TYPED: Typed = { verb: 'plimsoll', tools: [], bounds: [] };

/** @param tools as they stand behind `--tool`. @param nowNs imagined time, by which tools are tried. */
export function discovering(
  target: DiscoveryTarget,
  tools: readonly string[] = [],
  nowNs?: () => number,
): Promise<Discovery> {
  const typed = { ...TYPED, tools };
  const clock = nowNs === undefined ? {} : { nowNs };
  return discover({ target, isRemote: false, tools: tools.map(namedTool), seed: 1, typed, environment: {}, ...clock });
}

/** The one problem that a discovery ends with, and what is to be typed next. */
export async function problemOf(target: DiscoveryTarget, tools: readonly string[] = []): Promise<string> {
  const thrown = await discovering(target, tools).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ProblemError)) throw new Error(`expected a problem, not ${String(thrown)}`);
  expect(thrown.problems).toHaveLength(1);
  return thrown.problems
    .map((problem) => withNextCommand(problem, target, { ...TYPED, tools }))
    .map(({ code, what, remedy }) => `${code}: ${what} | ${remedy}`)
    .join('');
}
