import { connect, createServer } from 'node:net';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { takeEpoch } from '../../src/clock/index.js';
import {
  startGenerator,
  startLoadThreads,
  type Generator,
  type GeneratorSetup,
  type LoadThreadsSetup,
} from '../../src/load/index.js';
import { constantPacer } from '../../src/load/pacers/index.js';
import type { LoadSegment } from '../../src/plan/index.js';
import { ProblemError } from '../../src/problem/index.js';
import {
  ERROR_CLASSES,
  OUTCOMES,
  SAMPLE_FLAGS,
  decodeSpool,
  type HealthRow,
  type RunEvent,
} from '../../src/record/index.js';
import { startTestServer, type TestServer } from './server.js';
import { MS, S, callSpec, closed, open, openStages, retryPolicy } from './simulation.js';

interface Row {
  readonly callId: number;
  readonly attempt: number;
  readonly session: number;
  readonly intendedNs: number;
  readonly admittedNs: number;
  readonly sentNs: number;
  readonly doneNs: number;
  readonly outcome: string;
  readonly errorClass: string;
  readonly final: boolean;
  readonly warm: boolean;
}

interface Rig {
  readonly server: TestServer;
  readonly generator: Generator;
  readonly events: RunEvent[];
  readonly health: HealthRow[];
  readonly rows: () => Row[];
}

/** The threads that were started, in order. */
const threads: Worker[] = [];
const onThread = (worker: Worker): void => void threads.push(worker);
beforeAll(() => void process.on('worker', onThread));
afterAll(() => void process.off('worker', onThread));

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  threads.length = 0;
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

function threadsSetup(sessions = 4): LoadThreadsSetup {
  return {
    protocol: {
      revision: '2025-11-25',
      transport: 'streamable-http',
      sessions,
      headers: {},
      inFlightPerSession: 1,
      propagateDeadline: false,
      trace: null,
      serverStream: false,
      outputSchemas: false,
      overloadCodes: [],
    },
    calls: [callSpec({ arguments: { query: { kind: 'pick', values: ['hull', 'draught'] } } })],
    settings: { pacing: 'sleep', maxInFlight: 256, maxQueued: 10_000, workers: 1 },
    seed: 1,
    epoch: takeEpoch(),
    phases: ['first', 'second'],
    onSpool: () => undefined,
    onEvent: () => undefined,
    onHealth: () => undefined,
  };
}

async function rig(more: Partial<GeneratorSetup> & { sessions?: number; server?: TestServer } = {}): Promise<Rig> {
  const { sessions = 4, server = await startTestServer(), ...overrides } = more;
  cleanUp.push(() => server.stop());
  const events: RunEvent[] = [];
  const health: HealthRow[] = [];
  const chunks: Uint8Array[] = [];
  const generator = await startGenerator({
    ...threadsSetup(sessions),
    target: { kind: 'http', url: server.url, headers: {} },
    onSpool: (chunk) => chunks.push(chunk),
    onEvent: (event) => events.push(event),
    onHealth: (row) => health.push(row),
    ...overrides,
  });
  cleanUp.push(() => generator.close());
  const rows = (): Row[] => {
    const { columns, damagedTailBytes } = decodeSpool(Buffer.concat(chunks), {
      phases: ['first', 'second'],
      calls: ['search'],
      operations: ['tools/call'],
      tools: ['search'],
    });
    expect(damagedTailBytes).toBe(0);
    return Array.from({ length: columns.length }, (_, i): Row => {
      const flags = columns.flags[i] ?? 0;
      return {
        callId: columns.callId[i] ?? NaN,
        attempt: columns.attempt[i] ?? NaN,
        session: columns.session[i] ?? NaN,
        intendedNs: columns.intendedNs[i] ?? NaN,
        admittedNs: columns.admittedNs[i] ?? NaN,
        sentNs: columns.sentNs[i] ?? NaN,
        doneNs: columns.doneNs[i] ?? NaN,
        outcome: OUTCOMES[columns.outcome[i] ?? -1] ?? '?',
        errorClass: ERROR_CLASSES[columns.errorClass[i] ?? -1] ?? '?',
        final: (flags & SAMPLE_FLAGS.final) !== 0,
        warm: (flags & SAMPLE_FLAGS.warmup) !== 0,
      };
    }).sort((a, b) => a.callId - b.callId || a.attempt - b.attempt);
  };
  return { server, generator, events, health, rows };
}

const phaseEdges = (events: readonly RunEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'phase' ? [[event.name, event.edge, event.atNs]] : []));

describe('the generator', () => {
  it(
    'runs an open segment on its schedule: every arrival recorded, on its own session, at its intended ' + 'time',
    async () => {
      const { generator, server, rows, events, health } = await rig({ sessions: 8 });
      let announced = NaN;
      const result = await generator.run(
        openStages([
          { label: 'before', ratePerSecond: 200, forNs: 0.4 * S },
          { label: 'after', ratePerSecond: 500, forNs: 0.4 * S },
        ]),
        0.1 * S,
        (startNs) => {
          announced = startNs;
        },
      );
      expect(result).toMatchObject({
        startNs: announced,
        scheduledEndNs: announced + 0.8 * S,
        offered: 280,
        shed: 0,
        interrupted: false,
      });
      expect(result.drainedNs).toBeGreaterThanOrEqual(result.scheduledEndNs);
      const all = rows();
      expect(all.map(({ callId, intendedNs }) => [callId, intendedNs - announced])).toEqual(
        Array.from({ length: 280 }, (_, n) => [n, n < 80 ? n * 5 * MS : 400 * MS + (n - 80) * 2 * MS]),
      );
      expect(
        all.every(
          ({ outcome, final, sentNs, doneNs, intendedNs }) =>
            outcome === 'ok' && final && sentNs >= intendedNs && doneNs > sentNs,
        ),
      ).toBe(true);
      expect(all.filter(({ warm }) => warm)).toHaveLength(20);
      expect([...server.calls.values()].reduce((sum, n) => sum + n, 0)).toBe(280);
      expect(server.calls.size).toBeGreaterThan(0);
      expect(phaseEdges(events)).toEqual([
        ['first', 'start', announced],
        ['first', 'scheduled-end', announced + 0.8 * S],
        ['first', 'drained', result.drainedNs],
      ]);
      expect(
        events.flatMap((event) =>
          event.type === 'stage' ? [[event.label, event.atNs - announced, event.ratePerSecond]] : [],
        ),
      ).toEqual([
        ['before', 0, 200],
        ['after', 0.4 * S, 500],
      ]);
      expect(health.length).toBeGreaterThanOrEqual(1);
      expect(generator.live()).toMatchObject({
        offered: 280,
        sent: 280,
        completed: 280,
        ok: 280,
        shed: 0,
        inFlight: 0,
        queued: 0,
      });
    },
  );

  it('runs a closed segment with each caller on its session, one call after another', async () => {
    const { generator, server, rows } = await rig({
      sessions: 3,
      settings: { pacing: 'spin', maxInFlight: 16, maxQueued: 10, workers: 1 },
    });
    server.delayMs = 2;
    const result = await generator.run(closed(3, 0.3 * S), 0);
    const all = rows();
    expect(result.offered).toBe(all.length);
    expect(generator.pacing).toBe('spin');
    for (const session of [0, 1, 2]) {
      const mine = all.filter((row) => row.session === session);
      expect(mine.length).toBeGreaterThan(3);
      for (const [i, { intendedNs }] of mine.entries()) if (i > 0) expect(intendedNs).toBe(mine[i - 1]?.doneNs);
    }
    expect(Math.max(...all.map(({ intendedNs }) => intendedNs))).toBeLessThan(result.scheduledEndNs);
  });

  it('runs one segment after another on the same sessions and numbers calls on', async () => {
    const { generator, server, rows } = await rig({ sessions: 2 });
    await generator.run(open(100, 0.1 * S), 0);
    const second = await generator.run(open(100, 0.1 * S, { phase: 1 }), 0);
    expect(second.offered).toBe(10);
    expect(rows().map(({ callId }) => callId)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await generator.close();
    expect(server.deleted.sort()).toEqual(['s0', 's1']);
    await expect(generator.run(open(100, 0.1 * S), 0)).rejects.toThrow('closed');
  });

  it('retries what is broken, against a server that cuts connections', async () => {
    const { generator, server, rows } = await rig({ calls: [callSpec({ retry: retryPolicy({ backoffNs: 5 * MS }) })] });
    server.takeOver = (response, nth) => {
      if (nth % 4 !== 0) return false;
      response.destroy();
      return true;
    };
    const { offered, sent } = await generator.run(open(200, 0.3 * S), 0);
    const all = rows();
    expect(offered).toBe(60);
    expect(sent).toBe(all.length);
    expect(all.length).toBeGreaterThan(70);
    expect(all.filter(({ final }) => final)).toHaveLength(60);
    expect(all.filter(({ final }) => !final).every(({ outcome }) => outcome === 'transport')).toBe(true);
  });

  it('gives up at the deadline, sheds when its queue is full, and loses no call', async () => {
    const { generator, server, rows } = await rig({
      sessions: 2,
      calls: [callSpec({ deadlineNs: 60 * MS })],
      settings: { pacing: 'sleep', maxInFlight: 256, maxQueued: 3, workers: 1 },
    });
    server.delayMs = null;
    const { offered, shed } = await generator.run(open(200, 0.25 * S), 0);
    const all = rows();
    expect(all.map(({ callId }) => callId)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(offered).toBe(50);
    expect(all.filter(({ outcome }) => outcome === 'shed')).toHaveLength(shed);
    expect(shed).toBeGreaterThan(10);
    expect(all.filter(({ errorClass }) => errorClass === 'deadline').length).toBeGreaterThan(0);
    expect(all.filter(({ outcome }) => outcome === 'ok')).toHaveLength(0);
    for (const { outcome, doneNs, intendedNs } of all)
      if (outcome === 'deadline') expect(doneNs - intendedNs).toBeGreaterThanOrEqual(60 * MS);
  });

  it('stops sending when interrupted and still records everything it offered', async () => {
    const { generator, server, rows, events } = await rig();
    server.delayMs = 30;
    const running = generator.run(open(100, 60 * S), 0, () => setTimeout(() => generator.interrupt(), 300));
    const result = await running;
    const all = rows();
    expect(result.interrupted).toBe(true);
    expect(result.scheduledEndNs - result.startNs).toBeLessThan(30 * S);
    expect(all).toHaveLength(result.offered);
    expect(result.offered).toBeGreaterThan(0);
    expect(all.filter(({ sentNs }) => sentNs > result.scheduledEndNs)).toEqual([]);
    expect(phaseEdges(events)[1]).toEqual(['first', 'scheduled-end', result.scheduledEndNs]);
  });

  it('closes in the middle of a segment: what was under way is recorded as interrupted', async () => {
    const { generator, server, rows } = await rig();
    server.delayMs = null;
    let running: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      running = generator.run(open(100, 60 * S), 0, () => setTimeout(resolve, 200));
    });
    await Promise.all([generator.close(), generator.close()]);
    await expect(running).resolves.toMatchObject({ interrupted: true });
    const all = rows();
    expect(all.length).toBe(generator.live().offered);
    expect(all.filter(({ errorClass }) => errorClass === 'interrupted').length).toBe(all.length);
    expect(server.deleted).toHaveLength(4);
  });

  it('says what is wrong, and what to do, when the target refuses connections', async () => {
    const port = await freePort();
    const starting = rig({ target: { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } });
    await expect(starting).rejects.toBeInstanceOf(ProblemError);
    await starting.catch((reason: unknown) => {
      expect(reason).toMatchObject({ kind: 'preflight' });
      if (reason instanceof ProblemError) expect(reason.problems[0]?.remedy.length).toBeGreaterThan(5);
    });
  });

  it('rejects the running segment, and later ones, when its thread dies', async () => {
    const { generator, server } = await rig();
    server.delayMs = null;
    const running = generator.run(open(100, 60 * S), 0, () => {
      kill(0, 150);
    });
    await expect(running).rejects.toThrow(/the load worker died.*attempts in flight/);
    await expect(generator.run(open(100, S), 0)).rejects.toThrow('the load worker died');
    await generator.close();
  });

  it('rejects with the failure when the engine itself is at fault', async () => {
    const { generator } = await rig();
    const impossible = { ...open(100, S), stages: null } as unknown as LoadSegment;
    await expect(generator.run(impossible, 0)).rejects.toThrow('the load worker failed');
  });

  it('survives a server that goes away: every call is classed', async () => {
    const { generator, server, rows } = await rig({ sessions: 2 });
    server.takeOver = (_response, nth) => {
      if (nth === 15) void server.stop();
      return nth >= 15;
    };
    const result = await generator.run(open(100, 0.4 * S), 0);
    const all = rows();
    expect(all).toHaveLength(40);
    expect(result.offered).toBe(40);
    expect(all.at(-1)).toMatchObject({ outcome: 'transport' });
    expect(all[0]).toMatchObject({ outcome: 'ok' });
  });
});

describe('load threads without a target', () => {
  it('are warm before there is one, and open their sessions when there is', async () => {
    const server = await startTestServer();
    cleanUp.push(() => server.stop());
    const loadThreads = startLoadThreads(threadsSetup(2));
    cleanUp.push(() => loadThreads.close());
    await loadThreads.warm();
    const generator = await loadThreads.open({ kind: 'http', url: server.url, headers: {} });
    expect(generator.sessions).toBe(2);
  });

  it('make the same calls where nothing was compiled ahead of them', async () => {
    const server = await startTestServer();
    cleanUp.push(() => server.stop());
    const loadThreads = startLoadThreads({ ...threadsSetup(2), compilesAhead: false });
    cleanUp.push(() => loadThreads.close());
    await loadThreads.warm();
    const generator = await loadThreads.open({ kind: 'http', url: server.url, headers: {} });
    const result = await generator.run(openStages([{ label: 'calm', ratePerSecond: 50, forNs: 0.2 * S }]), 0);
    expect(result).toMatchObject({ offered: 10, sent: 10, shed: 0 });
  });

  it('end when they are closed, and open nothing any more', async () => {
    const loadThreads = startLoadThreads(threadsSetup());
    await loadThreads.close();
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
    const opening = loadThreads.open({ kind: 'http', url: 'http://127.0.0.1:9/mcp', headers: {} });
    await expect(opening).rejects.toThrow('the generator is closed');
  });
});

describe('a generator of three workers', () => {
  const settings = { pacing: 'sleep', maxInFlight: 256, maxQueued: 10_000, workers: 3 } as const;

  it('keeps the schedule of one: each arrival once, numbers and sessions without a gap, every edge once', async () => {
    const { generator, server, rows, events, health } = await rig({ sessions: 7, settings });
    expect(generator.sessions).toBe(7);
    const result = await generator.run(
      openStages([
        { label: 'up', ratePerSecond: 100, rampToPerSecond: 300, forNs: 0.4 * S },
        { label: 'held', ratePerSecond: 300, forNs: 0.2 * S },
      ]),
      0,
    );
    const second = await generator.run(closed(7, 0.1 * S), 0);
    const all = rows();
    const first = all.filter(({ intendedNs }) => intendedNs < second.startNs);
    expect(result).toMatchObject({
      scheduledEndNs: result.startNs + 0.6 * S,
      offered: 140,
      sent: 140,
      interrupted: false,
    });
    const alone = constantPacer([
      { label: 'up', ratePerSecond: 100, rampToPerSecond: 300, forNs: 0.4 * S },
      { label: 'held', ratePerSecond: 300, forNs: 0.2 * S },
    ]);
    expect(first.map(({ intendedNs }) => intendedNs - result.startNs).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 140 }, () => alone.nextNs()),
    );
    expect(all.map(({ callId }) => callId)).toEqual(Array.from({ length: 140 + second.offered }, (_, n) => n));
    expect(new Set(all.slice(140).map(({ session }) => session))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    expect(phaseEdges(events)).toEqual([
      ['first', 'start', result.startNs],
      ['first', 'scheduled-end', result.scheduledEndNs],
      ['first', 'drained', result.drainedNs],
      ['first', 'start', second.startNs],
      ['first', 'scheduled-end', second.startNs + 0.1 * S],
      ['first', 'drained', second.drainedNs],
    ]);
    expect(
      events.flatMap((event) =>
        event.type === 'stage'
          ? [[event.label, event.atNs - result.startNs, event.ratePerSecond, event.rampToPerSecond]]
          : [],
      ),
    ).toEqual([
      ['up', 0, 100, 300],
      ['held', 0.4 * S, 300, undefined],
    ]);
    expect(
      events.flatMap((event) => (event.type === 'session' && event.edge === 'opened' ? [event.session] : [])).sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // One row at the end of each segment, whatever the number of threads.
    expect(health).toHaveLength(2);
    expect(generator.live()).toMatchObject({ offered: all.length, completed: all.length, inFlight: 0, queued: 0 });
    expect([...server.calls.values()].reduce((sum, n) => sum + n, 0)).toBe(all.length);
    await generator.close();
    expect(server.deleted).toHaveLength(7);
  });

  it('stops in all of them when interrupted, and loses no call', async () => {
    const { generator, server, rows } = await rig({ sessions: 6, settings });
    server.delayMs = 30;
    const result = await generator.run(open(150, 60 * S), 0, () => setTimeout(() => generator.interrupt(), 300));
    const all = rows();
    expect(result.interrupted).toBe(true);
    expect(all.map(({ callId }) => callId)).toEqual(Array.from({ length: result.offered }, (_, n) => n));
    expect(result.offered).toBeGreaterThan(0);
    expect(all.filter(({ sentNs }) => sentNs > result.scheduledEndNs)).toEqual([]);
  });

  it('is at an end when one of them dies; what the others had under way is kept', async () => {
    const { generator, server, rows } = await rig({ sessions: 6, settings });
    server.delayMs = null;
    const running = generator.run(open(150, 60 * S), 0, () => kill(1, 400));
    await expect(running).rejects.toThrow(/the load worker died.*attempts in flight/);
    await expect(generator.run(open(100, S), 0)).rejects.toThrow('the load worker died');
    await generator.close();
    const kept = rows();
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every(({ errorClass }) => errorClass === 'interrupted')).toBe(true);
    const sessions = kept.flatMap(({ session }) => (session < 0 ? [] : [session % 3]));
    expect(new Set(sessions)).toEqual(new Set([0, 2]));
  });

  it('leaves nothing behind when the target refuses connections', async () => {
    const port = await freePort();
    await expect(
      rig({ sessions: 6, settings, target: { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } }),
    ).rejects.toBeInstanceOf(ProblemError);
  });
});

function kill(thread: number, afterMs: number): void {
  const worker = threads[thread];
  if (worker === undefined) throw new Error('no such thread');
  setTimeout(() => void worker.terminate(), afterMs);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('error', () => resolve()));
  return address.port;
}
