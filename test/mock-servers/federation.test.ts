/** The gateway mock that speaks MCP itself: what each of its switches does, by the logs of the mocks behind it. */
import { afterEach, describe, expect, it } from 'vitest';
import { startGatewayMock, startToolsMock, type GatewayMock, type ToolsMock } from '../../mock-servers/index.js';
import { derivedAnswer, federationOf, type Federation, type ToolsMockOptions } from '../../src/protocol/index.js';
import { post, rpcOf, Session, until, USUAL_HEADERS } from './client.js';

const started: { readonly stop: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const mock of started.splice(0)) await mock.stop();
});

async function stack(
  switches: Partial<Federation>,
  names: readonly string[] = ['alpha', 'beta'],
  options: Partial<ToolsMockOptions> = {},
): Promise<{ readonly gateway: GatewayMock; readonly mocks: readonly ToolsMock[] }> {
  const mocks: ToolsMock[] = [];
  while (mocks.length < names.length) mocks.push(await startToolsMock(options));
  const upstreams = mocks.map(({ url }, n) => ({ name: names[n] ?? '', url }));
  const gateway = await startGatewayMock({ upstreams, federation: federationOf(switches) });
  started.push(gateway, ...mocks);
  return { gateway, mocks };
}

const methodsOf = ({ methods }: ReturnType<ToolsMock['state']>, ...names: readonly string[]) =>
  names.map((name) => methods[name] ?? 0);
const HANDSHAKE = ['initialize', 'notifications/initialized', 'tools/list', 'tools/call', 'DELETE'] as const;

interface Listed {
  readonly name: string;
  readonly inputSchema: { readonly properties: unknown };
}

async function listed(session: Session): Promise<readonly Listed[]> {
  return rpcOf(await session.request('tools/list')).result?.['tools'] as readonly Listed[];
}

const namesIn = (tools: readonly Listed[]): readonly string[] => tools.map(({ name }) => name);

describe('a federating gateway', () => {
  it('shows the tools of all upstreams, and sends each call to its own', async () => {
    const { gateway, mocks } = await stack({});
    const session = await Session.open(gateway);
    expect(namesIn(await listed(session))).toEqual(
      ['alpha', 'beta'].flatMap((name) => ['search', 'book', 'fail'].map((tool) => `${name}__${tool}`)),
    );
    const answer = rpcOf(await session.call('beta__search', { query: 'hull' }, '7'));
    expect(answer.result?.content?.[0]?.text).toBe(derivedAnswer('search', '{"query":"hull"}'));
    expect(mocks.map((mock) => mock.truth().map(({ call }) => call))).toEqual([[], ['7']]);
  });

  it('has one message at the upstream for each call, in one session for each client', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({}, ['alpha']);
    const sessions = [await Session.open(gateway), await Session.open(gateway)];
    for (const session of sessions) for (let n = 0; n < 3; n++) await session.call('alpha__search', { query: 'x' });
    expect(mock === undefined ? [] : methodsOf(mock.state(), ...HANDSHAKE)).toEqual([2, 2, 0, 6, 0]);
  });

  it('refuses tools that it does not know, and sessions', async () => {
    const { gateway } = await stack({});
    const session = await Session.open(gateway);
    expect(rpcOf(await session.call('gamma__search', {})).error?.code).toBe(-32602);
    const unknown = { ...session.headers, 'mcp-session-id': 'nonsense' };
    expect((await post(gateway.url, '{"jsonrpc":"2.0","id":1,"method":"ping"}', unknown)).status).toBe(404);
  });

  it('passes a cancellation on under the id of its own request', async () => {
    const slow = { serviceTime: { kind: 'constant', ns: 300e6 }, drops: 'cancelled' } as const;
    const {
      gateway,
      mocks: [mock],
    } = await stack({}, ['alpha'], slow);
    const session = await Session.open(gateway);
    const call = session.call('alpha__search', { query: 'x' });
    await until(() => mock?.state().inService === 1);
    await post(
      gateway.url,
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"late"}}',
      session.headers,
    );
    expect(mock?.state().work.cancels).toBe(1);
    await call;
  });

  it('opens a session anew when the upstream has forgotten it, and the client sees nothing of that', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({}, ['alpha']);
    const session = await Session.open(gateway);
    await session.call('alpha__search', { query: 'x' });
    mock?.faults.put({ kind: 'session-loss' });
    expect((await session.call('alpha__search', { query: 'x' })).status).toBe(200);
  });
});

describe('a switch of a federating gateway', () => {
  it('"per-call" adds a handshake and its end to each call', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ upstreamSessions: 'per-call' }, ['alpha']);
    const session = await Session.open(gateway);
    for (let n = 0; n < 4; n++) await session.call('alpha__search', { query: 'x' });
    expect(mock === undefined ? [] : methodsOf(mock.state(), ...HANDSHAKE)).toEqual([4, 4, 0, 4, 4]);
    expect(mock?.state().sessions.open).toBe(0);
  });

  it('"shared" has one session for all clients', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ upstreamSessions: 'shared' }, ['alpha']);
    for (let n = 0; n < 3; n++) await (await Session.open(gateway)).call('alpha__search', { query: 'x' });
    expect(mock?.state().sessions.opened).toBe(1);
    expect(new Set(mock?.truth().map(({ session }) => session)).size).toBe(1);
  });

  it('"list before call" asks for the tools each time', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ listBeforeCall: true }, ['alpha']);
    const session = await Session.open(gateway);
    for (let n = 0; n < 4; n++) await session.call('alpha__search', { query: 'x' });
    expect(mock?.state().methods['tools/list']).toBe(4);
  });

  it('"keep meta" off loses _meta', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ keepMeta: false }, ['alpha']);
    const session = await Session.open(gateway);
    await session.call('alpha__search', { query: 'plimsoll-call-12' }, '12');
    expect(mock?.truth()).toMatchObject([{ call: null, traceparent: null, argumentCall: 12 }]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('"pass token" %s: the token of the client arrives %i times', async (passToken, times) => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ passToken }, ['alpha']);
    const session = await Session.open(gateway);
    const body = JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
      params: { name: 'alpha__search', arguments: { query: 'x' } },
    });
    await post(gateway.url, body, { ...session.headers, authorization: 'Bearer of-the-client' });
    expect(mock?.truth().filter(({ authorization }) => authorization !== null)).toHaveLength(times);
  });

  it('"change schemas" makes null of empty properties, and leaves other schemas alone', async () => {
    const { gateway } = await stack({ changeSchemas: true }, ['alpha']);
    const tools = await listed(await Session.open(gateway));
    expect(tools.map(({ inputSchema }) => inputSchema.properties === null)).toEqual([false, false, true]);
  });

  it('"shuffle tools" shows the same tools in another order in the next session', async () => {
    const { gateway } = await stack({ shuffleTools: true });
    const [first, second] = [await listed(await Session.open(gateway)), await listed(await Session.open(gateway))];
    expect(namesIn(first)).not.toEqual(namesIn(second));
    expect([...namesIn(first)].sort()).toEqual([...namesIn(second)].sort());
  });

  it('"bare" names of two upstreams hide each other: all calls go to the last one', async () => {
    const { gateway, mocks } = await stack({ toolNames: 'bare' });
    const session = await Session.open(gateway);
    expect(namesIn(await listed(session))).toEqual(['search', 'book', 'fail']);
    for (let n = 0; n < 3; n++) await session.call('search', { query: 'x' });
    expect(mocks.map((mock) => mock.truth().length)).toEqual([0, 3]);
  });

  it('"retries" sends a call again that was answered with a status of 500', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ retries: 2 }, ['alpha']);
    mock?.faults.put({ kind: 'error', which: { kind: 'listed', numbers: [0, 1] } });
    const session = await Session.open(gateway);
    expect((await session.call('alpha__search', { query: 'x' })).status).toBe(200);
    expect(mock?.truth()).toHaveLength(3);
  });

  it('"breaker" refuses after failures in a row, and lets one call through when its time is over', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ breaker: { failures: 2, openNs: 100e6 } }, ['alpha']);
    const session = await Session.open(gateway);
    await session.call('alpha__search', { query: 'x' });
    await mock?.stop();
    const status = async (): Promise<number> => (await session.call('alpha__search', { query: 'x' })).status;
    expect([await status(), await status(), await status(), await status()]).toEqual([502, 502, 503, 503]);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect([await status(), await status()]).toEqual([502, 503]);
  });

  it('"cache" answers the same call from memory, without what the first answer said of itself', async () => {
    const {
      gateway,
      mocks: [mock],
    } = await stack({ cacheNs: 60e9 }, ['alpha']);
    const session = await Session.open(gateway);
    const first = rpcOf(await session.call('alpha__search', { query: 'x' }, '1'));
    const second = rpcOf(await session.call('alpha__search', { query: 'x' }, '2'));
    expect(second.result?.content).toEqual(first.result?.content);
    expect(second.result?._meta).toBeUndefined();
    await session.call('alpha__search', { query: 'y' }, '3');
    expect(mock?.truth().map(({ call }) => call)).toEqual(['1', '3']);
  });
});

describe('switches that make no sense', () => {
  it.each([{ retries: -1 }, { toolNames: 'dotted' }, { breaker: { failures: 0, openNs: 1 } }, { sessions: 1 }])(
    '%j is refused by name',
    async (wrong) => {
      const federation = { ...federationOf({}), ...wrong } as Federation;
      const upstreams = [{ name: 'a', url: 'http://127.0.0.1:1/mcp' }];
      await expect(startGatewayMock({ upstreams, federation })).rejects.toThrow('federation.');
    },
  );
});

describe('a federating gateway between the eras', () => {
  const REVISION = '2026-07-28';
  const META = {
    'io.modelcontextprotocol/protocolVersion': REVISION,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };

  /** A request of a client without a session. */
  async function ask(url: string, method: string, params: Readonly<Record<string, unknown>> = {}) {
    const { name } = params;
    const headers = {
      ...USUAL_HEADERS,
      ...{ 'mcp-protocol-version': REVISION, 'mcp-method': method },
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    };
    const _meta = { ...META, 'plimsoll/call': '7' };
    return post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }), headers);
  }

  const METHODS = ['initialize', 'notifications/initialized', 'server/discover', 'tools/list', 'tools/call'] as const;
  const call = { name: 'alpha__search', arguments: { query: 'hull' } };
  const right = derivedAnswer('search', '{"query":"hull"}');

  it('answers a client without sessions, and opens one at an upstream that knows nothing else', async () => {
    const { gateway, mocks } = await stack({}, ['alpha'], { eras: ['session'] });
    const discovered = rpcOf(await ask(gateway.url, 'server/discover')).result;
    expect(discovered).toMatchObject({ resultType: 'complete', supportedVersions: [REVISION] });
    const list = rpcOf(await ask(gateway.url, 'tools/list')).result;
    expect(list).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
    expect(namesIn(list?.['tools'] as readonly Listed[])).toContain('alpha__search');
    for (let n = 0; n < 3; n++) {
      const { result } = rpcOf(await ask(gateway.url, 'tools/call', call));
      expect([result?.['resultType'], result?.content?.[0]?.text]).toEqual(['complete', right]);
    }
    expect(mocks.map((mock) => methodsOf(mock.state(), ...METHODS))).toEqual([[1, 1, 0, 1, 3]]);
    expect(mocks[0]?.truth().map((row) => row.call)).toEqual(['7', '7', '7']);
  });

  it('keeps the sessions of its clients in front of an upstream that has none', async () => {
    const { gateway, mocks } = await stack({ upstreamEra: 'stateless' }, ['alpha'], { eras: ['stateless'] });
    const session = await Session.open(gateway);
    expect(namesIn(await listed(session))).toContain('alpha__search');
    const { result } = rpcOf(await session.call('alpha__search', { query: 'hull' }, '7'));
    expect([result?.['resultType'], result?.content?.[0]?.text]).toEqual([undefined, right]);
    expect(mocks.map((mock) => methodsOf(mock.state(), ...METHODS))).toEqual([[0, 0, 0, 1, 1]]);
    expect(mocks[0]?.truth().map((row) => row.call)).toEqual(['7']);
  });

  it('refuses what the era of a client does not have', async () => {
    const { gateway } = await stack({}, ['alpha']);
    expect((await ask(gateway.url, 'ping')).status).toBe(404);
    const wrong = await ask(gateway.url, 'tools/call', { ...call, name: 'gamma__search' });
    expect(rpcOf(wrong).error?.code).toBe(-32602);
  });
});
