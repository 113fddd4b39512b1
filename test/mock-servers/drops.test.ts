import type { ToolsMockOptions } from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueModel, type ToolsMock } from '../../mock-servers/index.js';
import { WorkingTime } from '../../mock-servers/tools/faults/index.js';
import { RenegingQueue } from '../../mock-servers/tools/reneging-queue.js';
import { NS_PER_MS } from '../../src/clock/index.js';
import { Session, post, until, withMock } from './client.js';

const MS = NS_PER_MS;
const plain = (): WorkingTime => new WorkingTime(() => undefined);

describe('a line that can be left', () => {
  it('does what the plain queue does while no call leaves it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.integer({ min: 0, max: 5 })),
        fc.array(fc.record({ gapNs: fc.nat(30), serviceNs: fc.nat(50) }), { maxLength: 100 }),
        (workers, capacity, arrivals) => {
          const line = new RenegingQueue(workers, capacity, false, plain());
          const queue = queueModel({ workers, queueCapacity: capacity });
          let atNs = 0;
          for (const { gapNs, serviceNs } of arrivals) {
            atNs += gapNs;
            const place = line.arrive(atNs, atNs, serviceNs, Infinity);
            const admission = queue.arrive(atNs, serviceNs);
            expect(place === null ? null : [place.startNs, place.dueNs]).toEqual(
              admission.kind === 'full' ? null : [admission.startNs, admission.finishNs],
            );
          }
        },
      ),
    );
  });

  it('lets those behind begin earlier by the service of the call that leaves, but not before now', () => {
    const line = new RenegingQueue(1, null, false, plain());
    const [first, second, third, fourth] = [10, 20, 30, 40].map((serviceNs) => line.arrive(0, 0, serviceNs, Infinity));
    if (first == null || second == null || third == null || fourth == null) throw new Error('there is no bound');
    expect([first, second, third, fourth].map(({ startNs }) => startNs)).toEqual([0, 10, 30, 60]);
    expect(line.leave(second, 5)).toBe(true);
    expect([first, third, fourth].map(({ startNs, dueNs }) => [startNs, dueNs])).toEqual([
      [0, 10],
      [10, 40],
      [40, 80],
    ]);
    expect([line.leave(first, 5), line.leave(second, 6), line.leave(third, 10)]).toEqual([false, false, false]);
  });

  it('drops what is past its time limit when its turn comes, and gives its turn to the next', () => {
    const line = new RenegingQueue(1, null, true, plain());
    const places = [Infinity, 50, 150, 100].map((giveUpNs) => line.arrive(0, 0, 100, giveUpNs));
    expect(places.map((place) => [place?.startNs, place?.dueNs, place?.expires])).toEqual([
      [0, 100, false],
      [100, 100, true],
      [100, 200, false],
      [200, 200, true],
    ]);
  });

  it('finds again who expires when the workers stand still', () => {
    const time = plain();
    const line = new RenegingQueue(1, null, true, time);
    const places = [0, 0, 0].map((atNs) => line.arrive(atNs, atNs, 100, 220));
    expect(places.map((place) => place?.expires)).toEqual([false, false, false]);
    const owner = {};
    time.begin(owner, 50, 50, 250);
    line.replan(50);
    expect(places.map((place) => [place?.startNs, place?.dueNs, place?.expires])).toEqual([
      [0, 300, false],
      [300, 300, true],
      [300, 300, true],
    ]);
    time.end(owner, 100);
    line.replan(100);
    expect(places.map((place) => [place?.startNs, place?.dueNs, place?.expires])).toEqual([
      [0, 150, false],
      [150, 250, false],
      [250, 250, true],
    ]);
  });
});

const FAST = { serviceTime: { kind: 'constant', ns: MS } } as const;
const outcomes = (rows: readonly { readonly outcome: string }[]): string[] => rows.map(({ outcome }) => outcome);

/**
 * A mock whose workers stand still until `go`, so that calls are in line for as long as a test needs; `send` gives back
 * what will end the call, once it has arrived.
 */
async function stalled(options: Partial<ToolsMockOptions>, use: (stand: Stand) => Promise<void>): Promise<void> {
  await withMock({ ...FAST, ...options }, async (mock) => {
    const { id } = mock.faults.put({ kind: 'stall' });
    const session = await Session.open(mock);
    const cancel = async (requestId: unknown, headers = session.headers): Promise<void> => {
      const note = await post(
        mock.url,
        JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }),
        headers,
      );
      expect(note.status).toBe(202);
    };
    let sent = 0;
    const send = async (meta: object = {}): Promise<Sent> => {
      const abort = new AbortController();
      const done = session
        .request('tools/call', { name: 'search', arguments: { query: `q${sent}` }, ...meta }, abort.signal)
        .then(
          ({ text }) => text,
          () => 'no answer',
        );
      sent += 1;
      await until(() => mock.state().truth.rows === sent);
      return { done, leave: () => abort.abort() };
    };
    await use({ mock, send, cancel, go: () => mock.faults.remove(id) });
  });
}

interface Sent {
  readonly done: Promise<string>;
  readonly leave: () => void;
}

interface Stand {
  readonly mock: ToolsMock;
  readonly send: (params?: object) => Promise<Sent>;
  readonly cancel: (requestId: unknown, headers?: Readonly<Record<string, string>>) => Promise<void>;
  readonly go: () => unknown;
}

describe('a mock that drops', () => {
  it('nothing does the work of calls whose callers have gone or have cancelled, and counts it as wasted', () =>
    stalled({}, async ({ mock, send, cancel, go }) => {
      const [first, second, third] = [await send(), await send(), await send()];
      const open = mock.state().connections.open;
      second.leave();
      await until(() => mock.state().connections.open < open);
      // Requests of a session are numbered from 1 here.
      await cancel(3);
      go();
      expect(await Promise.all([first.done, third.done].map(async (done) => (await done) !== 'no answer'))).toEqual([
        true,
        false,
      ]);
      await until(() => mock.state().work.served === 3);
      expect(outcomes(mock.truth())).toEqual(['ok', 'undelivered', 'undelivered']);
      expect(mock.state().work).toEqual({
        served: 3,
        servedServiceNs: 3 * MS,
        wasted: 2,
        wastedServiceNs: 2 * MS,
        expired: 0,
        cancelled: 0,
        cancels: 1,
      });
    }));

  it('what was cancelled serves neither whom notifications/cancelled names nor whose connection is closed', () =>
    stalled({ drops: 'cancelled' }, async ({ mock, send, cancel, go }) => {
      const [first, second, , last] = [await send(), await send(), await send(), await send()];
      second.leave();
      await cancel(3);
      await until(() => mock.state().work.cancelled === 2);
      go();
      await Promise.all([first.done, last.done]);
      expect(outcomes(mock.truth())).toEqual(['ok', 'dropped', 'dropped', 'ok']);
      expect(mock.state().work).toEqual({
        served: 2,
        servedServiceNs: 2 * MS,
        wasted: 0,
        wastedServiceNs: 0,
        expired: 0,
        cancelled: 2,
        cancels: 1,
      });
      const [before, , , after] = mock.truth();
      expect(after?.virtualStartNs).toBe(before?.virtualFinishNs);
    }));

  it('what was cancelled takes no order from another session, nor for a request it never saw', () =>
    stalled({ drops: 'cancelled' }, async ({ mock, send, cancel, go }) => {
      const calls = [await send(), await send()];
      await cancel(2, (await Session.open(mock)).headers);
      for (const unknown of [99, '2', null]) await cancel(unknown);
      go();
      await Promise.all(calls.map(({ done }) => done));
      expect(outcomes(mock.truth())).toEqual(['ok', 'ok']);
    }));

  it('what has expired refuses it when its turn comes, and serves calls without a limit', () =>
    stalled({ drops: 'expired' }, async ({ mock, send, go }) => {
      const calls = [await send(), await send({ _meta: { 'plimsoll/timeout-ns': '1' } }), await send()];
      go();
      const answers = await Promise.all(calls.map(({ done }) => done));
      expect(answers[1]).toContain('The time limit passed before service began');
      expect(outcomes(mock.truth())).toEqual(['ok', 'dropped', 'ok']);
      expect(mock.state().work).toMatchObject({ served: 2, wasted: 0, expired: 1, cancelled: 0 });
    }));
});
