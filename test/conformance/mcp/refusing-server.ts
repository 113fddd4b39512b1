/** A server that refuses whatever it is asked: what is green against it says nothing of a server that works. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, parsedOrUndefined } from '../../../src/protocol/index.js';

export interface RefusingServer {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startRefusingServer(): Promise<RefusingServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      const message = parsedOrUndefined(body);
      const id = isObject(message) ? (message['id'] ?? null) : null;
      const error = { code: -32603, message: 'refused' };
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
