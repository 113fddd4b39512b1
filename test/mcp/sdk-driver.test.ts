/** The client of the official SDK as a channel of the load: the same calls, judged as those of our own client are. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import type { MockFault } from '../../src/protocol/index.js';
import type { Protocol } from '../../src/scenario/index.js';
import { callSpec, drive, http, httpTarget, rawServer, verdict, type Driver } from './support.js';
import { answer, event, mcpServer, rpc, stream } from './mcp-server.js';

const ERAS = ['2025-11-25', '2026-07-28'] as const;

/** What a server without sessions says of itself. */
const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  serverInfo: { name: 'raw', version: '1' },
  ttlMs: 0,
  cacheScope: 'private',
};

type Options = Parameters<typeof startToolsMock>[0];

async function mock(options: Options = {}) {
  const started = await startToolsMock(options);
  onTestFinished(() => started.stop());
  return started;
}

const derived = callSpec({ expect: { kind: 'derived' } });

const drivenBy = (driver: 'wire' | 'sdk'): Partial<Protocol> => (driver === 'sdk' ? { driver } : {});

const by = (url: string, driver: 'wire' | 'sdk', partial: Partial<Protocol>): Promise<Driver> =>
  drive(httpTarget(url), [derived], { ...partial, ...drivenBy(driver) });

describe.each(ERAS)('a call of %s by the client of the official SDK', (revision) => {
  it.each<[string, MockFault | null, string]>([
    ['a right answer', null, 'ok/none'],
    ['a wrong one', { kind: 'wrong-result' }, 'semantic/wrong-value'],
    ['a failure of the tool', { kind: 'is-error' }, 'tool/tool-error'],
    ['a JSON-RPC error', { kind: 'rpc-error', code: -32603 }, 'protocol/rpc-error'],
    ['an overload', { kind: 'shed', status: 503 }, 'shed/http-503'],
    ['an error of HTTP', { kind: 'error' }, 'protocol/rpc-error'],
  ])('ends as one by our own client does: %s', async (_what, fault, ending) => {
    const { url, faults } = await mock();
    if (fault !== null) faults.put(fault);
    const [wire, sdk] = [await by(url, 'wire', { revision }), await by(url, 'sdk', { revision })];
    expect([verdict(await wire.call()), verdict(await sdk.call())]).toEqual([ending, ending]);
  });

  it('has the times of its answer, and those that the mock reports', async () => {
    const { url } = await mock();
    const slot = await (await by(url, 'sdk', { revision })).call();
    const times = [slot.sentNs, slot.receivedNs, slot.startedNs, slot.finishedNs, slot.doneNs];
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(slot.firstByteNs).toBe(slot.doneNs);
    expect(slot.bytesIn).toBeGreaterThan(0);
    expect(slot.bytesOut).toBeGreaterThan(0);
  });

  it('is cancelled when it is given up, and what comes later is nothing to the next call', async () => {
    const { url, state } = await mock({ serviceTime: { kind: 'constant', ns: 150e6 }, workers: 4 });
    const driver = await by(url, 'sdk', { revision });
    const given = driver.begin();
    await vi.waitFor(() => expect(state().inService).toBe(1));
    driver.channel().abandon(given, true);
    await vi.waitFor(() => expect(state().work.cancels).toBe(1));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(driver.completions).toHaveLength(1);
  });

  it('opens as many sessions as are asked for, and ends them', async () => {
    const { url, state } = await mock();
    const driver = await by(url, 'sdk', { revision, sessions: 3 });
    for (const session of [0, 1, 2]) expect(verdict(await driver.call({ session }))).toBe('ok/none');
    const opened = revision === '2025-11-25' ? 3 : 0;
    expect(state().sessions).toMatchObject({ opened, open: opened });
    await driver.set.close(5e9);
    expect(state().sessions.open).toBe(0);
    const edges = driver.events.flatMap((event) => (event.type === 'session' ? [event.edge] : []));
    expect(edges.sort()).toEqual([...Array<string>(opened).fill('closed'), ...Array<string>(opened).fill('opened')]);
  });
});

describe.each(['wire', 'sdk'] as const)('what a server asks of its client is counted by driver %s', (driver) => {
  const requestsOf = ({ events }: Driver) =>
    events.flatMap((event) => (event.type === 'server-requests' ? [...event.methods] : []));

  it('with sessions: what is answered, and what is refused', async () => {
    let goOn: () => void = () => undefined;
    const asked = ['roots/list', 'ping', 'sampling/createMessage'];
    const server = await mcpServer({
      call: ({ message, response }) => {
        const events = stream(response);
        const next = (): void => {
          const method = asked.shift();
          if (method === undefined) response.end(event(answer(message.id)));
          else events.write(event(rpc(`ask-${asked.length}`, { method })));
        };
        goOn = next;
        next();
      },
      answered: () => goOn(),
    });
    const answers = { roots: [{ uri: 'file:///srv' }] };
    const by = await drive(httpTarget(server.url), [callSpec()], { ...drivenBy(driver), answers });
    expect(verdict(await by.call())).toBe('ok/none');
    await by.set.close(5e9);
    expect(requestsOf(by)).toEqual([
      { method: 'roots/list', answered: 1, refused: 0 },
      { method: 'ping', answered: 1, refused: 0 },
      { method: 'sampling/createMessage', answered: 0, refused: 1 },
    ]);
  });

  it('without sessions: what a result demands', async () => {
    const revision = '2026-07-28';
    let calls = 0;
    const server = await rawServer(
      (_request, { id, method }) => {
        if (method === 'server/discover') return [http(200, rpc(id, { result: DISCOVERED }))];
        const result =
          ++calls % 2 === 1
            ? { resultType: 'input_required', inputRequests: { where: { method: 'roots/list' } } }
            : { resultType: 'complete', content: [{ type: 'text', text: 'done' }] };
        return [http(200, rpc(id, { result }))];
      },
      { raw: true },
    );
    const answers = { roots: [{ uri: 'file:///srv' }] };
    const by = await drive(httpTarget(server.url), [callSpec()], { ...drivenBy(driver), revision, answers });
    for (let call = 0; call < 3; call++) expect(verdict(await by.call())).toBe('ok/none');
    await by.set.close(5e9);
    expect(requestsOf(by)).toEqual([{ method: 'roots/list', answered: 3, refused: 0 }]);
  });
});
