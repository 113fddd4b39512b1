import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MS, S, World, callSpec, open, openStages } from './simulation.js';
import { seededRandom } from '../../src/random/index.js';

describe('an open loop against one queue', () => {
  it('sees in overload the n-th call wait n (D - 1/rate), exactly (D/D/1)', () => {
    // The target queues: more sessions than calls, so nothing waits in the client.
    const world = new World({ sessions: 1_000, workers: 1, answer: () => ({ serviceNs: 10 * MS }) });
    world.run(open(125, 4 * S));
    expect(world.finals.map(({ startedNs, intendedNs }) => startedNs - intendedNs)).toEqual(
      Array.from({ length: 500 }, (_, n) => n * 2 * MS),
    );
  });

  it('sees the same waits in its own queue when the bound on calls in flight keeps them there', () => {
    const world = new World({ sessions: 1, answer: () => ({ serviceNs: 10 * MS }) });
    world.run(open(125, 4 * S));
    expect(world.finals.map(({ admittedNs, intendedNs }) => admittedNs - intendedNs)).toEqual(
      Array.from({ length: 500 }, (_, n) => n * 2 * MS),
    );
    expect(world.finals.every(({ sentNs, admittedNs }) => sentNs === admittedNs)).toBe(true);
    expect(world.marks.at(-1)).toEqual({ mark: 'drained', atNs: 500 * 10 * MS });
  });

  it('agrees with Lindley for random services, Poisson arrivals and any number of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 4 }), (seed, workers) => {
        const draw = seededRandom(seed, 'services');
        const services: number[] = [];
        const world = new World({
          seed,
          sessions: 400,
          workers,
          answer: () => {
            const serviceNs = Math.round(draw.exponential(8 * MS));
            services.push(serviceNs);
            return { serviceNs };
          },
        });
        world.run(open(workers * 110, 1 * S, { arrivals: 'poisson' }));
        const free = new Array<number>(workers).fill(0);
        for (const [n, { intendedNs, startedNs, doneNs, sentNs, admittedNs }] of world.finals.entries()) {
          const earliest = Math.min(...free);
          const startNs = Math.max(intendedNs, earliest);
          free[free.indexOf(earliest)] = startNs + (services[n] ?? NaN);
          expect([sentNs, admittedNs, startedNs, doneNs]).toEqual([
            intendedNs,
            intendedNs,
            startNs,
            startNs + (services[n] ?? NaN),
          ]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('carries a backlog from one stage into the next and drains it by the fluid time', () => {
    const world = new World({
      sessions: 2_000,
      maxInFlight: 2_000,
      workers: 1,
      answer: () => ({ serviceNs: 10 * MS }),
    });
    world.run(
      openStages([
        { label: 'before', ratePerSecond: 50, forNs: 2 * S },
        { label: 'overload', ratePerSecond: 150, forNs: 2 * S },
        { label: 'after', ratePerSecond: 50, forNs: 4 * S },
      ]),
    );
    const waits = world.finals.map(({ startedNs, intendedNs }) => startedNs - intendedNs);
    // 2 s at 1.5 x capacity: the longest wait is 1 s, at the end of the overload; empty again 2 s later.
    const longest = Math.max(...waits);
    expect(longest).toBeGreaterThan(0.98 * S);
    expect(longest).toBeLessThanOrEqual(1 * S);
    const peak = world.finals[waits.indexOf(longest)]?.intendedNs ?? 0;
    expect(peak).toBeGreaterThan(3.97 * S);
    expect(peak).toBeLessThanOrEqual(4 * S);
    const lastWaiting = world.finals.filter((_, n) => (waits[n] ?? 0) > 0).at(-1)?.intendedNs ?? 0;
    expect(lastWaiting).toBeGreaterThan(5.9 * S);
    expect(lastWaiting).toBeLessThan(6.1 * S);
    expect(world.marks).toEqual([
      { mark: 'stage', atNs: 0, stage: 0, label: 'before', ratePerSecond: 50 },
      { mark: 'stage', atNs: 2 * S, stage: 1, label: 'overload', ratePerSecond: 150 },
      { mark: 'stage', atNs: 4 * S, stage: 2, label: 'after', ratePerSecond: 50 },
      { mark: 'scheduled-end', atNs: 8 * S },
      { mark: 'drained', atNs: 8 * S },
    ]);
    expect(world.finals.map(({ stage }) => stage)).toEqual([
      ...Array<number>(100).fill(0),
      ...Array<number>(300).fill(1),
      ...Array<number>(200).fill(2),
    ]);
  });

  it('keeps every intended time when it starts late in a long run', () => {
    const startNs = 3_600 * S + 17;
    const world = new World({ sessions: 50 });
    world.run(open(1_000 / 7, 3 * S), { startNs });
    expect(world.finals.map(({ intendedNs }) => intendedNs)).toEqual(
      Array.from({ length: Math.ceil((3 * 1_000) / 7) }, (_, i) => startNs + i * 7 * MS),
    );
  });
});

describe('room for calls', () => {
  it('sheds at once what finds the queue full, counts it and records it unsent', () => {
    // One call of 1 s in flight, three wait; 100/s for 0.5 s: calls 4 to 49 are shed.
    const world = new World({ sessions: 1, maxQueued: 3, answer: () => ({ serviceNs: S }) });
    world.run(open(100, 0.5 * S));
    const shed = world.finals.filter(({ outcomeName }) => outcomeName === 'shed');
    expect(shed.map(({ callId }) => callId)).toEqual(Array.from({ length: 46 }, (_, i) => i + 4));
    for (const call of shed) {
      expect(call).toMatchObject({
        errorName: 'client-queue-full',
        session: -1,
        sentNs: NaN,
        admittedNs: NaN,
        doneNs: call.intendedNs,
        final: true,
      });
    }
    expect(
      world.finals.filter(({ outcomeName }) => outcomeName === 'ok').map(({ callId, doneNs }) => [callId, doneNs]),
    ).toEqual([
      [0, S],
      [1, 2 * S],
      [2, 3 * S],
      [3, 4 * S],
    ]);
    expect(world.counters.read('shed')).toBe(46);
    expect(world.counters.read('queued')).toBe(0);
    expect(world.counters.read('inFlight')).toBe(0);
  });

  it('never exceeds the bound of a session or of all, and keeps the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.record({
          sessions: fc.integer({ min: 1, max: 9 }),
          inFlightPerSession: fc.integer({ min: 1, max: 4 }),
          maxInFlight: fc.integer({ min: 1, max: 20 }),
          seed: fc.nat(),
        }),
        ({ sessions, inFlightPerSession, maxInFlight, seed }) => {
          const draw = seededRandom(seed);
          const world = new World({
            sessions,
            inFlightPerSession,
            maxInFlight,
            answer: () => ({ serviceNs: Math.round(draw.exponential(5 * MS)) }),
          });
          world.run(open(2_000, 0.2 * S, { arrivals: 'poisson' }));
          expect(world.maxInFlight).toBeLessThanOrEqual(Math.min(maxInFlight, sessions * inFlightPerSession));
          expect(Math.max(...world.maxBySession.filter((n) => n !== undefined))).toBeLessThanOrEqual(
            inFlightPerSession,
          );
          const finals = world.finals;
          expect(finals.length).toBe(world.counters.read('offered'));
          for (const [n, call] of finals.entries()) {
            expect(call.callId).toBe(n);
            if (n > 0) expect(call.sentNs).toBeGreaterThanOrEqual(finals[n - 1]?.sentNs ?? Infinity);
            // No call waits while there is room: each is sent the moment there was room for it.
            expect(call.sentNs).toBe(call.admittedNs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes the session that is idle longest first, then lets sessions with room take turns', () => {
    const world = new World({ sessions: 3, inFlightPerSession: 2, answer: () => ({ serviceNs: 100 * MS }) });
    world.run(open(1_000, 6 * MS));
    expect(world.sentSessions).toEqual([0, 1, 2, 0, 1, 2]);
    const idle = new World({ sessions: 3, answer: () => ({ serviceNs: 1 * MS }) });
    idle.run(open(500, 12 * MS));
    expect(idle.sentSessions).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe('a generator that is late itself', () => {
  it('shows its lateness as schedule lag, not as a wait for room', () => {
    const world = new World({ sessions: 100, answer: () => ({ serviceNs: MS }) });
    world.run(open(1_000, 0.3 * S), {
      at: [
        [
          100 * MS + 1,
          () => {
            world.frozenUntilNs = 150 * MS;
          },
        ],
      ],
    });
    const late = world.finals.filter(({ sentNs, admittedNs }) => sentNs > admittedNs);
    expect(late.map(({ callId }) => callId)).toEqual(Array.from({ length: 49 }, (_, i) => i + 101));
    expect(late.every(({ admittedNs, intendedNs, sentNs }) => admittedNs === intendedNs && sentNs === 150 * MS)).toBe(
      true,
    );
    expect(Math.max(...world.scheduleLags)).toBe(49 * MS);
  });

  it("counts of a wait only what was a wait: from when the slot was freed on, lateness is the generator's", () => {
    // One session. Call 0 takes until 100 ms; call 1, intended at 50 ms, is looked at only at 130 ms.
    const world = new World({ sessions: 1, answer: () => ({ serviceNs: 100 * MS }) });
    world.run(open(20, 0.1 * S), {
      at: [
        [
          40 * MS,
          () => {
            world.lateUntilNs = 130 * MS;
          },
        ],
      ],
    });
    expect(world.finals.map(({ intendedNs, admittedNs, sentNs }) => [intendedNs, admittedNs, sentNs])).toEqual([
      [0, 0, 0],
      [50 * MS, 100 * MS, 130 * MS],
    ]);
  });

  it('owns calls it could not even look at before their deadline', () => {
    const world = new World({ calls: [callSpec({ deadlineNs: 20 * MS })], sessions: 100 });
    world.run(open(100, 0.2 * S), {
      at: [
        [
          51 * MS,
          () => {
            world.frozenUntilNs = 131 * MS;
          },
        ],
      ],
    });
    const own = world.finals.filter(({ outcomeName }) => outcomeName === 'generator');
    // Intended at 60 to 110 ms with 20 ms each: past by 131 ms.
    expect(own.map(({ intendedNs }) => intendedNs)).toEqual([60, 70, 80, 90, 100, 110].map((ms) => ms * MS));
    expect(own.every(({ errorName, sentNs }) => errorName === 'generator-error' && Number.isNaN(sentNs))).toBe(true);
    expect(world.finals).toHaveLength(20);
  });

  it('catches up in portions, in order, and loses nothing', () => {
    const world = new World({ sessions: 1_000 });
    world.run(open(10_000, 0.1 * S), {
      at: [
        [
          10 * MS,
          () => {
            world.frozenUntilNs = 60 * MS;
          },
        ],
      ],
    });
    expect(world.finals.map(({ callId }) => callId)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(world.finals.every(({ outcomeName }) => outcomeName === 'ok')).toBe(true);
  });
});

describe('the calls of a run', () => {
  const calls = [
    callSpec({ label: 'a', weight: 6 }),
    callSpec({ label: 'b', weight: 3 }),
    callSpec({ label: 'c', weight: 1 }),
  ];
  const specs = (world: World): string[] => world.finals.map(({ spec, argumentsJson }) => `${spec} ${argumentsJson}`);

  it('are the same for the same seed, whatever the target does', () => {
    const quick = new World({ calls, seed: 5, sessions: 500 });
    const slow = new World({
      calls,
      seed: 5,
      sessions: 2,
      maxQueued: 10,
      answer: () => ({ serviceNs: 300 * MS, outcome: 'tool', errorClass: 'tool-error' }),
    });
    const other = new World({ calls, seed: 6, sessions: 500 });
    for (const world of [quick, slow, other]) world.run(open(400, S, { arrivals: 'poisson' }));
    expect(specs(slow)).toEqual(specs(quick));
    expect(slow.finals.map(({ intendedNs }) => intendedNs)).toEqual(quick.finals.map(({ intendedNs }) => intendedNs));
    expect(specs(other)).not.toEqual(specs(quick));
    expect(slow.counters.read('shed')).toBeGreaterThan(100);
  });

  it('are drawn by weight', () => {
    const world = new World({ calls, seed: 11, sessions: 500 });
    world.run(open(20_000, S));
    const shares = [0, 1, 2].map((spec) => world.finals.filter((call) => call.spec === spec).length / 20_000);
    for (const [spec, share] of [0.6, 0.3, 0.1].entries())
      expect(Math.abs((shares[spec] ?? 0) - share)).toBeLessThan(0.02);
  });

  it('are numbered over the run and label their warm-up by intended start', () => {
    const world = new World({ sessions: 10 });
    world.run(open(100, 0.1 * S), { warmupNs: 50 * MS });
    const nextStartNs = world.now + 20 * MS;
    world.run(open(100, 0.1 * S, { phase: 1 }), { startNs: nextStartNs, warmupNs: 0 });
    expect(world.finals.map(({ callId, phase, warm }) => [callId, phase, warm])).toEqual(
      Array.from({ length: 20 }, (_, n) => [n, n < 10 ? 0 : 1, n < 5]),
    );
    expect(world.finals[10]?.intendedNs).toBe(nextStartNs);
  });

  it('have the number of a probe as their stage where the segment is one', () => {
    const world = new World({ sessions: 1, answer: () => ({ serviceNs: 1 * MS }) });
    const stages = [{ label: 'probe 4', ratePerSecond: 100, forNs: 1 * S }] as const;
    world.run({ loop: 'open', phase: 0, arrivals: 'constant', stages, firstStage: 3 });
    expect(new Set(world.samples.map(({ stage }) => stage))).toEqual(new Set([3]));
    expect(world.marks.find(({ mark }) => mark === 'stage')).toMatchObject({ stage: 3, label: 'probe 4' });
  });

  it('draw other arrivals in the second segment of a phase than in the first', () => {
    const world = new World({ sessions: 100 });
    const gaps = (from: number): number[] => {
      const startNs = world.now;
      world.run(open(100, 0.2 * S, { arrivals: 'poisson' }));
      return world.finals.slice(from).map(({ intendedNs }) => intendedNs - startNs);
    };
    const first = gaps(0);
    expect(gaps(first.length)).not.toEqual(first);
  });
});
