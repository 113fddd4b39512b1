/** A small MCP server on node:http, as slow and as broken as a test wants it. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** `tools/call` requests received, by session id. */
  readonly calls: Map<string, number>;
  readonly deleted: string[];
  /** Answers calls after this long; null never. */
  delayMs: number | null;
  /** Called for each call before it is answered; true when it took the answer over. */
  takeOver: (response: ServerResponse, nth: number) => boolean;
  stop(): Promise<void>;
}

interface Request {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly protocolVersion?: string };
}

export async function startTestServer(): Promise<TestServer> {
  const calls = new Map<string, number>();
  const deleted: string[] = [];
  const sockets = new Set<Socket>();
  let sessions = 0;
  let total = 0;
  const server = createServer((request, response) => {
    const session = String(request.headers['mcp-session-id'] ?? '');
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      const text = body === null ? '' : JSON.stringify(body);
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        ...headers,
      });
      response.end(text);
    };
    if (request.method === 'DELETE') {
      deleted.push(session);
      send(200, null);
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const message = JSON.parse(text) as Request;
      if (message.method === 'initialize') {
        const result = {
          protocolVersion: message.params?.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'test', version: '1' },
        };
        send(200, { jsonrpc: '2.0', id: message.id, result }, { 'mcp-session-id': `s${sessions++}` });
      } else if (message.id === undefined) {
        send(202, null);
      } else {
        calls.set(session, (calls.get(session) ?? 0) + 1);
        if (self.takeOver(response, total++)) return;
        const answer = (): void =>
          send(200, { jsonrpc: '2.0', id: message.id, result: { content: [{ type: 'text', text: 'done' }] } });
        if (self.delayMs === 0) answer();
        else if (self.delayMs !== null) setTimeout(answer, self.delayMs);
      }
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const self: TestServer = {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    calls,
    deleted,
    delayMs: 0,
    takeOver: () => false,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return self;
}
