/** Every toxic in virtual time: known answers, and properties over whatever can happen to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/random/index.js';
import { toxicKind, type Attributes } from '../../../src/toxiproxy/embedded/toxics/index.js';
import { cutPoints } from '../../../src/toxiproxy/embedded/toxics/slicer.js';
import { TOLERANCE_MS, type Receiver, type Stage } from '../../../src/toxiproxy/embedded/stage.js';

/** What left a stage and when. */
class Outlet implements Receiver {
  readonly passed: { readonly text: string; readonly stampMs: number; readonly atMs: number }[] = [];
  endedMs: number | null = null;

  accept(data: Buffer, stampMs: number, nowMs: number): void {
    if (this.endedMs !== null) throw new Error('data after the end');
    this.passed.push({ text: data.toString('latin1'), stampMs, atMs: nowMs });
  }

  end(nowMs: number): void {
    if (this.endedMs !== null) return;
    this.endedMs = nowMs;
  }

  get text(): string {
    return this.passed.map(({ text }) => text).join('');
  }

  /** Rounded, for a wake may be up to the tolerance early. */
  get times(): readonly number[] {
    return this.passed.map(({ atMs }) => Math.round(atMs));
  }
}

class Rig {
  readonly outlet = new Outlet();
  readonly stage: Stage<Attributes>;
  resets = 0;
  nowMs = 0;

  constructor(type: string, attributes: Attributes, seed = 1) {
    const kind = toxicKind(type);
    if (kind === undefined) throw new Error(`no toxic ${type}`);
    this.stage = kind.createStage({
      attributes,
      next: this.outlet,
      nowMs: 0,
      random: seededRandom(seed),
      reset: () => this.resets++,
    });
  }

  /** Lets time pass; the stage is woken exactly when it asks to be. */
  until(ms: number): this {
    while (this.stage.deadlineMs <= ms) {
      const askedMs = this.stage.deadlineMs;
      this.nowMs = Math.max(this.nowMs, askedMs);
      this.stage.wake(this.nowMs);
      if (this.stage.deadlineMs === askedMs) throw new Error(`woken at ${askedMs} ms it asks for the same again`);
    }
    this.nowMs = ms;
    return this;
  }

  send(text: string): this {
    this.stage.accept(Buffer.from(text, 'latin1'), this.nowMs, this.nowMs);
    return this;
  }

  end(): this {
    this.stage.end(this.nowMs);
    return this;
  }
}

describe('latency', () => {
  it('lets each piece go its delay after it came', () => {
    const rig = new Rig('latency', { latency: 100, jitter: 0 });
    rig.send('a').until(10).send('b').until(35).send('c').end().until(1_000);
    expect(rig.outlet.times).toEqual([100, 110, 135]);
    expect(rig.outlet.endedMs).toBe(135);
  });

  it('hands on the calculated time, so that a second delay does not add the lateness of the first timer', () => {
    const rig = new Rig('latency', { latency: 100, jitter: 0 });
    rig.send('a');
    rig.stage.wake(107);
    expect(rig.outlet.passed).toEqual([{ text: 'a', stampMs: 100, atMs: 107 }]);
  });

  it('draws whole milliseconds uniformly from [-jitter, jitter)', () => {
    const delays = Array.from({ length: 4_000 }, (_, seed) => {
      const rig = new Rig('latency', { latency: 10, jitter: 4 }, seed).send('x').until(100);
      return rig.outlet.times[0];
    });
    const counts = new Map<number | undefined, number>();
    for (const delay of delays) counts.set(delay, (counts.get(delay) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => Number(a) - Number(b))).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    // 500 expected of each, standard deviation 21.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(110);
  });

  it('a late piece holds up those behind it, in the calculated times too', () => {
    const rig = new Rig('latency', { latency: 50, jitter: 50 });
    for (let ms = 1; ms <= 30; ms++) rig.send('x').until(ms);
    rig.until(1_000);
    const stamps = rig.outlet.passed.map(({ stampMs }) => stampMs);
    expect(stamps).toHaveLength(30);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBeLessThan(30);
  });

  it('passes at once when jitter makes the delay negative', () => {
    const rigs = Array.from({ length: 200 }, (_, seed) =>
      new Rig('latency', { latency: 1, jitter: 50 }, seed).send('x'),
    );
    const atOnce = rigs.filter(({ outlet }) => outlet.passed.length === 1).length;
    expect(atOnce).toBeGreaterThan(60);
    expect(atOnce).toBeLessThan(140);
  });

  it('releases the head on a change and times the rest by the new value from their arrival', () => {
    const rig = new Rig('latency', { latency: 1_000, jitter: 0 });
    rig.send('a').until(50).send('b').until(60);
    rig.stage.update({ latency: 200, jitter: 0 }, 60);
    expect(rig.outlet.times).toEqual([60]);
    rig.until(2_000);
    expect(rig.outlet.times).toEqual([60, 250]);
  });
});

describe('bandwidth', () => {
  it('pays for every byte, in slices of 100 ms', () => {
    const rig = new Rig('bandwidth', { rate: 1 });
    rig.send('x'.repeat(250)).end().until(10_000);
    expect(rig.outlet.passed.map(({ text }) => text.length)).toEqual([100, 100, 50]);
    expect(rig.outlet.times).toEqual([100, 200, 250]);
    expect(rig.outlet.endedMs).toBe(250);
  });

  it('does not save up while idle', () => {
    const rig = new Rig('bandwidth', { rate: 1 });
    rig.until(5_000).send('x'.repeat(100)).until(10_000);
    expect(rig.outlet.times).toEqual([5_100]);
  });

  it('stalls at 0 without asking to be woken, and goes on at a new rate', () => {
    const rig = new Rig('bandwidth', { rate: 0 });
    rig.send('x'.repeat(100_000));
    expect(rig.stage.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    rig.until(1_000);
    rig.stage.update({ rate: 1_000 }, 1_000);
    expect(rig.outlet.passed.map(({ text }) => text.length)).toEqual([32_768]);
    rig.until(10_000);
    // The rest of 67 232 bytes at 1 000 a millisecond.
    expect(rig.outlet.times.at(-1)).toBe(1_067);
  });
});

describe('slicer', () => {
  const sizes = fc.record({
    average: fc.integer({ min: 1, max: 500 }),
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    length: fc.integer({ min: 1, max: 20_000 }),
    seed: fc.nat(),
  });

  it('cuts into pieces that are never empty, never too long, and make up the whole', () => {
    fc.assert(
      fc.property(sizes, ({ average, share, length, seed }) => {
        const variation = Math.floor(average * share);
        const ends = cutPoints(length, average, variation, seededRandom(seed));
        const pieces = ends.map((end, index) => end - (ends[index - 1] ?? 0));
        expect(Math.min(...pieces)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...pieces)).toBeLessThanOrEqual(average + variation);
        expect(ends.at(-1)).toBe(length);
      }),
    );
  });

  it('rests after each piece, keeping the pace of microseconds', () => {
    const rig = new Rig('slicer', { average_size: 1, size_variation: 0, delay: 100 });
    rig.send('x'.repeat(64)).end();
    for (let ms = 1; ms <= 10; ms++) rig.until(ms);
    expect(rig.outlet.passed.length).toBe(64);
    expect(rig.outlet.passed.at(-1)?.stampMs).toBeCloseTo(6.3, 6);
    expect(rig.outlet.endedMs).toBeGreaterThan(6.3 - TOLERANCE_MS);
  });
});

describe('limit_data', () => {
  it('passes exactly so many bytes and ends with the last', () => {
    const rig = new Rig('limit_data', { bytes: 5 });
    rig.send('abc').send('defg').send('h');
    expect(rig.outlet.text).toBe('abcde');
    expect(rig.outlet.endedMs).toBe(0);
  });

  it('ends on the next byte when the limit sinks below what has passed', () => {
    const rig = new Rig('limit_data', { bytes: 50 });
    rig.send('abcdef');
    rig.stage.update({ bytes: 2 }, 0);
    expect(rig.outlet.endedMs).toBe(null);
    rig.send('g');
    expect(rig.outlet.text).toBe('abcdef');
    expect(rig.outlet.endedMs).toBe(0);
  });
});

describe('timeout', () => {
  it('ends after silence, counted from the last piece', () => {
    const rig = new Rig('timeout', { timeout: 200 });
    for (const ms of [50, 100, 290, 400]) rig.until(ms).send('x');
    rig.until(5_000);
    expect(rig.outlet.passed).toEqual([]);
    expect(rig.outlet.endedMs).toBe(600);
  });

  it('never ends by itself at 0, and waits anew from a change', () => {
    const rig = new Rig('timeout', { timeout: 0 });
    rig.send('x').until(100_000);
    expect(rig.outlet.endedMs).toBe(null);
    rig.stage.update({ timeout: 10 }, 100_000);
    rig.until(200_000);
    expect(rig.outlet.endedMs).toBe(100_010);
  });
});

describe('reset_peer', () => {
  it('resets once, its time after the first piece, and passes nothing', () => {
    const rig = new Rig('reset_peer', { timeout: 30 });
    rig.until(10).send('x').until(39).send('y');
    expect(rig.resets).toBe(0);
    rig.until(1_000);
    expect(rig.resets).toBe(1);
    expect(rig.outlet.passed).toEqual([]);
  });

  it('removed before it met anything, it does nothing', () => {
    const rig = new Rig('reset_peer', { timeout: 0 });
    rig.stage.release(0);
    expect(rig.resets).toBe(0);
  });
});

describe('slow_close', () => {
  it('delays the end alone, anew after a change', () => {
    const rig = new Rig('slow_close', { delay: 100 });
    rig.send('x').end();
    expect(rig.outlet.times).toEqual([0]);
    rig.until(50);
    rig.stage.update({ delay: 70 }, 50);
    rig.until(1_000);
    expect(rig.outlet.endedMs).toBe(120);
  });
});

describe('every toxic that only delays', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('send' as const), size: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }),
    fc.record({
      do: fc.constant('update' as const),
      values: fc.tuple(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 50_000 }),
      ),
    }),
  );
  const attributesFor: Readonly<Record<string, (values: readonly [number, number, number]) => Attributes>> = {
    latency: ([latency, jitter]) => ({ latency, jitter }),
    bandwidth: ([rate, , stall]) => ({ rate: stall % 4 === 0 ? 0 : rate }),
    slicer: ([average, variation, delay]) => ({ average_size: average, size_variation: variation % average, delay }),
    slow_close: ([delay]) => ({ delay }),
    noop: () => ({}),
  };

  for (const [type, attributes] of Object.entries(attributesFor)) {
    it(`${type} loses, doubles and reorders nothing, counts what it holds, and lets all go when it is removed`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), fc.nat(), (steps, ends, seed) => {
          const rig = new Rig(type, attributes([20, 10, 1_000]), seed);
          let sent = '';
          for (const action of steps) {
            if (action.do === 'send') {
              const text = Array.from({ length: action.size }, (_, i) =>
                String.fromCharCode((sent.length + i) % 256),
              ).join('');
              sent += text;
              rig.send(text);
            } else if (action.do === 'wait') {
              rig.until(rig.nowMs + action.ms);
            } else {
              rig.stage.update(attributes(action.values), rig.nowMs);
            }
            expect(sent.startsWith(rig.outlet.text)).toBe(true);
            expect(rig.stage.heldBytes).toBe(sent.length - rig.outlet.text.length);
          }
          if (ends) rig.end();
          rig.stage.release(rig.nowMs);
          expect(rig.outlet.text).toBe(sent);
          expect(rig.stage.heldBytes).toBe(0);
          expect(rig.outlet.endedMs === null).toBe(!ends);
        }),
        { numRuns: 60 },
      );
    });
  }
});
