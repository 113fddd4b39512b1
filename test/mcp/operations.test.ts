/** Operations that run no tool, as calls of the load: their requests, right answers, and failures. */
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { callSpecOf, CallText, type CallSpec } from '../../src/catalog/index.js';
import { preflight } from '../../src/mcp/index.js';
import { drive, http, httpTarget, protocol, rawServer, verdict } from './support.js';

/** A call as a scenario says it. */
const call = (written: object): CallSpec => callSpecOf(CallText.parse(written));

/** Each with an expectation that a mock fulfils, where it has an answer that can be compared. */
const CALLS: readonly CallSpec[] = [
  { operation: 'resources/list', expect: { contains: 'harbour/tides' } },
  { operation: 'resources/templates/list', expect: { text: 'mock://berths/{berth}' } },
  { operation: 'resources/read', uri: 'mock://harbour/tides', expect: 'derived' },
  {
    operation: 'resources/read',
    label: 'berths',
    uri: { pick: ['mock://berths/1', 'mock://berths/2'] },
    expect: 'derived',
  },
  { operation: 'prompts/list', expect: { contains: 'briefing' } },
  { operation: 'prompts/get', prompt: 'briefing', arguments: { topic: { unique: 'uuid' } }, expect: 'derived' },
  { operation: 'completion/complete', of: { prompt: 'briefing' }, argument: 'topic', value: 'ti', expect: 'derived' },
  {
    operation: 'completion/complete',
    of: { template: 'mock://berths/{berth}' },
    argument: 'berth',
    value: { pick: ['1', '2'] },
    expect: 'derived',
  },
  { operation: 'ping' },
  { operation: 'logging/setLevel', level: 'warning' },
].map(call);

const answering = (result: unknown) =>
  rawServer((_request, { id }) => [http(200, JSON.stringify({ jsonrpc: '2.0', id, result }))]);

/** What a server was sent for one call. */
async function sent(written: object): Promise<unknown> {
  const server = await answering({});
  const driver = await drive(httpTarget(server.url), [call(written)]);
  await driver.call();
  const { method, params } = JSON.parse(server.seen.at(-1)?.body ?? '{}') as Record<string, unknown>;
  return { method, params };
}

describe('operations that run no tool', () => {
  it.each(['json', 'sse'] as const)('are answered right by a mock, in the form %s', async (answers) => {
    const mock = await startToolsMock({ answers });
    try {
      const driver = await drive(httpTarget(mock.url), CALLS);
      const endings: Record<string, string> = {};
      for (const [spec, { label }] of CALLS.entries()) endings[label] = verdict(await driver.call({ spec }));
      expect(endings).toEqual(Object.fromEntries(CALLS.map(({ label }) => [label, 'ok/none'])));
      expect(mock.state().methods).toMatchObject({
        'resources/list': 1,
        'resources/templates/list': 1,
        'resources/read': 2,
        'prompts/list': 1,
        'prompts/get': 1,
        'completion/complete': 2,
        ping: 1,
        'logging/setLevel': 1,
        'tools/call': 0,
        other: 0,
      });
    } finally {
      await mock.stop();
    }
  });

  it('that are work wait for a worker of a mock, with its stamps and in its truth', async () => {
    const mock = await startToolsMock({ serviceTime: { kind: 'constant', ns: 20e6 } });
    try {
      const read = call({ operation: 'resources/read', uri: 'mock://berths/7', expect: 'derived' });
      const driver = await drive(httpTarget(mock.url), [read], { sessions: 2 });
      const [first, second] = await Promise.all([driver.call({ session: 0 }), driver.call({ session: 1 })]);
      expect([first, second].map(verdict)).toEqual(['ok/none', 'ok/none']);
      const [earlier, later] = [first, second].sort((a, b) => a.startedNs - b.startedNs);
      expect((later?.startedNs ?? 0) - (earlier?.startedNs ?? 0)).toBe(20e6);
      expect(mock.truth().map(({ tool, outcome }) => `${tool} ${outcome}`)).toEqual([
        'resources/read ok',
        'resources/read ok',
      ]);
    } finally {
      await mock.stop();
    }
  });

  it.each([
    [
      { operation: 'resources/read', uri: 'a://"b"' },
      { method: 'resources/read', params: { uri: 'a://"b"' } },
    ],
    [
      { operation: 'prompts/get', prompt: 'p', arguments: { b: 'x', a: 'y' } },
      { method: 'prompts/get', params: { name: 'p', arguments: { a: 'y', b: 'x' } } },
    ],
    [
      { operation: 'completion/complete', of: { template: 'a://{b}' }, argument: 'b', value: 'x' },
      {
        method: 'completion/complete',
        params: { ref: { type: 'ref/resource', uri: 'a://{b}' }, argument: { name: 'b', value: 'x' } },
      },
    ],
    [
      { operation: 'logging/setLevel', level: 'error', effect: 'exactly-once' },
      { method: 'logging/setLevel', params: { level: 'error', _meta: { 'plimsoll/call': '0' } } },
    ],
    [{ operation: 'ping' }, { method: 'ping', params: {} }],
  ])('send what the protocol says: %j', async (written, message) => {
    expect(await sent(written)).toEqual(message);
  });

  const READ = { operation: 'resources/read', uri: 'a://b' };
  const GET = { operation: 'prompts/get', prompt: 'p' };
  const COMPLETE = { operation: 'completion/complete', of: { prompt: 'p' }, argument: 'a', value: 'x' };
  it.each([
    ['contents without text or base64', READ, { contents: [{ uri: 'a://b' }] }, 'semantic/bad-result'],
    ['binary contents', READ, { contents: [{ uri: 'a://b', blob: 'AAAA' }] }, 'ok/none'],
    [
      'other contents',
      { ...READ, expect: { text: 'x' } },
      { contents: [{ uri: 'a://b', text: 'y' }] },
      'semantic/wrong-value',
    ],
    [
      'the second of the contents',
      { ...READ, expect: { text: 'y', block: 1 } },
      {
        contents: [
          { uri: 'a://b', text: 'x' },
          { uri: 'a://b', text: 'y' },
        ],
      },
      'ok/none',
    ],
    [
      'a message of nobody',
      GET,
      { messages: [{ role: 'robot', content: { type: 'text', text: 'x' } }] },
      'semantic/bad-result',
    ],
    [
      'a message with an image',
      GET,
      { messages: [{ role: 'user', content: { type: 'image', data: 'AAAA', mimeType: 'image/png' } }] },
      'ok/none',
    ],
    ['values that are no texts', COMPLETE, { completion: { values: [1] } }, 'semantic/bad-result'],
    ['no values', { ...COMPLETE, expect: { text: 'x' } }, { completion: { values: [] } }, 'semantic/no-content'],
    ['a prompt without a name', { operation: 'prompts/list' }, { prompts: [{}] }, 'semantic/bad-result'],
    [
      'a resource with a name and no URI',
      { operation: 'resources/list' },
      { resources: [{ name: 'a' }] },
      'semantic/bad-result',
    ],
  ])('with %s end as they should', async (_what, written, result, ending) => {
    const driver = await drive(httpTarget((await answering(result)).url), [call(written)]);
    expect(verdict(await driver.call())).toBe(ending);
  });
});

describe('the preflight', () => {
  const setup = (url: string, calls: readonly CallSpec[]) => ({
    ...{ target: httpTarget(url), protocol: protocol(), calls, timeoutNs: 20e9, seed: 1 },
  });

  it('makes each operation once by either client', async () => {
    const mock = await startToolsMock();
    try {
      const report = await preflight(setup(mock.url, CALLS));
      const endings = [report.executed, report.executedByOwnClient].map((each) => each.map(({ outcome }) => outcome));
      expect(endings).toEqual([CALLS.map(() => 'ok'), CALLS.map(() => 'ok')]);
      expect(report.warnings).toEqual([]);
    } finally {
      await mock.stop();
    }
  });

  it('asks a server without tools for none', async () => {
    const capabilities = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'raw', version: '1' } };
    const server = await rawServer(
      (_request, { id }) => [http(200, JSON.stringify({ jsonrpc: '2.0', id, result: {} }))],
      {
        initialize: (id) => JSON.stringify({ jsonrpc: '2.0', id, result: capabilities }),
      },
    );
    await preflight(setup(server.url, [call({ operation: 'ping' })]));
    expect(server.seen.filter(({ body }) => body.includes('tools/list'))).toEqual([]);
    expect(server.seen.filter(({ body }) => body.includes('"ping"'))).toHaveLength(2);
  });

  it.each([
    [{ operation: 'resources/read', uri: 'mock://nowhere' }, 'refuses the call "mock://nowhere"'],
    [{ operation: 'prompts/get', prompt: 'briefing' }, 'refuses the call "briefing"'],
  ])('is failed by a call that the server can never answer: %j', async (written, words) => {
    const mock = await startToolsMock();
    try {
      await expect(preflight(setup(mock.url, [call(written)]))).rejects.toThrow(words);
    } finally {
      await mock.stop();
    }
  });

  it('is failed by an operation that the server does not offer', async () => {
    const server = await rawServer((_request, { id, method }) =>
      method === 'tools/list'
        ? [http(200, JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [] } }))]
        : [http(200, JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }))],
    );
    await expect(preflight(setup(server.url, [call({ operation: 'prompts/list' })]))).rejects.toThrow(
      'does not offer prompts/list',
    );
  });
});
