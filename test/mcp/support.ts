/**
 * What the tests of this room share: call specs, slots, raw servers, and a set of channels whose completions can be
 * awaited.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { AttemptSlot, openChannels, type Channel, type ChannelSet, type DeclaredSchemas } from '../../src/mcp/index.js';
import {
  makeRequestGenerator,
  type CallSpec,
  type HeaderParameters,
  type ToolCallSpec,
} from '../../src/catalog/index.js';
import { clockFrom, takeEpoch } from '../../src/clock/index.js';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { seededRandom } from '../../src/random/index.js';
import { ERROR_CLASSES, OUTCOMES, type RunEvent } from '../../src/record/index.js';
import type { CallTarget, Protocol } from '../../src/scenario/index.js';

/** The revision without sessions. */
export const STATELESS_REVISION = '2026-07-28';

export function callSpec(partial: Partial<ToolCallSpec> = {}): ToolCallSpec {
  return {
    operation: 'tools/call',
    tool: 'search',
    label: partial.tool ?? 'search',
    weight: 1,
    arguments: { query: { kind: 'constant', value: 'hull' } },
    expect: { kind: 'success' },
    effect: 'none',
    deadlineNs: 30e9,
    deadlineIsExplicit: false,
    attemptTimeoutNs: null,
    retry: null,
    cancel: true,
    ...partial,
  };
}

export function protocol(partial: Partial<Protocol> = {}): Protocol {
  return {
    revision: '2025-11-25',
    transport: 'streamable-http',
    sessions: 1,
    headers: {},
    inFlightPerSession: 8,
    propagateDeadline: false,
    trace: null,
    serverStream: false,
    outputSchemas: false,
    overloadCodes: [],
    ...partial,
  };
}

/** A slot of call 0, intended and admitted at once. */
export function emptySlot(spec = 0): AttemptSlot {
  return Object.assign(new AttemptSlot(0, spec), { callId: 0, intendedNs: 0, admittedNs: 0, argumentsJson: '{}' });
}

/** `outcome/errorClass` as text. */
export function verdict(slot: AttemptSlot): string {
  return `${OUTCOMES[slot.outcome]}/${ERROR_CLASSES[slot.errorClass]}`;
}

/** What `work` rejects with: one problem, and nothing else. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ProblemError);
  const { problems } = thrown as ProblemError;
  expect(problems).toHaveLength(1);
  return problems[0] as Problem;
}

/** Channels with a driver: `call` resolves with the completed slot. */
export interface Driver {
  readonly set: ChannelSet;
  readonly events: RunEvent[];
  readonly completions: AttemptSlot[];
  call(options?: { session?: number; spec?: number; callId?: number }): Promise<AttemptSlot>;
  /** Starts without waiting. */
  begin(options?: { session?: number; spec?: number; callId?: number }): AttemptSlot;
  channel(session?: number): Channel;
  event(edge: string): Promise<void>;
}

export async function drive(
  target: CallTarget,
  calls: readonly CallSpec[] = [callSpec()],
  partial: Partial<Protocol> = {},
  outputSchemas: DeclaredSchemas = [],
  headerParameters: HeaderParameters = [],
): Promise<Driver> {
  const epoch = takeEpoch();
  const waiting = new Map<AttemptSlot, (slot: AttemptSlot) => void>();
  const completions: AttemptSlot[] = [];
  const events: RunEvent[] = [];
  const generator = makeRequestGenerator(calls, seededRandom(7));
  const set = await openChannels({
    target,
    protocol: protocol({ ...partial, transport: target.kind === 'http' ? 'streamable-http' : 'stdio' }),
    calls,
    outputSchemas,
    headerParameters,
    nowNs: clockFrom(BigInt(epoch.monotonicNs)),
    monotonicEpochNs: epoch.monotonicNs,
    completed: (slot) => {
      completions.push(slot);
      waiting.get(slot)?.(slot);
      waiting.delete(slot);
    },
    event: (event) => events.push(event),
  });
  onTestFinished(() => set.close(1e9));
  let nextCall = 0;
  const channel = (session = 0): Channel => {
    const found = set.channels[session];
    if (found === undefined) throw new Error(`no session ${session}`);
    return found;
  };
  const begin: Driver['begin'] = ({ session = 0, spec = 0, callId = nextCall++ } = {}) => {
    const slot = emptySlot(spec);
    slot.callId = callId;
    generator.prepare(slot, spec);
    const before = completions.length;
    channel(session).start(slot);
    if (completions.length !== before) throw new Error('completed within start');
    return slot;
  };
  return {
    set,
    events,
    completions,
    channel,
    begin,
    call: (options) =>
      new Promise((resolve) => {
        waiting.set(begin(options), resolve);
      }),
    event: async (edge) => {
      while (!events.some((event) => event.type === 'session' && event.edge === edge))
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

/** One request as a raw server sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly head: string;
  readonly body: string;
  /** Number of the connection, from 0. */
  readonly connection: number;
}

/**
 * A server on a plain socket that answers a request with whatever bytes, one write for each element. `destroy` in the
 * list resets the connection, `end` closes it. `initialize` and notifications are answered properly unless `raw`.
 */
export async function rawServer(
  answer: (
    request: SeenRequest,
    message: { id?: number; method?: string },
  ) => readonly string[] | Promise<readonly string[]>,
  options: { raw?: boolean; sessionId?: string | (() => string); initialize?: (id: number) => string } = {},
): Promise<{ url: string; seen: SeenRequest[]; sockets: Socket[]; port: number; server: Server }> {
  const seen: SeenRequest[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = sockets.push(socket) - 1;
    socket.on('error', () => undefined);
    let text = '';
    let busy = Promise.resolve();
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const body = Buffer.from(text.slice(end + 4, end + 4 + length), 'latin1').toString('utf8');
        text = text.slice(end + 4 + length);
        const request = { method: head.slice(0, head.indexOf(' ')), head, body, connection };
        seen.push(request);
        busy = busy.then(async () => {
          const message = (body === '' ? {} : JSON.parse(body)) as { id?: number; method?: string };
          for (const part of options.raw === true ? await answer(request, message) : await usual(request, message)) {
            if (part === 'destroy') reset(socket);
            else if (part === 'end') socket.end();
            else if (socket.writable) {
              socket.write(part, 'latin1');
              await new Promise((resolve) => setImmediate(resolve));
            }
          }
        });
      }
    });
  });
  const usual = async (request: SeenRequest, message: { id?: number; method?: string }): Promise<readonly string[]> => {
    if (message.method === 'initialize') {
      const result = options.initialize?.(message.id ?? 0) ?? initializeResult(message.id ?? 0);
      const id = typeof options.sessionId === 'function' ? options.sessionId() : options.sessionId;
      return [http(200, result, id === undefined ? [] : [`Mcp-Session-Id: ${id}`])];
    }
    if (message.method === 'notifications/initialized') return ['HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'];
    if (request.method === 'DELETE') return ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'];
    return answer(request, message);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, seen, sockets, port, server };
}

/** RST and nothing before it: `resetAndDestroy` sends FIN first, and the peer may see either. */
function reset(socket: Socket): void {
  const handle = Reflect.get(socket, '_handle') as { reset(closed: () => void): number } | null;
  handle?.reset(() => socket.destroy());
}

export function initializeResult(id: number, version = '2025-11-25'): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: { protocolVersion: version, capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } },
  });
}

export function http(status: number, body: string, headers: readonly string[] = []): string {
  const lines = [
    `HTTP/1.1 ${status} X`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export function textResult(id: number | undefined, text: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
}

export function httpTarget(url: string, headers: Readonly<Record<string, string>> = {}): CallTarget {
  return { kind: 'http', url, headers };
}
