import { derivedAnswer } from '../../src/protocol/index.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { withMock } from './client.js';

const MS = 1_000_000;

for (const answers of ['json', 'sse'] as const) {
  describe(`the official SDK client, answered in ${answers}`, () => {
    it('connects, lists, calls and leaves without an error', async () => {
      await withMock({ answers, serviceTime: { kind: 'constant', ns: 2 * MS } }, async (mock) => {
        const client = new Client({ name: 'test', version: '1.0.0' });
        const transport = new StreamableHTTPClientTransport(new URL(mock.url));
        const errors: Error[] = [];
        client.onerror = (error) => errors.push(error);
        await client.connect(transport);
        expect(client.getServerVersion()?.name).toBe('plimsoll-mock-tools');
        expect(transport.sessionId).toBeDefined();
        expect(transport.protocolVersion).toBe('2025-11-25');
        await client.ping();
        const { tools } = await client.listTools();
        expect(tools.map((tool) => tool.name)).toEqual(['search', 'book', 'fail']);

        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            client.callTool(
              { name: 'search', arguments: { query: `q${n}` }, _meta: { 'plimsoll/call': `c${n}` } },
              CallToolResultSchema,
            ),
          ),
        );
        expect(results.map((result) => result.content)).toEqual(
          Array.from({ length: 20 }, (_, n) => [{ type: 'text', text: derivedAnswer('search', `{"query":"q${n}"}`) }]),
        );
        expect(new Set(mock.truth().map((row) => row.call))).toEqual(
          new Set(Array.from({ length: 20 }, (_, n) => `c${n}`)),
        );
        expect(await client.callTool({ name: 'fail', arguments: {} })).toMatchObject({ isError: true });
        expect(await client.callTool({ name: 'nothing', arguments: {} })).toMatchObject({ isError: true });

        await transport.terminateSession();
        expect(mock.state().sessions.open).toBe(0);
        await client.close();
        expect(errors).toEqual([]);
      });
    });
  });
}
