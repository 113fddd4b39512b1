import { describe, expect, it, vi } from 'vitest';
import { callSpec, drive, http, httpTarget, rawServer, textResult, verdict } from './support.js';

type RawServer = Awaited<ReturnType<typeof rawServer>>;

const OK = (id?: number) => http(200, textResult(id, 'x'));

describe('an attempt that is given up', () => {
  const hang = { q: { kind: 'constant', value: 'hang' } } as const;
  const hanging = () =>
    rawServer((request, { id }) => (request.body.includes('"hang"') ? new Promise<never>(() => undefined) : [OK(id)]));
  const begun = (server: RawServer, calls: number) =>
    vi.waitFor(() => expect(server.seen.filter(({ body }) => body.includes('"hang"'))).toHaveLength(calls));
  const notes = (server: RawServer): unknown[] =>
    server.seen
      .filter(({ body }) => body.includes('notifications/cancelled'))
      .map(({ body }) => (JSON.parse(body) as { params: { requestId: unknown } }).params.requestId);

  it('is cancelled by its id on another connection, in its session', async () => {
    const server = await hanging();
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a', arguments: hang }),
      callSpec({ label: 'b' }),
    ]);
    const slot = driver.begin();
    await begun(server, 1);
    driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(notes(server)).toEqual([slot.rpcId]));
    const [call, note] = ['"hang"', 'notifications/cancelled'].map((part) =>
      server.seen.find(({ body }) => body.includes(part)),
    );
    expect(/Mcp-Session-Id: \S+/.exec(note?.head ?? '')?.[0]).toBe(/Mcp-Session-Id: \S+/.exec(call?.head ?? '')?.[0]);
  });

  it('is given up without a cancellation when the call says so, or when everything is given up', async () => {
    const server = await hanging();
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a', arguments: hang, cancel: false }),
      callSpec({ label: 'b', arguments: hang }),
      callSpec({ label: 'c' }),
    ]);
    const [silent, stopped] = [driver.begin({ spec: 0 }), driver.begin({ spec: 1 })];
    await begun(server, 2);
    driver.channel().abandon(silent, true);
    driver.channel().abandon(stopped, false);
    for (let n = 0; n < 3; n++) expect(verdict(await driver.call({ spec: 2 }))).toBe('ok/none');
    expect(notes(server)).toEqual([]);
  });

  it('is not cancelled when as many cancellations as calls in flight are unanswered', async () => {
    const server = await rawServer((request, { id }) =>
      request.body.includes('"hang"') || request.body.includes('cancelled')
        ? new Promise<never>(() => undefined)
        : [OK(id)],
    );
    const driver = await drive(
      httpTarget(server.url),
      [callSpec({ label: 'a', arguments: hang }), callSpec({ label: 'b' })],
      { inFlightPerSession: 3 },
    );
    const slots = Array.from({ length: 5 }, () => driver.begin());
    await begun(server, 5);
    for (const slot of slots) driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(notes(server)).toHaveLength(3));
    expect(verdict(await driver.call({ spec: 1 }))).toBe('ok/none');
    expect(notes(server)).toHaveLength(3);
  });

  it('has its time limit in the request, if the scenario says so', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const calls = [
      callSpec({ label: 'a', attemptTimeoutNs: 200e6 }),
      callSpec({ label: 'b', deadlineNs: 3e9, effect: 'exactly-once' }),
    ];
    const driver = await drive(httpTarget(server.url), calls, { propagateDeadline: true });
    await driver.call({ spec: 0 });
    await driver.call({ spec: 1, callId: 7 });
    const metas = server.seen
      .filter(({ body }) => body.includes('tools/call'))
      .map(({ body }) => (JSON.parse(body) as { params: { _meta: unknown } }).params._meta);
    expect(metas).toEqual([
      { 'plimsoll/timeout-ns': '200000000' },
      { 'plimsoll/timeout-ns': '3000000000', 'plimsoll/call': '7' },
    ]);
  });
});
