/** The sweeps against definitions written out the slow way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Flights,
  consistencyErrorOf,
  inFlight,
  inFlightByWindow,
  peakPerSecond,
} from '../../src/analysis/queue/in-flight.js';
import { agesNs, backlogAt, emptiedAt, maxAgeNs, queueAge } from '../../src/analysis/queue/line.js';
import { mostUpstreamCalls, upstreamCallsAt } from '../../src/analysis/queue/upstream-calls.js';
import type { WaitingLine, WorkRow, WorkerRow } from '../../src/record/index.js';
import { analyse } from '../../src/analysis/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';

const spans = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 60 })), { minLength: 0, maxLength: 25 })
  .map((pairs) => [...pairs].sort(([a], [b]) => a - b).map(([from, length]) => [from, from + length] as const));

function lineOf(pairs: readonly (readonly [number, number])[]): WaitingLine {
  const leftNs = Float64Array.from(pairs, ([, left]) => left);
  return { source: 'upstream', intendedNs: Float64Array.from(pairs, ([from]) => from), leftNs };
}

/** Q(t) by its definition, just before t. */
function ageBefore(pairs: readonly (readonly [number, number])[], t: number): number {
  const waiting = pairs.filter(([from, left]) => from < t && left >= t);
  return waiting.length === 0 ? 0 : t - Math.min(...waiting.map(([from]) => from));
}

describe('queue age', () => {
  it('has the maximum that looking at every moment finds', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 80 }), (pairs, from, length) => {
        let slow = 0;
        for (let t = from; t <= from + length; t++) slow = Math.max(slow, ageBefore(pairs, t));
        expect(maxAgeNs(lineOf(pairs), from, from + length)).toBe(slow);
      }),
    );
  });

  it('has the samples of its definition', () => {
    fc.assert(
      fc.property(spans, (pairs) => {
        const ages = agesNs(lineOf(pairs), 0, 150, 7);
        ages.forEach((age, m) => {
          const t = m * 7;
          const waiting = pairs.filter(([from, left]) => from <= t && left > t);
          expect(age).toBe(waiting.length === 0 ? 0 : t - Math.min(...waiting.map(([from]) => from)));
        });
      }),
    );
  });

  it('has no slope over less than 5 s', () => {
    const line = lineOf([[0, 1e9]]);
    expect(queueAge(line, 0, 4.9e9).slope).toBeNull();
    expect(queueAge(line, 0, 5e9).slope).not.toBeNull();
  });

  it('ends for a call that was never served when the call ends, and for a retried one with its first service', () => {
    const plan = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 1, 10 * S)] }] });
    const attempts: Attempt[] = [
      { callId: 0, intendedNs: 0, startedNs: 1, doneNs: 2 },
      { callId: 1, intendedNs: 1 * S, doneNs: 3 * S, outcome: 'deadline', errorClass: 'deadline' },
      { callId: 2, attempt: 0, intendedNs: 4 * S, doneNs: 5 * S, outcome: 'shed', final: false },
      { callId: 2, attempt: 1, intendedNs: 6 * S, startedNs: 7 * S, doneNs: 9 * S },
    ];
    expect(analyse({ record: recordOf(plan, attempts), plan }).summary.phases[0]?.queueAge).toMatchObject({
      source: 'upstream',
      maxNs: 3 * S,
    });
  });
});

describe('calls in the upstreams', () => {
  const poll = (service: string, atNs: number, underWay: number, when: WorkRow['when'] = 'sample'): WorkRow => ({
    ...{ service, incarnation: 0, atNs, tookNs: 0, when, underWay, sessionsOpen: 0, sessionsOpened: 0 },
    ...{ served: 0, servedServiceNs: 0, wasted: 0, wastedServiceNs: 0, expired: 0, cancelled: 0, cancels: 0 },
  });

  it('are those of all services together, each by its last poll, and of a process that was ended none', () => {
    const polls = upstreamCallsAt([
      poll('a', 1, 3),
      poll('b', 2, 4),
      poll('a', 3, 10),
      poll('a', 5, 20, 'leaving'),
      poll('b', 6, 5),
    ]);
    expect(polls.map(({ calls }) => calls)).toEqual([3, 7, 14, 4, 5]);
    expect(mostUpstreamCalls(polls, 0, 10)).toEqual({ max: 14, maxAtNs: 3 });
    expect(mostUpstreamCalls(polls, 4, 10)).toEqual({ max: 5, maxAtNs: 6 });
    expect(mostUpstreamCalls(polls, 7, 10)).toBeNull();
    expect(upstreamCallsAt(null)).toEqual([]);
  });
});

describe('an empty queue', () => {
  it('is found at the first moment with nothing waiting', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 120 }), (pairs, after) => {
        let slow = after;
        // One that arrives at that very moment finds the queue empty: it waits from then on, not before.
        while (pairs.some(([from, left]) => from < slow && left > slow)) slow++;
        expect(emptiedAt(lineOf(pairs), after, 1000)).toEqual({ atNs: slow, emptyWhen: 'none-waiting' });
      }),
    );
  });

  it('is not found past the end of the schedule', () => {
    expect(emptiedAt(lineOf([[0, 50]]), 10, 49).atNs).toBeNull();
    expect(emptiedAt(lineOf([[0, 50]]), 10, 50).atNs).toBe(50);
  });

  it('has a backlog of those that wait at a moment', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 150 }), (pairs, at) => {
        expect(backlogAt(lineOf(pairs), at)).toBe(pairs.filter(([from, left]) => from <= at && left > at).length);
      }),
    );
  });
});

describe('calls in flight', () => {
  const flightsOf = (pairs: readonly (readonly [number, number])[]) => ({
    sentNs: Float64Array.from(pairs, ([from]) => from),
    doneNs: Float64Array.from(pairs, ([, to]) => to),
  });

  it('have the mean and maximum of their definition', () => {
    fc.assert(
      fc.property(spans, (pairs) => {
        const from = 20;
        const to = 90;
        const { mean, max } = inFlight(flightsOf(pairs), from, to);
        let area = 0;
        let most = 0;
        for (let t = from; t < to; t++) {
          const now = pairs.filter(([sent, done]) => sent <= t && done > t).length;
          area += now;
          most = Math.max(most, now);
        }
        expect(mean).toBeCloseTo(area / (to - from), 9);
        expect(max).toBe(most);
      }),
    );
  });

  it('have window by window the integrals of the whole', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 40 }), (pairs, windowNs) => {
        const windows = Math.ceil(160 / windowNs);
        const means = inFlightByWindow([flightsOf(pairs)], 0, windowNs, windows);
        for (let w = 0; w < windows; w++) {
          expect(means[w]).toBeCloseTo(inFlight(flightsOf(pairs), w * windowNs, (w + 1) * windowNs).mean, 9);
        }
      }),
    );
  });

  it('are none where nothing was sent', () => {
    expect(inFlight(flightsOf([]), 0, 100)).toEqual({ mean: 0, max: 0 });
  });
});

describe("the check by Little's law", () => {
  /** Two workers of two sessions each, 100 calls a second in turn, 5 ms each; the target stalls for 700 ms at 4.7 s. */
  const calls = Array.from({ length: 1000 }, (_, n) => {
    const sentNs = n * 10 * MS;
    const stalled = sentNs >= 4.7 * S && sentNs < 5.4 * S;
    return { sentNs, doneNs: (stalled ? 5.4 * S : sentNs) + 5 * MS, session: n % 4 };
  });
  const flights = (kept = calls): Flights => ({
    sentNs: Float64Array.from(kept, ({ sentNs }) => sentNs),
    doneNs: Float64Array.from(kept, ({ doneNs }) => doneNs),
    session: Int32Array.from(kept, ({ session }) => session),
  });
  /** What each worker counts: a row a second; the clock of worker 1's stamps runs at `speed`. */
  const rows = (speed = 1): WorkerRow[] =>
    Array.from({ length: 11 }, (_, second) => second * S).flatMap((atNs) =>
      [0, 1].map((worker): WorkerRow => {
        const own = calls.filter(({ session, sentNs }) => session % 2 === worker && sentNs < atNs);
        return {
          atNs,
          worker,
          sent: own.length,
          open: own.filter(({ doneNs }) => doneNs > atNs).length,
          flownNs: own.reduce((sum, { sentNs, doneNs }) => sum + Math.min(doneNs, atNs) - sentNs, 0),
          otherClockNs: worker === 1 ? atNs / speed : atNs,
        };
      }),
    );

  it('finds no difference, whatever edge of the window a stall of the target lies over', () => {
    for (let fromNs = 0; fromNs < 6 * S; fromNs += 0.05 * S) {
      for (const toNs of [fromNs + 1.3 * S, 10 * S]) {
        expect(consistencyErrorOf(flights(), rows(), fromNs, toNs)).toBeLessThan(1e-9);
      }
    }
  });

  it('finds the clock of one worker that runs a tenth fast', () => {
    expect(consistencyErrorOf(flights(), rows(1.1), 2 * S, 8 * S)).toBeCloseTo(1 - 1 / 1.1, 6);
  });

  it('finds samples of one worker that are missing, or recorded twice', () => {
    const third = calls.filter(({ session, sentNs }) => session !== 2 || sentNs > 9 * S);
    expect(consistencyErrorOf(flights(third), rows(), 0, 10 * S)).toBeGreaterThan(0.05);
    expect(consistencyErrorOf(flights([...calls, ...calls.slice(400, 500)]), rows(), 0, 10 * S)).toBeGreaterThan(0.05);
  });

  it('says nothing of a phase so short that a pause between the readings of both clocks would decide', () => {
    // 2 ms of two calls, whose second reading of the other clock came 0.3 ms late.
    const row = (worker: number, atNs: number, flownNs: number, lateNs: number): WorkerRow => ({
      ...{ atNs, worker, sent: 1, open: 0, flownNs, otherClockNs: atNs + lateNs },
    });
    const short = [0, 1].flatMap((worker) => [row(worker, 0, 0, 0), row(worker, 2 * MS, MS, 0.3 * MS)]);
    const two = [0, 1].map((session) => ({ sentNs: 0, doneNs: MS, session }));
    expect(consistencyErrorOf(flights(two), short, 0, 2 * MS)).toBeNull();
  });

  it('says nothing without the rows of every worker, or without a call', () => {
    expect(consistencyErrorOf(flights(), [], 0, 10 * S)).toBeNull();
    const silent = rows().filter(({ worker, atNs }) => worker === 1 || atNs === 0);
    expect(consistencyErrorOf(flights(), silent, 0, S)).toBeNull();
    const idle = rows().map((row) => ({ ...row, flownNs: 0 }));
    expect(consistencyErrorOf(flights([]), idle, 0, 10 * S)).toBeNull();
  });
});

describe('peak throughput', () => {
  it('is the fullest 10 s window, or the whole when shorter', () => {
    const slowThenFast = Float64Array.from([
      ...Array.from({ length: 20 }, (_, i) => i * 1e9),
      ...Array.from({ length: 200 }, (_, i) => 20e9 + i * 50e6),
    ]);
    expect(peakPerSecond(slowThenFast, 0, 40e9)).toBe(20);
    expect(peakPerSecond(slowThenFast, 0, 5e9)).toBe(1);
    expect(peakPerSecond(new Float64Array(0), 0, 40e9)).toBe(0);
  });
});
