import { CONTROL_PATHS } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import type { ToolsMock } from '../../mock-servers/index.js';
import { callBody, Session, sendRaw, until, withMock } from './client.js';

const MS = 1_000_000;
const hits = (mock: ToolsMock): unknown =>
  mock.faultHits().map(({ fault, call, tool, afterLift }) => [fault, call, tool, afterLift]);

describe('the list of calls affected by faults', () => {
  it('holds fault, call and tool of each, as many as the fault has counted, here and over HTTP', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      mock.faults.put({ kind: 'duplicate-effect', label: 'twice', which: { kind: 'listed', numbers: [0, 2] } });
      mock.faults.put({ kind: 'error', tool: 'search' });
      const beforeNs = process.hrtime.bigint();
      for (let n = 0; n < 3; n++) await session.call('book', { berth: `b${n}` }, `call-${n}`);
      await session.call('search', { query: 'q' });
      expect(hits(mock)).toEqual([
        ['twice', 'call-0', 'book', false],
        ['twice', 'call-2', 'book', false],
        ['f2', null, 'search', false],
      ]);
      expect(mock.faults.list().map(({ affected }) => affected)).toEqual([2, 1]);
      const arrivals = mock.truth();
      expect(mock.faultHits().map(({ receivedNs }) => receivedNs)).toEqual(
        [0, 2, 3].map((n) => arrivals[n]?.receivedNs),
      );
      for (const { receivedNs, atNs } of mock.faultHits()) {
        expect(BigInt(receivedNs ?? 0)).toBeGreaterThan(beforeNs);
        expect(BigInt(atNs)).toBeGreaterThanOrEqual(BigInt(receivedNs ?? 0));
      }
      const text = await (await fetch(new URL(CONTROL_PATHS.faultHits, mock.url))).text();
      expect(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual(mock.faultHits());
      expect(mock.state().faultHits).toEqual({ rows: 3, dropped: 0 });
    });
  });

  it('holds two for a pair of swapped answers, one for each caller', async () => {
    await withMock({ faults: [{ kind: 'misdelivered', which: { kind: 'listed', numbers: [0] } }] }, async (mock) => {
      const session = await Session.open(mock);
      const { id } = mock.faults.put({ kind: 'stall' });
      const answering = Promise.all(['a', 'b', 'c'].map((query) => session.call('search', { query }, query)));
      await until(() => mock.state().queued === 3);
      mock.faults.remove(id);
      await answering;
      const [stalled, ...swapped] = mock.faultHits();
      expect(stalled).toMatchObject({ fault: id, tool: null, call: null, receivedNs: null });
      const [first, second] = mock.truth();
      expect(swapped.map(({ call }) => call)).toEqual([first?.call, second?.call]);
    });
  });

  it('marks a call that was chosen in time and affected after the fault was lifted', async () => {
    await withMock({ serviceTime: { kind: 'constant', ns: 40 * MS } }, async (mock) => {
      const session = await Session.open(mock);
      const { id } = mock.faults.put({ kind: 'error' });
      const answer = session.call('search', { query: 'q' }, 'late');
      await until(() => mock.state().truth.rows === 1);
      expect(mock.faults.remove(id)?.affected).toBe(0);
      expect((await answer).status).toBe(500);
      expect(hits(mock)).toEqual([['f1', 'late', 'search', true]]);
    });
  });

  it('names no call where something else was affected', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      mock.faults.put({ kind: 'schema-drift' });
      await session.request('tools/list');
      mock.faults.put({ kind: 'session-loss' });
      expect(hits(mock)).toEqual([
        ['f1', null, null, false],
        ['f2', null, null, false],
      ]);
    });
  });

  it('has no empty label', async () => {
    await withMock({}, async (mock) => {
      expect(() => mock.faults.put({ kind: 'error', label: '' })).toThrow('label must be a text');
    });
  });
});

describe('wasted work', () => {
  it('includes an answer whose head was held back until its caller had gone', async () => {
    await withMock(
      { serviceTime: { kind: 'constant', ns: 2 * MS }, faults: [{ kind: 'slow-first-byte', delayNs: 60 * MS }] },
      async (mock) => {
        const sent = sendRaw(await Session.open(mock), callBody('search', { query: 'q' }));
        await until(() => mock.state().work.served === 1);
        expect(mock.state().work.wasted).toBe(0);
        sent.destroy();
        await until(() => mock.state().work.wasted === 1);
        expect(mock.state().work).toMatchObject({ served: 1, servedServiceNs: 2 * MS, wastedServiceNs: 2 * MS });
      },
    );
  });
});
