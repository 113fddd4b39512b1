/**
 * The loopback server: a child process that answers as fast as it can and does nothing else. A TCP echo, an HTTP
 * no-op, and just enough MCP for our own client to open a session and get a constant answer.
 *
 * Prints one line of JSON with its ports, and ends when its standard input does.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';

const HOST = '127.0.0.1';

/** The ready line. */
export interface LoopbackPorts {
  readonly tcpPort: number;
  readonly httpPort: number;
}

const NOOP = Buffer.from('{"ok":true}');
const JSON_HEAD = { 'content-type': 'application/json' };

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = JSON_HEAD,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `initialize` keeps the client's revision; everything else that has an id gets the same small result. */
function answer(text: string): string | null {
  const message = JSON.parse(text) as { id?: number | string; method?: string; params?: { protocolVersion?: string } };
  if (message.id === undefined) return null;
  const id = JSON.stringify(message.id);
  if (message.method === 'initialize') {
    const result = {
      protocolVersion: message.params?.protocolVersion ?? '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'loopback', version: '1' },
    };
    return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
  }
  return `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"constant"}]}}`;
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') {
    request.resume();
    send(response, 200, NOOP);
    return;
  }
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => (text += part));
  request.on('end', () => {
    try {
      const body = answer(text);
      if (body === null) send(response, 202, '', {});
      else send(response, 200, body);
    } catch {
      send(response, 400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}}');
    }
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function main(): Promise<void> {
  const http = createHttpServer({ keepAliveTimeout: 60_000 }, onRequest);
  const tcp = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  const ports: LoopbackPorts = { tcpPort: await listen(tcp), httpPort: await listen(http) };
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
  process.stdout.write(`${JSON.stringify(ports)}\n`);
}

main().catch((reason: unknown) => {
  process.stderr.write(`loopback server: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  process.exit(3);
});
