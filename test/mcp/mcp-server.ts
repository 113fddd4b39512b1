/**
 * A small MCP server over HTTP for tests of the client: it opens sessions, and what else a request gets is the
 * test's to say.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { initializeResult } from './support.js';

/** A JSON-RPC message as the server reads it. */
export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

export interface Exchange {
  readonly message: Message;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Behaviour {
  /** Of `tools/list`; without them `search`. */
  readonly tools?: readonly object[];
  /** `initialize`, in place of the usual answer; the header with the session's id is set already. */
  readonly initialize?: (exchange: Exchange) => unknown;
  /** A `tools/call`. */
  readonly call: (exchange: Exchange) => unknown;
  /** A GET; without it 405. */
  readonly get?: (exchange: Exchange) => unknown;
  /** The client's answer to a request of the server. */
  readonly answered?: (message: Message, request: IncomingMessage) => unknown;
}

export interface McpServer {
  readonly url: string;
  /** Method, or HTTP method of what is no POST, of each request. */
  readonly seen: string[];
}

const TOOLS = [{ name: 'search', inputSchema: { type: 'object' } }];

export async function mcpServer({ tools = TOOLS, initialize, call, get, answered }: Behaviour): Promise<McpServer> {
  const seen: string[] = [];
  let sessions = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      const message = (body === '' ? {} : JSON.parse(body)) as Message;
      seen.push(request.method === 'POST' ? (message.method ?? 'answer') : (request.method ?? ''));
      if (request.method === 'GET' && get !== undefined) get({ message, request, response });
      else if (request.method !== 'POST') response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
      else if (message.method === 'initialize') {
        response.setHeader('Mcp-Session-Id', `s${++sessions}`);
        if (initialize === undefined) json(response, initializeResult(Number(message.id)));
        else initialize({ message, request, response });
      } else if (message.method === 'tools/list') json(response, rpc(message.id, { result: { tools } }));
      else if (message.method === 'tools/call') call({ message, request, response });
      else {
        response.writeHead(202).end();
        if (message.method === undefined) answered?.(message, request);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, seen };
}

export function rpc(id: number | string | undefined, rest: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...rest });
}

/** A right answer to a call. */
export function answer(id: number | string | undefined): string {
  return rpc(id, { result: { content: [{ type: 'text', text: 'x' }] } });
}

export function json(response: ServerResponse, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}

/** Begins an event stream. */
export function stream(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  return response;
}

export function event(data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${data}\n\n`;
}
