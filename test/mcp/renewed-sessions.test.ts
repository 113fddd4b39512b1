/** Sessions that last for so many calls: exact counts at a mock, and what an opening that fails does. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import type { Protocol } from '../../src/scenario/index.js';
import { callSpec, drive, http, httpTarget, initializeResult, rawServer, textResult, verdict } from './support.js';

async function mockDriver(sessionLife: NonNullable<Protocol['sessionLife']>, sessions = 1) {
  const mock = await startToolsMock();
  onTestFinished(() => mock.stop());
  const spec = callSpec({ expect: { kind: 'derived' } });
  return { mock, driver: await drive(httpTarget(mock.url), [spec], { sessions, sessionLife }) };
}

describe('sessions that last for so many calls', () => {
  it('are one for each call where that is one, and each is ended', async () => {
    const { mock, driver } = await mockDriver({ calls: 1, end: 'delete' });
    for (let n = 0; n < 12; n++) expect(verdict(await driver.call())).toBe('ok/none');
    await driver.set.close(1e9);
    expect(mock.state()).toMatchObject({
      sessions: { opened: 12, open: 0 },
      methods: { initialize: 12, 'tools/call': 12, DELETE: 12 },
    });
    expect(driver.events.filter(({ type }) => type === 'session-turnover')).toMatchObject([
      { opened: 12, ended: 12, abandoned: 0, failed: 0 },
    ]);
  });

  it('serve no more than their calls, however many are in flight', async () => {
    const { mock, driver } = await mockDriver({ calls: 5, end: 'delete' }, 2);
    const calls = Array.from({ length: 40 }, (_, n) => driver.call({ session: n % 2 }));
    expect(new Set((await Promise.all(calls)).map(verdict))).toEqual(new Set(['ok/none']));
    await driver.set.close(1e9);
    expect(mock.state().sessions).toEqual({ opened: 8, open: 0 });
    const perSession = new Map<string, number>();
    for (const { session } of mock.truth()) perSession.set(session, (perSession.get(session) ?? 0) + 1);
    expect([...perSession.values()]).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
  });

  it('are left open at the server where they are abandoned', async () => {
    const { mock, driver } = await mockDriver({ calls: 1, end: 'abandon' });
    for (let n = 0; n < 7; n++) await driver.call();
    await driver.set.close(1e9);
    expect(mock.state()).toMatchObject({ sessions: { opened: 7, open: 7 }, methods: { DELETE: 0 } });
    expect(driver.events.filter(({ type }) => type === 'session-turnover')).toMatchObject([
      { opened: 7, ended: 0, abandoned: 7, failed: 0 },
    ]);
  });

  it('last for the run and are abandoned then, where only that is asked for', async () => {
    const { mock, driver } = await mockDriver({ calls: null, end: 'abandon' }, 3);
    for (let n = 0; n < 6; n++) await driver.call({ session: n % 3 });
    await driver.set.close(1e9);
    expect(mock.state().sessions).toEqual({ opened: 3, open: 3 });
  });

  it('are opened as a part of the call that waits for it', async () => {
    let opened = 0;
    const server = await rawServer(
      async (request, { id, method }) => {
        if (method === 'initialize') {
          if (opened++ > 0) await new Promise((resolve) => setTimeout(resolve, 60));
          return [http(200, initializeResult(id ?? 0), [`Mcp-Session-Id: s${opened}`])];
        }
        if (method === 'notifications/initialized') return ['HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'];
        if (request.method === 'DELETE') return ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'];
        return [http(200, textResult(id, 'x'))];
      },
      { raw: true },
    );
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessionLife: { calls: 2, end: 'delete' } });
    const waits = [];
    for (let n = 0; n < 3; n++) {
      const { doneNs, sentNs } = await driver.call();
      waits.push(doneNs - sentNs >= 60e6);
    }
    expect(waits).toEqual([false, false, true]);
  });

  it('fail the call whose session can not be opened, and are tried again for the next', async () => {
    let opened = 0;
    const server = await rawServer((_request, { id }) => [http(200, textResult(id, 'x'))], {
      initialize: (id) => initializeResult(id),
      sessionId: () => `s${++opened}`,
    });
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessionLife: { calls: 1, end: 'delete' } });
    expect(verdict(await driver.call())).toBe('ok/none');
    server.server.close();
    for (const socket of server.sockets) socket.destroy();
    expect(verdict(await driver.call())).toBe('transport/connect-refused');
    expect(verdict(await driver.call())).toBe('transport/connect-refused');
    await driver.set.close(1e9);
    expect(driver.events.filter(({ type }) => type === 'session-turnover')).toMatchObject([
      { opened: 1, ended: 1, failed: 2 },
    ]);
  });

  it('are no event when one follows another', async () => {
    const { driver } = await mockDriver({ calls: 1, end: 'delete' });
    for (let n = 0; n < 4; n++) await driver.call();
    await driver.set.close(1e9);
    expect(driver.events.flatMap((event) => (event.type === 'session' ? [event.edge] : []))).toEqual([
      'opened',
      'closed',
    ]);
  });
});
