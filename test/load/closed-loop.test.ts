import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/index.js';
import { MS, S, World, callSpec, closed } from './simulation.js';

describe('a closed loop', () => {
  it('keeps one call in flight for one caller: each is intended the moment the one before is done', () => {
    const world = new World({ answer: () => ({ serviceNs: 10 * MS }) });
    world.run(closed(1, S));
    expect(world.finals.map(({ intendedNs, sentNs, doneNs }) => [intendedNs, sentNs, doneNs])).toEqual(
      Array.from({ length: 100 }, (_, n) => [n * 10 * MS, n * 10 * MS, (n + 1) * 10 * MS]),
    );
    expect(world.marks).toEqual([
      { mark: 'scheduled-end', atNs: S },
      { mark: 'drained', atNs: S },
    ]);
  });

  it('thinks between calls and not before the first', () => {
    const world = new World({ answer: () => ({ serviceNs: 10 * MS }) });
    world.run(closed(1, 0.1 * S, 15 * MS));
    expect(world.finals.map(({ intendedNs }) => intendedNs)).toEqual([0, 25, 50, 75].map((ms) => ms * MS));
  });

  it(
    'spreads the first calls of its callers evenly over one think time, so that they do not go on as one ' + 'burst',
    () => {
      const world = new World({ sessions: 4, answer: () => ({ serviceNs: 10 * MS }) });
      world.run(closed(4, 0.2 * S, 40 * MS));
      expect(world.finals.map(({ intendedNs }) => intendedNs / MS)).toEqual([
        0, 10, 20, 30, 50, 60, 70, 80, 100, 110, 120, 130, 150, 160, 170, 180,
      ]);
      expect(world.maxInFlight).toBe(1);
      expect(world.finals.every(({ admittedNs, intendedNs }) => admittedNs === intendedNs)).toBe(true);
    },
  );

  it('spreads them over the engines that share the load as over one', () => {
    const firsts = [0, 1].flatMap((worker) => {
      const world = new World({
        sessions: 2,
        share: { worker, workers: 2, sessions: 4 },
        answer: () => ({ serviceNs: 10 * MS }),
      });
      world.run(closed(4, 40 * MS, 40 * MS));
      return world.finals.map(({ intendedNs }) => intendedNs / MS);
    });
    expect(firsts.sort((a, b) => a - b)).toEqual([0, 10, 20, 30]);
  });

  it('pins callers to sessions in turn and makes those of one session wait for each other, in order', () => {
    const world = new World({ sessions: 2, answer: () => ({ serviceNs: 10 * MS }) });
    world.run(closed(5, 60 * MS));
    // Session 0 has three callers, session 1 two; each call takes 10 ms, so a caller's next call waits for the others.
    const waits = (session: number): number[] =>
      world.finals
        .filter((call) => call.session === session)
        .map(({ intendedNs, admittedNs }) => (admittedNs - intendedNs) / MS);
    expect(waits(0)).toEqual([0, 10, 20, 20, 20, 20, 20, 20]);
    expect(waits(1)).toEqual([0, 10, 10, 10, 10, 10, 10]);
    expect(world.maxBySession).toEqual([1, 1]);
  });

  it(
    'has throughput workers / service and a residence of callers x service / workers at any concurrency ' +
      'above (Little)',
    () => {
      for (const concurrency of [4, 8, 32]) {
        const world = new World({ sessions: concurrency, workers: 4, answer: () => ({ serviceNs: 20 * MS }) });
        world.run(closed(concurrency, 2 * S));
        const steady = world.finals.filter(({ intendedNs }) => intendedNs > S);
        const meanNs = steady.reduce((sum, { doneNs, intendedNs }) => sum + doneNs - intendedNs, 0) / steady.length;
        expect(meanNs).toBe((concurrency / 4) * 20 * MS);
        expect(world.finals.filter(({ doneNs }) => doneNs > S && doneNs <= 2 * S)).toHaveLength(200);
      }
    },
  );

  it('starts no call at or after the scheduled end, and drains those before', () => {
    const world = new World({ sessions: 3, answer: () => ({ serviceNs: 70 * MS }) });
    world.run(closed(3, 200 * MS));
    expect(world.finals).toHaveLength(9);
    expect(Math.max(...world.finals.map(({ intendedNs }) => intendedNs))).toBe(140 * MS);
    expect(world.marks.at(-1)).toEqual({ mark: 'drained', atNs: 210 * MS });
  });

  it('sheds nothing: its callers wait, however short the queue is', () => {
    const world = new World({ sessions: 1, maxQueued: 1, answer: () => ({ serviceNs: 10 * MS }) });
    world.run(closed(6, 100 * MS));
    expect(world.counters.read('shed')).toBe(0);
    expect(world.finals.every(({ outcomeName }) => outcomeName === 'ok')).toBe(true);
  });

  it("goes on when a call dies in the client's queue", () => {
    const world = new World({
      calls: [callSpec({ deadlineNs: 15 * MS })],
      sessions: 1,
      answer: () => ({ serviceNs: 10 * MS }),
    });
    world.run(closed(3, 100 * MS));
    const outcomes = world.finals.map(({ errorName }) => errorName);
    expect(outcomes.filter((name) => name === 'deadline-in-client-queue').length).toBeGreaterThan(3);
    expect(world.finals.filter(({ outcomeName }) => outcomeName === 'ok').length).toBeGreaterThanOrEqual(5);
    for (const { errorName, doneNs, intendedNs, sentNs } of world.finals) {
      if (errorName === 'deadline-in-client-queue') expect([doneNs - intendedNs, sentNs]).toEqual([15 * MS, NaN]);
    }
  });

  it(
    'always ends, keeps both bounds and records what it offered, whatever the mix of callers, sessions ' + 'and bounds',
    () => {
      fc.assert(
        fc.property(
          fc.record({
            concurrency: fc.integer({ min: 1, max: 24 }),
            sessions: fc.integer({ min: 1, max: 6 }),
            inFlightPerSession: fc.integer({ min: 1, max: 3 }),
            maxInFlight: fc.integer({ min: 1, max: 12 }),
            deadlineMs: fc.constantFrom(3, 12, 1_000),
            thinkMs: fc.constantFrom(0, 0, 3),
            seed: fc.nat(),
          }),
          ({ concurrency, sessions, inFlightPerSession, maxInFlight, deadlineMs, thinkMs, seed }) => {
            const draw = seededRandom(seed);
            const world = new World({
              calls: [callSpec({ deadlineNs: deadlineMs * MS })],
              sessions,
              inFlightPerSession,
              maxInFlight,
              answer: () => ({ serviceNs: Math.round(draw.exponential(4 * MS)) + 1 }),
            });
            world.run(closed(concurrency, 100 * MS, thinkMs * MS));
            expect(world.maxInFlight).toBeLessThanOrEqual(maxInFlight);
            expect(Math.max(0, ...world.maxBySession.filter((n) => n !== undefined))).toBeLessThanOrEqual(
              inFlightPerSession,
            );
            expect(world.finals.map(({ callId }) => callId)).toEqual(
              Array.from({ length: world.counters.read('offered') }, (_, n) => n),
            );
            // No caller starves: each caller made a call after the first round.
            expect(world.finals.length).toBeGreaterThanOrEqual(concurrency);
            for (const call of world.finals) {
              if (!Number.isNaN(call.sentNs)) expect(call.sentNs).toBe(call.admittedNs);
            }
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});
