import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffNs } from '../../src/load/engine/calls.js';
import { INTERRUPTED_DRAIN_NS } from '../../src/load/engine/index.js';
import { TimerHeap } from '../../src/load/engine/timers.js';
import { seededRandom } from '../../src/random/index.js';
import { MS, S, World, callSpec, closed, open, retryPolicy, type Answer } from './simulation.js';

const broken = { outcome: 'transport', errorClass: 'connection-reset' } as const;

describe('deadlines', () => {
  it('count from the intended start and end calls in flight', () => {
    const world = new World({
      calls: [callSpec({ deadlineNs: 50 * MS })],
      sessions: 10,
      answer: () => ({ serviceNs: 80 * MS }),
    });
    world.run(open(100, 50 * MS));
    expect(
      world.finals.map(({ outcomeName, errorName, doneNs, intendedNs, firstByteNs }) => [
        outcomeName,
        errorName,
        doneNs - intendedNs,
        firstByteNs,
      ]),
    ).toEqual(Array.from({ length: 5 }, () => ['deadline', 'deadline', 50 * MS, NaN]));
  });

  it("end calls in the client's queue unsent, and make room for the next", () => {
    const world = new World({
      calls: [callSpec({ deadlineNs: 25 * MS })],
      sessions: 1,
      answer: () => ({ serviceNs: 40 * MS }),
    });
    world.run(open(100, 50 * MS));
    // Call 0 is given up at 25 ms and call 1 takes its place until its own deadline at 35 ms, and so on.
    expect(world.finals.map(({ errorName, sentNs, doneNs }) => [errorName, sentNs / MS, doneNs / MS])).toEqual([
      ['deadline', 0, 25],
      ['deadline', 25, 35],
      ['deadline', 35, 45],
      ['deadline', 45, 55],
      ['deadline', 55, 65],
    ]);
    const stuck = new World({
      calls: [callSpec({ deadlineNs: 25 * MS }), callSpec({ deadlineNs: 200 * MS, label: 'long' })],
      sessions: 1,
      seed: 3,
      answer: () => ({ serviceNs: 100 * MS }),
    });
    stuck.run(open(100, 100 * MS));
    const unsent = stuck.finals.filter(({ errorName }) => errorName === 'deadline-in-client-queue');
    expect(unsent.length).toBeGreaterThan(0);
    expect(unsent.every(({ sentNs, session }) => Number.isNaN(sentNs) && session === -1)).toBe(true);
  });

  it('are looked at once more before a call that waited is sent', () => {
    const world = new World({
      calls: [callSpec({ deadlineNs: 25 * MS })],
      sessions: 1,
      answer: () => ({ serviceNs: 200 * MS }),
    });
    // Call 1 waits from 5 ms on; the generator stands still over both deadlines, then finds call 0 first.
    world.run(open(200, 10 * MS), {
      at: [
        [
          6 * MS,
          () => {
            world.lateUntilNs = 100 * MS;
          },
        ],
      ],
    });
    expect(world.finals.map(({ errorName, sentNs, doneNs }) => [errorName, sentNs / MS, doneNs / MS])).toEqual([
      ['deadline', 0, 100],
      ['deadline-in-client-queue', NaN, 100],
    ]);
  });

  it('decide an answer that came after them but before they were noticed', () => {
    const world = new World({
      calls: [callSpec({ deadlineNs: 50 * MS })],
      sessions: 1,
      answer: () => ({ serviceNs: 52 * MS }),
    });
    world.run(open(10, 100 * MS), {
      at: [
        [
          1 * MS,
          () => {
            world.lateUntilNs = 60 * MS;
          },
        ],
      ],
    });
    expect(world.finals[0]).toMatchObject({ outcomeName: 'deadline', errorName: 'deadline', doneNs: 52 * MS });
    const failing = new World({
      calls: [callSpec({ deadlineNs: 50 * MS })],
      sessions: 1,
      answer: () => ({ serviceNs: 52 * MS, ...broken }),
    });
    failing.run(open(10, 100 * MS), {
      at: [
        [
          1 * MS,
          () => {
            failing.lateUntilNs = 60 * MS;
          },
        ],
      ],
    });
    expect(failing.finals[0]).toMatchObject({ outcomeName: 'transport', errorName: 'connection-reset' });
  });

  it("have an attempt's own time limit beside them, which is retryable", () => {
    const timeouts = (on: 'timeout' | 'shed'): World => {
      const world = new World({
        calls: [
          callSpec({
            deadlineNs: S,
            attemptTimeoutNs: 20 * MS,
            retry: retryPolicy({ attempts: 3, jitter: 'none', on: [on] }),
          }),
        ],
        answer: ({ attempt }) => ({ serviceNs: attempt === 2 ? 5 * MS : 100 * MS }),
      });
      world.run(open(1, 0.5 * S));
      return world;
    };
    expect(
      timeouts('timeout').samples.map(({ attempt, errorName, intendedNs, doneNs, final }) => [
        attempt,
        errorName,
        intendedNs / MS,
        doneNs / MS,
        final,
      ]),
    ).toEqual([
      [0, 'attempt-timeout', 0, 20, false],
      [1, 'attempt-timeout', 30, 50, false],
      [2, 'none', 70, 75, true],
    ]);
    expect(timeouts('shed').samples.map(({ errorName, final }) => [errorName, final])).toEqual([
      ['attempt-timeout', true],
    ]);
  });
});

describe('retries', () => {
  it("keep the call's id, arguments and deadline; each attempt is a sample of its own, one is final", () => {
    const world = new World({
      calls: [callSpec({ retry: retryPolicy({ attempts: 4, jitter: 'none' }) })],
      answer: ({ attempt }) => ({ serviceNs: MS, ...(attempt < 3 ? broken : {}) }),
    });
    world.run(open(1, 0.1 * S));
    expect(
      world.samples.map(({ callId, attempt, argumentsJson, intendedNs, outcomeName, final }) => [
        callId,
        attempt,
        argumentsJson,
        intendedNs / MS,
        outcomeName,
        final,
      ]),
    ).toEqual([
      [0, 0, '{"call":0,"spec":0}', 0, 'transport', false],
      [0, 1, '{"call":0,"spec":0}', 11, 'transport', false],
      [0, 2, '{"call":0,"spec":0}', 32, 'transport', false],
      [0, 3, '{"call":0,"spec":0}', 73, 'ok', true],
    ]);
    expect(world.counters.read('offered')).toBe(1);
    expect(world.counters.read('sent')).toBe(4);
  });

  it('send (1 - p^(r+1)) / (1 - p) attempts a call for failures of probability p', () => {
    for (const [p, r] of [
      [0.3, 2],
      [0.5, 3],
      [0.8, 1],
    ] as const) {
      const draw = seededRandom(17, `${p}`);
      const world = new World({
        calls: [callSpec({ retry: retryPolicy({ attempts: r, backoffNs: MS }) })],
        sessions: 500,
        answer: () => ({ serviceNs: MS, ...(draw.next() < p ? broken : {}) }),
      });
      world.run(open(5_000, S));
      const expected = (1 - p ** (r + 1)) / (1 - p);
      expect(Math.abs(world.samples.length / world.finals.length - expected)).toBeLessThan(0.05);
      expect(
        Math.abs(world.finals.filter(({ outcomeName }) => outcomeName === 'ok').length / 5_000 - (1 - p ** (r + 1))),
      ).toBeLessThan(0.03);
      expect(Math.max(...world.samples.map(({ attempt }) => attempt))).toBe(r);
    }
  });

  it("are never planned beyond the call's deadline", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 50 }),
        fc.nat(),
        (deadlineMs, backoffMs, seed) => {
          const world = new World({
            seed,
            calls: [
              callSpec({ deadlineNs: deadlineMs * MS, retry: retryPolicy({ attempts: 5, backoffNs: backoffMs * MS }) }),
            ],
            sessions: 4,
            answer: () => ({ serviceNs: 7 * MS, ...broken }),
          });
          world.run(open(200, 0.1 * S));
          for (const { intendedNs, callId, doneNs } of world.samples) {
            const callIntendedNs = callId * 5 * MS;
            expect(intendedNs).toBeLessThan(callIntendedNs + deadlineMs * MS);
            expect(doneNs).toBeLessThanOrEqual(callIntendedNs + deadlineMs * MS);
          }
          expect(world.finals).toHaveLength(20);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('obey a Retry-After that is longer than the backoff, when set to', () => {
    const attempts = (obeyRetryAfter: boolean): number[] => {
      const world = new World({
        calls: [callSpec({ retry: retryPolicy({ attempts: 1, jitter: 'none', on: ['shed'], obeyRetryAfter }) })],
        answer: ({ attempt }): Answer =>
          attempt === 0
            ? { serviceNs: MS, outcome: 'shed', errorClass: 'http-429', retryAfterNs: 2 * S }
            : { serviceNs: MS },
      });
      world.run(open(1, 0.1 * S));
      return world.samples.map(({ intendedNs }) => intendedNs / MS);
    };
    expect(attempts(true)).toEqual([0, 2_001]);
    expect(attempts(false)).toEqual([0, 11]);
  });

  it('hold no place while they back off: another call takes it', () => {
    const world = new World({
      calls: [callSpec({ retry: retryPolicy({ attempts: 1, jitter: 'none', backoffNs: 100 * MS }) })],
      maxInFlight: 1,
      answer: ({ callId, attempt }) => ({ serviceNs: 10 * MS, ...(callId === 0 && attempt === 0 ? broken : {}) }),
    });
    world.run(open(50, 60 * MS));
    expect(world.finals.map(({ callId, attempt, sentNs }) => [callId, attempt, sentNs / MS])).toEqual([
      [0, 1, 110],
      [1, 0, 20],
      [2, 0, 40],
    ]);
  });

  it('back off exponentially up to the maximum, all of it or a uniform share', () => {
    const none = retryPolicy({ backoffNs: 10 * MS, maxBackoffNs: 50 * MS, jitter: 'none' });
    expect([0, 1, 2, 3, 9].map((retry) => backoffNs(none, retry, seededRandom(1)) / MS)).toEqual([10, 20, 40, 50, 50]);
    const random = seededRandom(2);
    const shares = Array.from({ length: 4_000 }, () => backoffNs({ ...none, jitter: 'full' }, 1, random) / (20 * MS));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / shares.length - 0.5)).toBeLessThan(0.03);
  });

  it('draw the same jitter for the same seed', () => {
    const times = (seed: number): number[] => {
      const world = new World({
        seed,
        calls: [callSpec({ retry: retryPolicy() })],
        answer: () => ({ serviceNs: MS, ...broken }),
      });
      world.run(open(10, 0.3 * S));
      return world.samples.map(({ intendedNs }) => intendedNs);
    };
    expect(times(4)).toEqual(times(4));
    expect(times(4)).not.toEqual(times(5));
  });
});

describe('an interruption', () => {
  it('leaves nothing unrecorded, wherever it falls and however late the generator is', () => {
    fc.assert(
      fc.property(
        fc.record({
          atMs: fc.integer({ min: 0, max: 400 }),
          loop: fc.constantFrom('open', 'closed'),
          seed: fc.nat(),
          slow: fc.boolean(),
          maxQueued: fc.constantFrom(5, 1_000),
          lateFromMs: fc.integer({ min: 0, max: 300 }),
          lateForMs: fc.constantFrom(0, 20, 150),
        }),
        ({ atMs, loop, seed, slow, maxQueued, lateFromMs, lateForMs }) => {
          const draw = seededRandom(seed);
          const world = new World({
            seed,
            calls: [
              callSpec({
                deadlineNs: slow ? 30 * S : 60 * MS,
                retry: retryPolicy({ attempts: 2, backoffNs: 40 * MS }),
              }),
            ],
            sessions: 3,
            maxQueued,
            answer: () => ({
              serviceNs: slow ? 8 * S : Math.round(draw.exponential(30 * MS)),
              ...(draw.next() < 0.3 ? broken : {}),
            }),
          });
          const interruptNs = atMs * MS;
          world.run(loop === 'open' ? open(200, 0.3 * S, { arrivals: 'poisson' }) : closed(7, 0.3 * S, 5 * MS), {
            at: [
              [
                lateFromMs * MS,
                () => {
                  world.lateUntilNs = (lateFromMs + lateForMs) * MS;
                },
              ],
              [interruptNs, () => world.engine.interrupt(world.now)],
            ],
          });
          expect(world.finals.map(({ callId }) => callId)).toEqual(
            Array.from({ length: world.counters.read('offered') }, (_, n) => n),
          );
          expect(world.counters.read('completed')).toBe(world.counters.read('offered'));
          for (const call of world.samples) {
            expect(call.doneNs).toBeGreaterThanOrEqual(call.intendedNs);
            if (call.errorName === 'interrupted') expect(call.doneNs).toBeGreaterThanOrEqual(interruptNs);
            if (call.sentNs > interruptNs) throw new Error('sent after the interruption');
          }
          expect(world.engine.interrupted || interruptNs > (world.marks.at(-1)?.atNs ?? 0)).toBe(true);
          if (world.engine.interrupted)
            expect(world.marks.at(-1)?.atNs).toBeLessThanOrEqual(interruptNs + INTERRUPTED_DRAIN_NS + lateForMs * MS);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('lets calls in flight answer for five seconds and then gives them up', () => {
    const world = new World({ sessions: 2, answer: ({ callId }) => ({ serviceNs: callId === 0 ? 4 * S : 20 * S }) });
    world.run(open(10, 10 * S), { at: [[150 * MS, () => world.engine.interrupt(world.now)]] });
    expect(world.finals.map(({ errorName, doneNs }) => [errorName, doneNs / MS])).toEqual([
      ['none', 4_000],
      ['interrupted', 5_150],
    ]);
    expect(world.marks).toContainEqual({ mark: 'scheduled-end', atNs: 150 * MS });
  });
});

describe('the timer heap', () => {
  it('gives slots in order of their due time through any setting, moving and removing', () => {
    const command = fc.oneof(
      fc.record({ set: fc.integer({ min: 0, max: 400 }), dueNs: fc.integer({ min: 0, max: 1_000 }) }),
      fc.record({ remove: fc.integer({ min: 0, max: 400 }) }),
      fc.constant({ pop: true } as const),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
        const heap = new TimerHeap(4);
        const model = new Map<number, number>();
        for (const one of commands) {
          if ('set' in one) {
            heap.set(one.set, one.dueNs);
            model.set(one.set, one.dueNs);
          } else if ('remove' in one) {
            heap.remove(one.remove);
            model.delete(one.remove);
          } else if (heap.size > 0) {
            expect(model.get(heap.first)).toBe(heap.dueNs);
            model.delete(heap.first);
            heap.remove(heap.first);
          }
          expect(heap.size).toBe(model.size);
          expect(heap.dueNs).toBe(Math.min(Infinity, ...model.values()));
        }
      }),
    );
  });
});
