/**
 * A server on the official SDK 2.x (`@modelcontextprotocol/server`), as its users write one.
 *
 * Usage: node sdk2-server.mjs FOLDER modern|dual [PORT]. FOLDER has the packages; without a port it speaks over stdio.
 * modern: only revisions without sessions; dual: the older ones too, each request of them in a session of its own.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder = '', eras, port] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const { McpServer, createMcpHandler } = load('@modelcontextprotocol/server');
const { z } = load('zod');

function harbour() {
  const server = new McpServer({ name: 'harbour', version: '1.0.0' });
  const text = (words) => ({ content: [{ type: 'text', text: words }] });
  server.registerTool(
    'repeat',
    { description: 'Says it again.', inputSchema: z.object({ message: z.string() }) },
    ({ message }) => text(`again: ${message}`),
  );
  server.registerTool(
    'measure',
    {
      description: 'Measures a depth.',
      inputSchema: z.object({ depth: z.number() }),
      outputSchema: z.object({ depth: z.number() }),
    },
    ({ depth }) => ({ ...text(`${depth} m`), structuredContent: { depth } }),
  );
  server.registerTool(
    'refuse',
    { description: 'Refuses.', inputSchema: z.object({ berth: z.number() }) },
    ({ berth }) => {
      throw new Error(`berth ${berth} is taken`);
    },
  );
  server.registerResource('tide', 'harbour://tide', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'high water at noon' }],
  }));
  server.registerPrompt('hail', { argsSchema: z.object({ ship: z.string() }) }, ({ ship }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Ahoy, ${ship}!` } }],
  }));
  return server;
}

if (port === undefined) {
  const { serveStdio } = load('@modelcontextprotocol/server/stdio');
  serveStdio(harbour, { legacy: eras === 'dual' ? 'serve' : 'reject' });
} else {
  const { toNodeHandler } = load('@modelcontextprotocol/node');
  const handle = toNodeHandler(createMcpHandler(harbour, { legacy: eras === 'dual' ? 'stateless' : 'reject' }));
  createServer((request, response) => void handle(request, response)).listen(Number(port), '127.0.0.1');
}
