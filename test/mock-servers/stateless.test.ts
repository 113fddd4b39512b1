/** The stateless era of the tools mock (MCP 2026-07-28): what it demands, what it refuses, and what cancels a call. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { ToolsMock } from '../../mock-servers/index.js';
import { initialize, post, rpcOf, until, USUAL_HEADERS, withMock } from './client.js';

const REVISION = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': REVISION,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Asked {
  readonly method?: string;
  readonly params?: object;
  readonly meta?: object | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const CALL = { name: 'search', arguments: { query: 'hull' } };

const headersOf = ({ method = 'tools/call', headers }: Asked) => ({
  ...USUAL_HEADERS,
  'mcp-protocol-version': REVISION,
  'mcp-method': method,
  ...(method === 'tools/call' ? { 'mcp-name': 'search' } : {}),
  ...headers,
});

const bodyOf = ({ method = 'tools/call', params = method === 'tools/call' ? CALL : {}, meta = META }: Asked) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: meta === null ? params : { ...params, _meta: meta } });

const ask = ({ url }: Pick<ToolsMock, 'url'>, asked: Asked = {}) => post(url, bodyOf(asked), headersOf(asked));

describe('the mock without sessions', () => {
  it('says what it speaks and has, lists its tools, and answers calls, each result complete', () =>
    withMock({}, async (mock) => {
      const [discovered, listed, called] = await Promise.all(
        ['server/discover', 'tools/list', 'tools/call'].map(
          async (method) => rpcOf(await ask(mock, { method })).result,
        ),
      );
      expect(discovered).toMatchObject({ resultType: 'complete', supportedVersions: [REVISION], ttlMs: 0 });
      expect(listed).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
      expect(called).toMatchObject({ resultType: 'complete', content: [{ type: 'text' }] });
      expect(mock.state().sessions.opened).toBe(0);
    }));

  it.each<[string, Asked, number, number]>([
    ['no _meta', { meta: null }, 400, -32602],
    ['no revision', { meta: { 'io.modelcontextprotocol/clientCapabilities': {} } }, 400, -32602],
    ['no capabilities', { meta: { 'io.modelcontextprotocol/protocolVersion': REVISION } }, 400, -32602],
    ['another revision in the head than in _meta', { headers: { 'mcp-protocol-version': '2027-01-01' } }, 400, -32020],
    ['no method in the head', { headers: { 'mcp-method': '' } }, 400, -32020],
    ['another method in the head', { headers: { 'mcp-method': 'tools/list' } }, 400, -32020],
    ['another name in the head', { headers: { 'mcp-name': 'book' } }, 400, -32020],
    ['a tool that it does not have', { params: { name: 'x' }, headers: { 'mcp-name': 'x' } }, 200, -32602],
    ['a method that went with the sessions', { method: 'ping' }, 404, -32601],
    ['a handshake', { method: 'initialize' }, 404, -32601],
  ])('refuses %s', (_what, asked, status, code) =>
    withMock({}, async (mock) => {
      const answer = await ask(mock, asked);
      expect([answer.status, rpcOf(answer).error?.code, rpcOf(answer).id]).toEqual([status, code, 1]);
    }),
  );

  it('answers what came without its headers, or with others than its body, where it does not read them', () =>
    withMock({ checksHeaders: false }, async (mock) => {
      const none = { 'mcp-protocol-version': '', 'mcp-method': '', 'mcp-name': '' };
      for (const headers of [none, { 'mcp-method': 'tools/list', 'mcp-name': 'book' }])
        expect(rpcOf(await ask(mock, { headers })).result).toMatchObject({ resultType: 'complete' });
      expect((await ask(mock, { meta: { 'io.modelcontextprotocol/protocolVersion': REVISION } })).status).toBe(400);
    }));

  it('names the revisions that it speaks to a client of another one, and of none where it has no sessions', () =>
    withMock({ eras: ['stateless'] }, async (mock) => {
      const meta = { ...META, 'io.modelcontextprotocol/protocolVersion': '2027-01-01' };
      const answers = [
        await ask(mock, { meta, headers: { 'mcp-protocol-version': '2027-01-01' } }),
        await post(mock.url, initialize(), USUAL_HEADERS),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(400);
        expect(JSON.parse(answer.text)).toMatchObject({ error: { code: -32022, data: { supported: [REVISION] } } });
      }
      expect((await fetch(mock.url, { method: 'DELETE' })).status).toBe(405);
    }));

  it('takes a name in Base64 for the one that it stands for', () =>
    withMock({}, async (mock) => {
      const encoded = `=?base64?${Buffer.from('search').toString('base64')}?=`;
      expect((await ask(mock, { headers: { 'mcp-name': encoded } })).status).toBe(200);
    }));

  it('compares arguments with the head where a tool declares it', () => {
    const inputSchema = { type: 'object', properties: { query: { type: 'string', 'x-mcp-header': 'Query' } } };
    const tool = { name: 'search', description: '', inputSchema, effect: false, alwaysFails: false };
    return withMock({ tools: [tool] }, async (mock) => {
      const statuses = [];
      for (const value of ['hull', 'bow', '=?base64?aHVsbA==?='])
        statuses.push((await ask(mock, { headers: { 'mcp-param-query': value } })).status);
      expect([...statuses, (await ask(mock)).status]).toEqual([200, 400, 200, 400]);
    });
  });

  it('keeps its sessions for clients that open one', () =>
    withMock({}, async (mock) => {
      expect((await post(mock.url, initialize(), USUAL_HEADERS)).headers.get('mcp-session-id')).not.toBeNull();
    }));
});

describe('a call without a session', () => {
  it('is cancelled by its closed connection, and leaves the line where the mock drops what is cancelled', () =>
    withMock({ serviceTime: { kind: 'constant', ns: 150e6 }, drops: 'cancelled' }, async (mock) => {
      const first = ask(mock);
      await until(() => mock.state().inService === 1);
      const second = request(mock.url, { method: 'POST', headers: headersOf({}), agent: false });
      second.on('error', () => undefined).end(bodyOf({}));
      await until(() => mock.state().queued === 1);
      second.destroy();
      await until(() => mock.state().work.cancelled === 1);
      expect((await first).status).toBe(200);
      expect(mock.state().work).toMatchObject({ served: 1, cancels: 1, cancelled: 1, wasted: 0 });
      expect(mock.truth().map(({ outcome }) => outcome)).toEqual(['ok', 'dropped']);
    }));

  it('is not cancelled by a connection that is closed once it has its answer', () =>
    withMock({}, async (mock) => {
      await ask(mock, { headers: { connection: 'close' } });
      await until(() => mock.state().connections.open === 0);
      expect(mock.state().work).toMatchObject({ served: 1, cancels: 0 });
    }));
});
