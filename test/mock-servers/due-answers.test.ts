import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clockFrom, monotonicNow, NS_PER_MS, type NowNs } from '../../src/clock/index.js';
import { timerWake } from '../../mock-servers/alarm/index.js';
import { DueAnswers, type Due } from '../../mock-servers/timing/due-answers.js';
import type { MockClock } from '../../mock-servers/timing/mock-clock.js';
import { until } from './client.js';

/** What one turn of the event loop takes in the time of the tests. */
const TURN_NS = 10_000;

/**
 * Time of the test's own: timers take what they were asked for and `lateNs` more, turns of the loop take 10 us, and
 * nothing else takes any. Seconds pass in milliseconds, the same way each time.
 */
class OwnTime {
  nowNs = 0;
  busyTurns = 0;
  readonly #due: { readonly atNs: number; readonly busy: boolean; readonly run: () => void }[] = [];

  constructor(lateNs: number) {
    const asTimer = (atNs: number, busy: boolean, run: () => void): { atNs: number } => {
      const timer = { atNs, busy, run };
      this.#due.push(timer);
      return timer;
    };
    const forget = (timer: unknown): void => {
      const at = this.#due.findIndex((one) => one === timer);
      if (at >= 0) this.#due.splice(at, 1);
    };
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) =>
      asTimer(this.nowNs + ms * NS_PER_MS + lateNs, false, run)) as unknown as typeof setTimeout);
    vi.spyOn(globalThis, 'setImmediate').mockImplementation(((run: () => void) =>
      asTimer(this.nowNs + TURN_NS, true, run)) as unknown as typeof setImmediate);
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation(forget);
    vi.spyOn(globalThis, 'clearImmediate').mockImplementation(forget);
  }

  get idle(): boolean {
    return this.#due.length === 0;
  }

  /** Lets time pass up to a moment; all timers due by then run. */
  passUntil(ns: number): void {
    for (;;) {
      this.#due.sort((a, b) => a.atNs - b.atNs);
      const [next] = this.#due;
      if (next === undefined || next.atNs > ns) break;
      this.#due.shift();
      this.nowNs = Math.max(this.nowNs, next.atNs);
      if (next.busy) this.busyTurns += 1;
      next.run();
    }
    this.nowNs = Math.max(this.nowNs, ns);
  }
}

const onTimers = (now: NowNs): Pick<MockClock, 'now' | 'wake'> => ({ now, wake: timerWake(now) });

interface Delivery extends Due {
  readonly nowNs: number;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('answers that wait for their moment', () => {
  it('go out once each, never early, soon after, and in order of their moments, whenever they were added', () => {
    const additions = fc.array(
      fc.record({
        gapNs: fc.integer({ min: 0, max: 2 * NS_PER_MS }),
        waitNs: fc.integer({ min: 0, max: 9 * NS_PER_MS }),
      }),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(additions, fc.integer({ min: 0, max: 200_000 }), (list, lateNs) => {
        const time = new OwnTime(lateNs);
        const delivered: Delivery[] = [];
        const answers = new DueAnswers<Due>(
          onTimers(() => time.nowNs),
          ({ dueNs, sequence }, nowNs) => delivered.push({ dueNs, sequence, nowNs }),
        );
        list.forEach(({ gapNs, waitNs }, sequence) => {
          time.passUntil(time.nowNs + gapNs);
          answers.add({ dueNs: time.nowNs + waitNs, sequence });
        });
        time.passUntil(time.nowNs + 100 * NS_PER_MS);
        expect(delivered.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
        for (const { dueNs, nowNs } of delivered) {
          expect(nowNs).toBeGreaterThanOrEqual(dueNs);
          // At worst the busy loop had had its share, and the answer waited for a timer of one millisecond.
          expect(nowNs - dueNs).toBeLessThanOrEqual(NS_PER_MS + lateNs + TURN_NS);
        }
        // Two that went out at one moment went out by their due moments, or the second was added after the first had
        // gone.
        delivered.forEach(({ dueNs, nowNs }, i) => {
          const before = delivered[i - 1];
          if (before !== undefined) expect(before.nowNs < nowNs || before.dueNs <= dueNs).toBe(true);
        });
        expect(answers.waiting).toEqual([]);
        expect(time.idle).toBe(true);
        vi.restoreAllMocks();
      }),
      { numRuns: 100 },
    );
  });

  it('go out within one turn of the loop of their moments while the busy share lasts', () => {
    const time = new OwnTime(60_000);
    const lateNs: number[] = [];
    const answers = new DueAnswers<Due>(
      onTimers(() => time.nowNs),
      ({ dueNs }, nowNs) => lateNs.push(nowNs - dueNs),
    );
    for (let sequence = 0; sequence < 500; sequence++) {
      answers.add({ dueNs: time.nowNs + 3_370_000, sequence });
      time.passUntil(time.nowNs + 4 * NS_PER_MS);
    }
    expect(lateNs.length).toBe(500);
    expect(Math.max(...lateNs)).toBeLessThanOrEqual(TURN_NS);
  });

  it('are waited for in a busy loop for no more than half of the time', () => {
    const time = new OwnTime(60_000);
    let delivered = 0;
    const answers = new DueAnswers<Due>(
      onTimers(() => time.nowNs),
      () => (delivered += 1),
    );
    // One answer every 0.89 ms: waiting exactly for each would be one unbroken busy loop.
    for (let sequence = 0; sequence < 5_000; sequence++) answers.add({ dueNs: (sequence + 1) * 890_000, sequence });
    time.passUntil(5_001 * 890_000);
    expect(delivered).toBe(5_000);
    const busyShare = (time.busyTurns * TURN_NS) / time.nowNs;
    expect(busyShare).toBeGreaterThan(0.4);
    expect(busyShare).toBeLessThan(0.52);
  });

  it('go out in order of their sequence when their moments are equal', () => {
    const time = new OwnTime(0);
    const order: number[] = [];
    const answers = new DueAnswers<Due>(
      onTimers(() => time.nowNs),
      ({ sequence }) => order.push(sequence),
    );
    for (const sequence of [4, 1, 3, 0, 2]) answers.add({ dueNs: 5 * NS_PER_MS, sequence });
    time.passUntil(6 * NS_PER_MS);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('go out within the call that adds them when their moment has come', () => {
    const now = clockFrom(monotonicNow());
    const order: number[] = [];
    const answers = new DueAnswers<Due>(onTimers(now), ({ sequence }) => order.push(sequence));
    answers.add({ dueNs: now(), sequence: 0 });
    expect(order).toEqual([0]);
  });

  it('on the real clock and timers let an earlier one overtake a later one', async () => {
    const now = clockFrom(monotonicNow());
    const delivered: Delivery[] = [];
    const answers = new DueAnswers<Due>(onTimers(now), ({ dueNs, sequence }, nowNs) =>
      delivered.push({ dueNs, sequence, nowNs }),
    );
    answers.add({ dueNs: now() + 3_600_000 * NS_PER_MS, sequence: 0 });
    answers.add({ dueNs: now() + 5_400_000, sequence: 1 });
    await until(() => delivered.length > 0);
    expect(delivered.map(({ sequence, dueNs, nowNs }) => [sequence, nowNs >= dueNs])).toEqual([[1, true]]);
    expect(answers.waiting.map(({ sequence }) => sequence)).toEqual([0]);
    answers.stop();
    expect(answers.waiting).toEqual([]);
  });

  it('cost no busy loop while none is due within a millisecond', async () => {
    const busy = vi.spyOn(globalThis, 'setImmediate');
    const now = clockFrom(monotonicNow());
    const answers = new DueAnswers<Due>(onTimers(now), () => undefined);
    answers.add({ dueNs: now() + 60_000 * NS_PER_MS, sequence: 0 });
    await sleep(20);
    expect(busy).not.toHaveBeenCalled();
    answers.stop();
  });

  it('never go out once stopped', () => {
    const time = new OwnTime(0);
    const order: number[] = [];
    const answers = new DueAnswers<Due>(
      onTimers(() => time.nowNs),
      ({ sequence }) => order.push(sequence),
    );
    answers.add({ dueNs: 2 * NS_PER_MS, sequence: 0 });
    answers.stop();
    time.passUntil(10 * NS_PER_MS);
    expect(order).toEqual([]);
    expect(time.idle).toBe(true);
  });
});
