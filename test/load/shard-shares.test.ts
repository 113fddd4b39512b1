/** Several engines that share one load make together what one makes alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from '../../src/load/engine/schedule.js';
import { HealthMerger } from '../../src/load/health-merge.js';
import { sessionOfAll, sessionsOf, shareOf, type ShardShare } from '../../src/load/shard-share.js';
import { makeRequestGenerator } from '../../src/catalog/index.js';
import type { AttemptSlot } from '../../src/mcp/index.js';
import type { LoadSegment, Stage } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';
import { mergedHealth, type HealthRow } from '../../src/record/index.js';
import { S, World, callSpec, closed, open } from './simulation.js';

const lanesOf = (workers: number, sessions: number): ShardShare[] =>
  Array.from({ length: workers }, (_, worker) => ({ worker, workers, sessions }));
/** At least one session a worker. */
const crews = fc
  .integer({ min: 1, max: 9 })
  .chain((workers) => fc.record({ workers: fc.constant(workers), sessions: fc.integer({ min: workers, max: 60 }) }));

describe('what is dealt out to lanes', () => {
  it('is all of it, whatever it is', () => {
    fc.assert(
      fc.property(crews, fc.nat(5_000), ({ workers, sessions }, total) => {
        const lanes = lanesOf(workers, sessions);
        const sum = (of: (share: ShardShare) => number): number => lanes.reduce((all, share) => all + of(share), 0);
        expect(sum(sessionsOf)).toBe(sessions);
        expect(sum((share) => shareOf(share, total))).toBe(total);
        // The definition, counted out.
        for (const share of lanes)
          expect(shareOf(share, total)).toBe(
            Array.from({ length: total }, (_, k) => k).filter((k) => (k % sessions) % workers === share.worker).length,
          );
      }),
      { numRuns: 50 },
    );
  });

  it('has each session in one lane, under its own number among all', () => {
    fc.assert(
      fc.property(crews, ({ workers, sessions }) => {
        const all = lanesOf(workers, sessions).flatMap((share) =>
          Array.from({ length: sessionsOf(share) }, (_, session) => sessionOfAll(share, session)),
        );
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: sessions }, (_, session) => session));
      }),
    );
    expect(sessionOfAll({ worker: 2, workers: 4, sessions: 8 }, -1)).toBe(-1);
  });

  it('gives no lane more callers than its sessions can carry, when all sessions together can carry them', () => {
    fc.assert(
      fc.property(
        crews,
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        fc.nat(),
        ({ workers, sessions }, perSession, some, more) => {
          const callers = 1 + (some % (sessions * perSession));
          const maxInFlight = callers + (more % 50);
          for (const share of lanesOf(workers, sessions)) {
            expect(shareOf(share, callers)).toBeLessThanOrEqual(sessionsOf(share) * perSession);
            expect(shareOf(share, callers)).toBeLessThanOrEqual(shareOf(share, maxInFlight));
          }
        },
      ),
    );
  });
});

describe('the arrivals of all lanes together', () => {
  const stages = fc.array(
    fc.record({
      ratePerSecond: fc.integer({ min: 1, max: 900 }),
      rampToPerSecond: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
      forNs: fc.integer({ min: 1e6, max: 1e9 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const stageOf = ({
    ratePerSecond,
    rampToPerSecond,
    forNs,
  }: {
    ratePerSecond: number;
    rampToPerSecond: number | undefined;
    forNs: number;
  }): Stage => ({ label: 'any', ratePerSecond, forNs, ...(rampToPerSecond === undefined ? {} : { rampToPerSecond }) });
  const segments = fc.oneof(
    fc.tuple(stages, fc.constantFrom('constant' as const, 'poisson' as const)).map(([all, arrivals]): LoadSegment => ({
      loop: 'open',
      phase: 0,
      arrivals,
      stages: all.map(stageOf) as [Stage, ...Stage[]],
    })),
    fc.array(fc.nat(1e9), { minLength: 1, maxLength: 300 }).map((offsets): LoadSegment => ({
      loop: 'open',
      phase: 0,
      arrivals: 'recorded',
      offsetsNs: offsets.sort((a, b) => a - b),
      stages: [{ label: 'replay', ratePerSecond: 1, forNs: 1e9 + 1 }],
    })),
  );
  const arrivalsOf = (segment: LoadSegment, share: ShardShare, seed: number): [number, number][] => {
    const schedule = new Schedule(segment, 7, 0, seededRandom(seed, 'load/arrivals/0/0'), share);
    const all: [number, number][] = [];
    for (; schedule.arrivalNs !== Infinity; schedule.takeArrival()) all.push([schedule.arrivalNs, schedule.stage]);
    return all;
  };

  it('are those of one lane alone, taken in turn: same times, same stages, for every process', () => {
    fc.assert(
      fc.property(
        segments,
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 0, max: 2 ** 40 }),
        (segment, workers, seed) => {
          const alone = arrivalsOf(segment, { worker: 0, workers: 1, sessions: 8 }, seed);
          const lanes = lanesOf(workers, 8).map((share) => arrivalsOf(segment, share, seed));
          expect(alone.map((_, i) => lanes[i % workers]?.[Math.floor(i / workers)])).toEqual(alone);
          expect(lanes.reduce((sum, share) => sum + share.length, 0)).toBe(alone.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('engines that share a load', () => {
  const crew = (segment: LoadSegment, workers: number, sessions: number): World[] => {
    let ids = 0;
    return lanesOf(workers, sessions).map((share) => {
      const world = new World({
        share,
        sessions: sessionsOf(share),
        takeCallId: () => ids++,
        calls: [callSpec({ tool: 'a', label: 'a' }), callSpec({ tool: 'b', label: 'b' })],
      });
      world.run(segment);
      return world;
    });
  };
  const numbers = (worlds: readonly World[]): number[] =>
    worlds.flatMap(({ finals }) => finals.map(({ callId }) => callId)).sort((a, b) => a - b);

  it('offer each call of an open loop once, under numbers without a gap', () => {
    const worlds = crew(open(333, 3 * S, { arrivals: 'poisson' }), 3, 4);
    const alone = new World({ sessions: 4 });
    alone.run(open(333, 3 * S, { arrivals: 'poisson' }));
    const times = (all: readonly World[]): number[] =>
      all.flatMap(({ finals }) => finals.map(({ intendedNs }) => intendedNs)).sort((a, b) => a - b);
    expect(times(worlds)).toEqual(times([alone]));
    expect(numbers(worlds)).toEqual(Array.from({ length: alone.finals.length }, (_, n) => n));
  });

  it(
    'divide the callers of a closed loop; where there is one, one engine has it and the others end their ' + 'schedule',
    () => {
      const callersOf = (concurrency: number): number[] =>
        crew(closed(concurrency, S), 3, 5).map((world) =>
          new Set(world.finals.map(({ intendedNs }) => intendedNs)).size === 0
            ? 0
            : world.finals.filter(({ intendedNs }) => intendedNs === 0).length,
        );
      expect(callersOf(5)).toEqual([2, 2, 1]);
      expect(callersOf(1)).toEqual([1, 0, 0]);
      expect(crew(closed(1, S), 2, 2)[1]?.marks).toEqual([
        { mark: 'scheduled-end', atNs: S },
        { mark: 'drained', atNs: S },
      ]);
    },
  );
});

describe('what the calls of engines that share a load hold', () => {
  const CALLS = [
    callSpec({
      tool: 'a',
      label: 'a',
      weight: 3,
      arguments: {
        id: { kind: 'unique', form: 'uuid' },
        n: { kind: 'unique', form: 'counter' },
        word: { kind: 'text', bytes: 13 },
        one: { kind: 'pick', values: ['x', 'y', 'z'] },
        same: { kind: 'pick', values: ['x'] },
        nested: { kind: 'object', entries: { k: { kind: 'integer', min: 0, max: 2 ** 40 } } },
      },
    }),
    callSpec({ tool: 'b', label: 'b', arguments: { k: { kind: 'integer', min: 1, max: 6 } } }),
  ];
  const worlds = (workers: number, segments: readonly LoadSegment[]): World[] => {
    let ids = 0;
    return lanesOf(workers, 8).map((share) => {
      const world = new World({
        ...{ share, sessions: sessionsOf(share), takeCallId: () => ids++, calls: CALLS, common: true },
      });
      for (const segment of segments) world.run(segment, { startNs: 10 * S * (1 + segment.phase) });
      return world;
    });
  };
  const held = (all: readonly World[], phase: number): string[] =>
    all
      .flatMap(({ finals }) => finals.filter((call) => call.phase === phase))
      .map((call) => `${call.intendedNs} ${call.spec} ${call.argumentsJson}`)
      .sort();
  const OPEN = [
    open(101, S, { arrivals: 'poisson' }),
    open(97, S, { arrivals: 'constant', phase: 1 }),
    open(40, S, { arrivals: 'poisson', phase: 2 }),
  ];

  it('is what one engine sends: same arguments at the same times, over all phases of open loops', () => {
    for (const workers of [2, 3, 7])
      for (const phase of [0, 1, 2]) expect(held(worlds(workers, OPEN), phase)).toEqual(held(worlds(1, OPEN), phase));
  });

  it('counts on without a value twice behind a closed loop, whose calls have no common order', () => {
    const segments = [OPEN[0], { ...closed(8, 0.1 * S), phase: 1 }, OPEN[2]].filter((each) => each !== undefined);
    const all = worlds(3, segments).flatMap(({ finals }) => finals.filter(({ spec }) => spec === 0));
    const counts = all.map(({ argumentsJson }) => (JSON.parse(argumentsJson) as { n: number }).n);
    expect(new Set(counts).size).toBe(counts.length);
    expect(counts.length).toBeGreaterThan(100);
  });
});

describe('unique arguments', () => {
  it('are unique over all books of a run, counters without a gap', () => {
    const spec = callSpec({
      arguments: { id: { kind: 'unique', form: 'uuid' }, n: { kind: 'unique', form: 'counter' } },
    });
    const drawn = [0, 1, 2].flatMap((worker) => {
      const book = makeRequestGenerator([spec], seededRandom(1, `load/worker/${worker}`), {
        first: worker + 1,
        step: 3,
      });
      return Array.from({ length: 200 }, () => {
        const slot = { argumentsJson: '', expectedText: '' } as AttemptSlot;
        book.prepare(slot, 0);
        return JSON.parse(slot.argumentsJson) as { id: string; n: number };
      });
    });
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(600);
    expect(drawn.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
  });
});

describe('the health of several threads', () => {
  const row = (atNs: number, lagNs: number | null, inFlight: number): HealthRow => ({
    atNs,
    lagP99Ns: lagNs,
    lagMaxNs: lagNs === null ? null : lagNs * 2,
    loopDelayMaxNs: atNs / 10,
    gcNs: inFlight,
    inFlight,
    queued: 1,
  });

  it('is the worst of them where something is late, and their sum where something is counted', () => {
    expect(mergedHealth([row(100, 5, 3), row(110, 9, 4), row(90, null, 0)])).toEqual({
      atNs: 110,
      lagP99Ns: 9,
      lagMaxNs: 18,
      loopDelayMaxNs: 11,
      gcNs: 4,
      inFlight: 7,
      queued: 3,
    });
    expect(mergedHealth([row(100, null, 0), row(100, null, 0)])).toMatchObject({ lagP99Ns: null, lagMaxNs: null });
  });

  it('waits for the slowest thread of each second, and not for one that has finished', () => {
    const sums: number[] = [];
    const merger = new HealthMerger(2, ({ inFlight }) => sums.push(inFlight));
    merger.add(0, row(1, 1, 1));
    expect(sums).toEqual([]);
    merger.add(1, row(1, 1, 10));
    merger.add(0, row(2, 1, 2));
    expect(sums).toEqual([11]);
    merger.finish(1);
    merger.add(0, row(3, 1, 3));
    merger.finish(0);
    expect(sums).toEqual([11, 2, 3]);
    merger.restart();
    merger.add(1, row(4, 1, 40));
    expect(sums).toEqual([11, 2, 3]);
    merger.add(0, row(4, 1, 4));
    expect(sums).toEqual([11, 2, 3, 44]);
  });
});
