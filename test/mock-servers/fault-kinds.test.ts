import { derivedAnswer, type MockFault, type ToolsMockOptions } from '../../src/protocol/index.js';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ToolsMock } from '../../mock-servers/index.js';
import { initialize, post, rpcOf, Session, until, USUAL_HEADERS, withMock, type Answer } from './client.js';

const MS = 1_000_000;
const BERTHS = 80;
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);
const listed = (...numbers: readonly number[]): { which: { kind: 'listed'; numbers: readonly number[] } } => ({
  which: { kind: 'listed', numbers },
});

const right = (query: string): string => derivedAnswer('search', JSON.stringify({ query }));
const textOf = (answer: Answer): string => rpcOf(answer).result?.content?.[0]?.text ?? 'no text';

/** Searches for q0, q1, ... one after the other. */
async function search(session: Session, count: number): Promise<readonly Answer[]> {
  const got: Answer[] = [];
  for (let n = 0; n < count; n++) got.push(await session.call('search', { query: `q${n}` }));
  return got;
}

function withFaults(
  faults: readonly MockFault[],
  use: (mock: ToolsMock) => Promise<void>,
  options: Partial<ToolsMockOptions> = {},
): Promise<void> {
  return withMock({ ...options, faults }, use);
}

/** What this process holds in array buffers, in bytes, after a full collection of garbage. */
function collectedArrayBufferBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().arrayBuffers;
}

const numbersOf = (mock: ToolsMock): readonly (readonly number[])[] => mock.faults.list().map(({ numbers }) => numbers);

describe('faults of effects', () => {
  it('execute exactly 37 calls twice, lose exactly 11 and leave exactly 5 without an answer', async () => {
    const doubled = range(10, 37);
    const lost = range(50, 11);
    const cut = [0, 3, 5, 47, 79];
    const faults: readonly MockFault[] = [
      { kind: 'duplicate-effect', tool: 'book', ...listed(...doubled) },
      { kind: 'lost-effect', ...listed(...lost) },
      { kind: 'sse-cut', tool: 'book', ...listed(...cut) },
    ];
    await withFaults(faults, async (mock) => {
      const session = await Session.open(mock);
      const acknowledged = new Set<string>();
      for (let n = 0; n < BERTHS; n++) {
        // Calls without an effect in between: they are not counted.
        if (n % 7 === 0) await session.call('search', { query: 'a berth' });
        const answer = await session.call('book', { berth: `b${n}` }, `call-${n}`).catch(() => null);
        if (answer !== null && rpcOf(answer).result?.isError !== true) acknowledged.add(`call-${n}`);
      }
      const executions = new Map<string, number>();
      for (const { call } of mock.ledger()) executions.set(call ?? '', (executions.get(call ?? '') ?? 0) + 1);
      const times = (n: number): number => executions.get(`call-${n}`) ?? 0;
      const all = range(0, BERTHS);
      expect(all.filter((n) => times(n) === 2)).toEqual(doubled);
      expect(all.filter((n) => times(n) === 0 && acknowledged.has(`call-${n}`))).toEqual(lost);
      expect(all.filter((n) => times(n) > 0 && !acknowledged.has(`call-${n}`))).toEqual(cut);
      expect(mock.ledger().length).toBe(BERTHS + 37 - 11);
      expect(mock.faults.list().map(({ affected, eligible }) => [affected, eligible])).toEqual([
        [37, 80],
        [11, 80],
        [5, 80],
      ]);
      const arrivals = mock
        .truth()
        .filter(({ tool }) => tool === 'book')
        .map(({ arrival }) => arrival);
      expect(numbersOf(mock)).toEqual([doubled, lost, cut].map((numbers) => numbers.map((n) => arrivals[n])));
      expect(
        mock
          .truth()
          .filter(({ outcome }) => outcome === 'broken')
          .map(({ call }) => call),
      ).toEqual(cut.map((n) => `call-${n}`));
    });
  });

  it('follow no effect where the tool fails, unless it fails afterwards', async () => {
    const faults: readonly MockFault[] = [
      { kind: 'error', ...listed(0) },
      { kind: 'rpc-error', ...listed(1) },
      { kind: 'is-error', ...listed(2) },
      { kind: 'error', afterEffect: true, ...listed(3) },
      { kind: 'rpc-error', afterEffect: true, ...listed(4) },
      { kind: 'is-error', afterEffect: true, ...listed(5) },
      { kind: 'shed', status: 503, ...listed(6) },
    ];
    await withFaults(faults, async (mock) => {
      const session = await Session.open(mock);
      for (let n = 0; n < 8; n++) await session.call('book', { berth: `b${n}` }, String(n));
      expect(mock.ledger().map(({ call }) => call)).toEqual(['3', '4', '5', '7']);
    });
  });
});

describe('a failing call', () => {
  for (const answers of ['json', 'sse'] as const) {
    it(`fails in its own layer when answers are ${answers}`, async () => {
      const faults: readonly MockFault[] = [
        { kind: 'error', ...listed(1) },
        { kind: 'rpc-error', code: -32050, ...listed(2) },
        { kind: 'is-error', ...listed(3) },
        { kind: 'shed', status: 429, retryAfterS: 7, ...listed(4) },
        { kind: 'shed', status: 503, ...listed(5) },
      ];
      await withFaults(
        faults,
        async (mock) => {
          const got = await search(await Session.open(mock), 7);
          expect(got.map(({ status }) => status)).toEqual([200, 500, 200, 200, 429, 503, 200]);
          expect(got.map((answer) => answer.headers.get('retry-after'))).toEqual([
            null,
            null,
            null,
            null,
            '7',
            '1',
            null,
          ]);
          const rpcs = got.map((answer) => rpcOf(answer));
          expect(rpcs.map(({ error }) => error?.code)).toEqual([
            undefined,
            -32603,
            -32050,
            undefined,
            -32000,
            -32000,
            undefined,
          ]);
          expect(rpcs.map(({ result }) => result?.isError)).toEqual([
            undefined,
            undefined,
            undefined,
            true,
            undefined,
            undefined,
            undefined,
          ]);
          expect(rpcs.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
          expect(mock.truth().map(({ outcome }) => outcome)).toEqual([
            'ok',
            'error',
            'error',
            'tool-error',
            'shed',
            'shed',
            'ok',
          ]);
          expect(numbersOf(mock)).toEqual([[1], [2], [3], [4], [5]]);
        },
        { answers, serviceTime: { kind: 'constant', ns: 2 * MS } },
      );
    });
  }
});

describe('a wrong answer', () => {
  it('is given to the listed calls and to no other, well-formed', async () => {
    await withFaults([{ kind: 'wrong-result', ...listed(2, 5, 6) }], async (mock) => {
      const texts = (await search(await Session.open(mock), 9)).map(textOf);
      expect(texts.flatMap((text, n) => (text === right(`q${n}`) ? [] : [n]))).toEqual([2, 5, 6]);
      for (const text of texts) expect(text).toMatch(/^search:[0-9a-f]{8}$/);
      expect(numbersOf(mock)).toEqual([[2, 5, 6]]);
      expect(
        mock
          .truth()
          .filter(({ outcome }) => outcome === 'wrong')
          .map(({ arrival }) => arrival),
      ).toEqual([2, 5, 6]);
    });
  });

  it('is, when stale, the previous one that differs; the first call of all cannot get one', async () => {
    await withFaults([{ kind: 'stale', ...listed(0, 1, 2, 4) }], async (mock) => {
      const session = await Session.open(mock);
      const texts: string[] = [];
      for (const query of ['a', 'a', 'b', 'b', 'b']) texts.push(textOf(await session.call('search', { query })));
      expect(texts).toEqual(['a', 'a', 'a', 'b', 'a'].map(right));
      expect(numbersOf(mock)).toEqual([[2, 4]]);
    });
  });

  it('comes to both calls of a pair that was swapped, each with its own id', async () => {
    await withFaults([{ kind: 'misdelivered', ...listed(1) }], async (mock) => {
      const session = await Session.open(mock);
      const other = await Session.open(mock);
      // Nothing is answered until all four are in flight.
      const { id } = mock.faults.put({ kind: 'stall' });
      const answering = Promise.all(
        [0, 1, 2, 3].map((n) => (n % 2 === 0 ? session : other).call('search', { query: `p${n}` }, `call-${n}`)),
      );
      await until(() => mock.state().queued === 4);
      mock.faults.remove(id);
      const answers = await answering;
      const arrivals = mock.truth().map(({ call }) => Number(call?.slice(5)));
      const texts = arrivals.map((n) => answers.slice(n, n + 1).map(textOf)[0]);
      const rights = arrivals.map((n) => right(`p${n}`));
      expect(texts).toEqual([rights[0], rights[2], rights[1], rights[3]]);
      expect(mock.faults.list()[0]).toMatchObject({ affected: 2, numbers: [1, 2] });
      expect(mock.truth().map(({ outcome }) => outcome)).toEqual(['ok', 'wrong', 'wrong', 'ok']);
      expect(answers.map((answer) => rpcOf(answer).id)).toEqual([1, 1, 2, 2]);
    });
  });

  it('comes to no call from a swap when the call is alone in flight', async () => {
    await withFaults([{ kind: 'misdelivered' }], async (mock) => {
      expect((await search(await Session.open(mock), 3)).map(textOf)).toEqual([0, 1, 2].map((n) => right(`q${n}`)));
      expect(mock.faults.list()[0]).toMatchObject({ eligible: 3, affected: 0, numbers: [] });
    });
  });
});

describe('a broken answer', () => {
  for (const answers of ['json', 'sse'] as const) {
    it(`breaks in the layer that was chosen when answers are ${answers}`, async () => {
      const faults: readonly MockFault[] = [
        { kind: 'truncated-json', ...listed(0) },
        { kind: 'malformed-sse', ...listed(1) },
        { kind: 'malformed-sse', form: 'no-blank-line', ...listed(2) },
        { kind: 'sse-cut', end: 'clean', ...listed(3) },
        { kind: 'sse-cut', ...listed(4) },
      ];
      await withFaults(
        faults,
        async (mock) => {
          const session = await Session.open(mock);
          const got = await search(session, 4);
          await expect(session.call('search', { query: 'cut' })).rejects.toThrow();
          const [truncated, broken, endless, clean] = got.map(({ text }) => text);
          const types = got.map(({ headers }) => headers.get('content-type'));
          expect(types.slice(1)).toEqual(['text/event-stream', 'text/event-stream', 'text/event-stream']);
          const json = answers === 'json' ? truncated : /^event: message\ndata: (.*)\n\n$/.exec(truncated ?? '')?.[1];
          expect(json).toMatch(/^\{"jsonrpc":"2\.0","id":1,/);
          expect(() => JSON.parse(json ?? '{}') as unknown).toThrow(SyntaxError);
          const lines = /^event: message\ndata: (.*)\n(.*)\n\n$/.exec(broken ?? '');
          expect(JSON.parse(`${lines?.[1]}${lines?.[2]}`)).toMatchObject({
            id: 2,
            result: { content: [{ text: right('q1') }] },
          });
          expect(() => JSON.parse(lines?.[1] ?? '{}') as unknown).toThrow(SyntaxError);
          expect(JSON.parse(/^event: message\ndata: (.*)$/.exec(endless ?? '')?.[1] ?? 'null')).toMatchObject({
            id: 3,
          });
          expect(clean).toBe(': the answer follows\n\n');
          expect(mock.truth().map(({ outcome }) => outcome)).toEqual(Array(5).fill('broken'));
          expect(numbersOf(mock)).toEqual([[0], [1], [2], [3], [4]]);
          expect(textOf(await session.call('search', { query: 'whole' }))).toBe(right('whole'));
        },
        { answers, serviceTime: { kind: 'constant', ns: 2 * MS } },
      );
    });
  }
});

describe('a slow first byte', () => {
  for (const answers of ['json', 'sse'] as const) {
    it(
      'comes the whole delay after the end of service, which it does not prolong, when answers are ' + `${answers}`,
      async () => {
        const delayNs = 30 * MS;
        await withFaults(
          [{ kind: 'slow-first-byte', delayNs, ...listed(1) }],
          async (mock) => {
            const session = await Session.open(mock);
            for (let n = 0; n < 3; n++) await session.call('book', { berth: `b${n}` });
            const [first, slow, last] = mock.truth();
            const lateNs = BigInt(slow?.actualFinishNs ?? 0) - BigInt(mock.ledger()[1]?.atNs ?? 0);
            expect(lateNs).toBeGreaterThanOrEqual(BigInt(delayNs));
            expect(
              [first, slow, last].map((row) => BigInt(row?.virtualFinishNs ?? 0) - BigInt(row?.receivedNs ?? 0)),
            ).toEqual(Array(3).fill(BigInt(MS)));
            expect(numbersOf(mock)).toEqual([[1]]);
          },
          { answers, serviceTime: { kind: 'constant', ns: MS } },
        );
      },
    );
  }
});

describe('faults of sessions, schemas and memory', () => {
  it('lose every session that was known, and none that is opened later', async () => {
    await withMock({}, async (mock) => {
      const sessions = await Promise.all(range(0, 5).map(() => Session.open(mock)));
      mock.faults.put({ kind: 'session-loss' });
      expect(mock.state().sessions).toEqual({ open: 0, opened: 5 });
      for (const session of sessions) {
        const answer = await session.call('search', { query: 'q' });
        expect([answer.status, rpcOf(answer).error?.code]).toEqual([404, -32001]);
      }
      const later = await Session.open(mock);
      expect(textOf(await later.call('search', { query: 'q' }))).toBe(right('q'));
      expect(mock.faults.list()[0]).toMatchObject({ affected: 1, numbers: [] });
    });
  });

  it('lose the sessions after a listed call, which itself is served', async () => {
    await withFaults([{ kind: 'session-loss', ...listed(1) }], async (mock) => {
      const answers = await search(await Session.open(mock), 3);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
      expect(numbersOf(mock)).toEqual([[1]]);
    });
  });

  it('keep sessions that were ended, exactly as many as chosen', async () => {
    await withFaults([{ kind: 'session-leak', which: { kind: 'every', n: 3 } }], async (mock) => {
      for (let n = 0; n < 7; n++) {
        const session = await Session.open(mock);
        const ended = await fetch(mock.url, { method: 'DELETE', headers: session.headers });
        expect(ended.status).toBe(200);
      }
      expect(mock.state().sessions).toEqual({ open: 2, opened: 7 });
      expect(mock.faults.list()[0]).toMatchObject({ eligible: 7, affected: 2, numbers: [2, 5] });
    });
  });

  it('leave memory behind with each affected call, and it outlives a collection', async () => {
    // What other tests of this process leave is freed at any moment: collect before each reading, and leak so much that
    // the rest (some MB at most) can be no whole call.
    const bytesPerCall = 32 * 1024 * 1024;
    await withFaults([{ kind: 'memory-leak', bytesPerCall, ...listed(0, 2, 4) }], async (mock) => {
      const session = await Session.open(mock);
      const beforeBytes = collectedArrayBufferBytes();
      await search(session, 6);
      expect(Math.round((collectedArrayBufferBytes() - beforeBytes) / bytesPerCall)).toBe(3);
      expect(numbersOf(mock)).toEqual([[0, 2, 4]]);
    });
  });

  it('show a field as required from their time on, and for as long as they are in force', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const required = async (): Promise<readonly unknown[]> => {
        const { tools } = rpcOf(await session.request('tools/list')).result as unknown as {
          tools: readonly { inputSchema: { required?: unknown } }[];
        };
        return tools.map(({ inputSchema }) => inputSchema.required);
      };
      const usual = [['query'], ['berth'], undefined];
      const anHourNs = BigInt(3600 * 1000 * MS);
      const later = mock.faults.put({
        kind: 'schema-drift',
        tool: 'book',
        fromNs: String(process.hrtime.bigint() + anHourNs),
      });
      expect(await required()).toEqual(usual);
      expect(mock.faults.remove(later.id)).toMatchObject({ eligible: 0, affected: 0 });
      const momentNs = process.hrtime.bigint() + BigInt(40 * MS);
      const { id, onNs } = mock.faults.put({ kind: 'schema-drift', tool: 'book', fromNs: String(momentNs) });
      expect(onNs).toBe(String(momentNs));
      while (process.hrtime.bigint() < momentNs) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await required()).toEqual([['query'], ['berth', 'revision'], undefined]);
      expect(mock.faults.remove(id)).toMatchObject({ eligible: 1, affected: 1, numbers: [0] });
      expect(await required()).toEqual(usual);
      mock.faults.put({ kind: 'schema-drift', field: 'query' });
      mock.faults.put({ kind: 'schema-drift', tool: 'fail', field: 'reason', which: { kind: 'every', n: 2 } });
      expect(await required()).toEqual([[], ['berth'], undefined]);
      expect(await required()).toEqual([[], ['berth'], ['reason']]);
    });
  });

  it('take nothing from what is not affected: initialize and ping are served', async () => {
    await withFaults([{ kind: 'error' }, { kind: 'sse-cut' }, { kind: 'shed', status: 503 }], async (mock) => {
      expect((await post(mock.url, initialize(), USUAL_HEADERS)).status).toBe(200);
      expect((await (await Session.open(mock)).request('ping')).status).toBe(200);
    });
  });
});
