/** A small MCP client for the tests of the mock: sends exactly what it is given, and returns exactly what came. */
import type { ToolsMockOptions, UpstreamStamps } from '../../src/protocol/index.js';
import { request, type Agent, type ClientRequest } from 'node:http';
import { startToolsMock, type ToolsMock } from '../../mock-servers/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A JSON-RPC response as the tests look at it. */
export interface RpcResponse {
  readonly id?: string | number | null;
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly type: string; readonly text: string }[];
    readonly _meta?: Readonly<Record<string, unknown>>;
    readonly [key: string]: unknown;
  };
}

export const USUAL_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const;

export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The JSON-RPC response in an answer, be it JSON or one SSE event. */
export function rpcOf(answer: Answer): RpcResponse {
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/event-stream'))
    return JSON.parse(answer.text) as RpcResponse;
  const event = /^event: message\ndata: (.*)\n\n$/.exec(answer.text);
  if (event?.[1] === undefined) throw new Error(`not one SSE event: ${answer.text}`);
  return JSON.parse(event[1]) as RpcResponse;
}

export function stampsOf(response: RpcResponse): UpstreamStamps {
  return response.result?._meta?.['plimsoll/stamps'] as UpstreamStamps;
}

export const initialize = (protocolVersion = '2025-11-25'): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });

/** One open session. */
export class Session {
  readonly mock: Pick<ToolsMock, 'url'>;
  readonly id: string;
  #rpcId = 0;

  private constructor(mock: Pick<ToolsMock, 'url'>, id: string) {
    this.mock = mock;
    this.id = id;
  }

  static async open(mock: Pick<ToolsMock, 'url'>): Promise<Session> {
    const answer = await post(mock.url, initialize(), USUAL_HEADERS);
    const id = answer.headers.get('mcp-session-id');
    if (id === null) throw new Error('no session was opened');
    return new Session(mock, id);
  }

  get headers(): Readonly<Record<string, string>> {
    return { ...USUAL_HEADERS, 'mcp-session-id': this.id, 'mcp-protocol-version': '2025-11-25' };
  }

  async request(method: string, params?: unknown, signal?: AbortSignal): Promise<Answer> {
    this.#rpcId += 1;
    return post(
      this.mock.url,
      JSON.stringify({ jsonrpc: '2.0', id: this.#rpcId, method, params }),
      this.headers,
      signal,
    );
  }

  async call(name: string, args: unknown, callId?: string, signal?: AbortSignal): Promise<Answer> {
    return this.request('tools/call', callParams(name, args, callId), signal);
  }
}

function callParams(name: string, args: unknown, callId?: string): unknown {
  return { name, arguments: args, ...(callId === undefined ? {} : { _meta: { 'plimsoll/call': callId } }) };
}

/** The body of a `tools/call`. */
export function callBody(name: string, args: unknown, callId?: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 'raw', method: 'tools/call', params: callParams(name, args, callId) });
}

/** A POST whose every event is the test's; on a connection of its own unless an agent is given. */
export function sendRaw(session: Session, body: string, agent: Agent | false = false): ClientRequest {
  const sent = request(session.mock.url, { method: 'POST', headers: session.headers, agent });
  sent.on('error', () => undefined);
  sent.end(body);
  return sent;
}

/** Runs `use` with a mock that is gone afterwards, whatever happens. */
export async function withMock(
  options: Partial<ToolsMockOptions>,
  use: (mock: ToolsMock) => Promise<void>,
): Promise<void> {
  const mock = await startToolsMock(options);
  try {
    await use(mock);
  } finally {
    await mock.stop();
  }
}

/** Waits until `reached` holds; the bound is only there so that a broken mock ends a test instead of hanging it. */
export async function until(reached: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  while (!reached()) {
    if (Date.now() > giveUpAt) throw new Error('it never came to pass');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
