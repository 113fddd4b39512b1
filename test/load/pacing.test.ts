import { describe, expect, it } from 'vitest';
import { PacingLoop, pacingMode, type LoopSeams, type Paced, type PacingMode } from '../../src/load/pacing/index.js';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../src/clock/index.js';

const CLOCK_READ_NS = 70;
const TURN_COST_NS = 3 * NS_PER_US;
/** Waking up takes longer than was asked, as it does on a real machine. */
const WAKE_LATE_NS = 5 * NS_PER_US;
/** A timer of n ms fires up to a millisecond late. */
const TIMER_LATE_NS = 0.9 * NS_PER_MS;

/** An event loop in virtual time: turns cost time, clock readings cost time, timers and naps end late. */
class FakeThread implements LoopSeams {
  now = 0;
  turns = 0;
  naps: number[] = [];
  blocks: number[] = [];
  /** Moments at which input comes, and what it does. */
  input: [number, () => void][] = [];
  #queue: { atNs: number; turn: () => void }[] = [];

  /** When the thread is stopped, once, for 300 ms. */
  stopAtNs = Infinity;

  readonly nowNs = (): number => {
    if (this.now >= this.stopAtNs) {
      this.now += 300 * NS_PER_MS;
      this.stopAtNs = Infinity;
    }
    return (this.now += CLOCK_READ_NS);
  };
  readonly waiting = {
    until: (untilNs: number) => void (this.now = Math.max(this.now, untilNs) + CLOCK_READ_NS),
    sleep: (ns: number) => {
      this.naps.push(ns);
      this.now += ns + WAKE_LATE_NS;
    },
  };
  readonly soon = (turn: () => void): void => void this.#queue.push({ atNs: this.now, turn });
  readonly later = (turn: () => void, ms: number): (() => void) => {
    this.blocks.push(ms);
    const one = { atNs: this.now + ms * NS_PER_MS + TIMER_LATE_NS, turn };
    this.#queue.push(one);
    return () => void (this.#queue = this.#queue.filter((other) => other !== one));
  };

  /** Runs until nothing is left; input is handled before a turn that is not due before it. */
  run(): void {
    for (let steps = 0; this.#queue.length > 0; steps++) {
      if (steps > 2_000_000) throw new Error('the loop does not end');
      this.#queue.sort((a, b) => a.atNs - b.atNs);
      const [first] = this.#queue;
      const [input] = this.input;
      if (first === undefined) return;
      if (input !== undefined && input[0] <= Math.max(this.now, first.atNs)) {
        this.input.shift();
        this.now = Math.max(this.now, input[0]);
        input[1]();
        continue;
      }
      this.#queue.shift();
      this.turns++;
      this.now = Math.max(this.now, first.atNs) + TURN_COST_NS;
      first.turn();
    }
  }
}

/** Starts at given times, each answered after `answerNs`. */
class FakeEngine implements Paced {
  inFlight = 0;
  limitDueNs = Infinity;
  readonly startedNs: number[] = [];
  readonly heardLateNs: number[] = [];
  loop: PacingLoop | null = null;
  readonly #thread: FakeThread;
  readonly #dues: readonly number[];
  readonly #answerNs: number;
  #ended = false;

  constructor(thread: FakeThread, dues: readonly number[], answerNs: number) {
    this.#thread = thread;
    this.#dues = dues;
    this.#answerNs = answerNs;
  }

  get finished(): boolean {
    return this.#ended;
  }
  get startDueNs(): number {
    return this.#dues[this.startedNs.length] ?? Infinity;
  }

  advance(nowNs: number): void {
    while (this.startDueNs <= nowNs) {
      this.startedNs.push(nowNs);
      this.inFlight++;
      const dueNs = this.#thread.now + this.#answerNs;
      this.#thread.input.push([
        dueNs,
        () => {
          this.inFlight--;
          this.heardLateNs.push(this.#thread.now - dueNs);
          if (this.inFlight === 0 && this.startDueNs === Infinity) this.limitDueNs = 0;
          this.loop?.poke();
        },
      ]);
    }
    if (this.inFlight === 0 && this.startDueNs === Infinity) this.#ended = true;
  }

  get lateness(): number[] {
    return this.startedNs.map((at, i) => at - (this.#dues[i] ?? NaN));
  }
}

function drive(
  mode: PacingMode,
  dues: readonly number[],
  answerNs: number,
): { thread: FakeThread; engine: FakeEngine; loop: PacingLoop; ended: Promise<void> } {
  const thread = new FakeThread();
  const engine = new FakeEngine(thread, dues, answerNs);
  const loop = new PacingLoop(engine, mode, thread, () => undefined);
  engine.loop = loop;
  const ended = loop.run();
  thread.run();
  return { thread, engine, loop, ended };
}

const every = (gapNs: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 20 * NS_PER_MS + i * gapNs);

describe('spinning', () => {
  it('starts within a few microseconds and hears within a turn of the event loop', async () => {
    const { engine, thread, ended } = drive('spin', every(100 * NS_PER_US, 2_000), 45 * NS_PER_US);
    await ended;
    expect(Math.max(...engine.lateness)).toBeLessThan(8 * NS_PER_US);
    expect(Math.max(...engine.heardLateNs)).toBeLessThan(30 * NS_PER_US);
    expect(thread.naps).toEqual([]);
  });

  it('only polls while nothing is to start soon and answers may come', async () => {
    const { engine, thread, ended } = drive('spin', [0], 5 * NS_PER_MS);
    await ended;
    expect(Math.max(...engine.heardLateNs)).toBeLessThan(5 * NS_PER_US);
    expect(thread.blocks).toEqual([]);
  });

  it('blocks when nothing is in flight and the next start is far', async () => {
    const { engine, thread, ended } = drive('spin', [0, NS_PER_S], 50 * NS_PER_US);
    await ended;
    expect(thread.turns).toBeLessThan(300);
    expect(Math.max(...engine.lateness.slice(1))).toBeLessThan(8 * NS_PER_US);
  });
});

describe('sleeping', () => {
  it('leaves far starts to timers, dozes through the rest and still starts on time', async () => {
    const { engine, thread, ended } = drive('sleep', every(20 * NS_PER_MS, 100), 300 * NS_PER_US);
    await ended;
    expect(Math.max(...engine.lateness)).toBeLessThan(15 * NS_PER_US);
    expect(thread.blocks.length).toBeGreaterThanOrEqual(100);
    // A blocked thread hears at once.
    expect(Math.max(...engine.heardLateNs)).toBeLessThan(5 * NS_PER_US);
    // A few naps a start, not thousands.
    expect(thread.naps.length / 100).toBeLessThan(60);
  });

  it('naps at most 30 us while answers may come, at high rates too', async () => {
    const { engine, thread, ended } = drive(
      'sleep',
      every(200 * NS_PER_US, 2_000).map((atNs) => atNs - 20 * NS_PER_MS),
      500 * NS_PER_US,
    );
    await ended;
    expect(Math.max(...thread.naps)).toBeLessThanOrEqual(30 * NS_PER_US);
    expect(Math.max(...engine.lateness)).toBeLessThan(15 * NS_PER_US);
    expect(Math.max(...engine.heardLateNs)).toBeLessThan(60 * NS_PER_US);
  });

  it('costs a closed loop nothing: it blocks until answers come', async () => {
    const { thread, ended } = drive('sleep', [0], 3 * NS_PER_S);
    await ended;
    expect(thread.naps).toEqual([]);
    // It wakes fifty times a second, to notice when it stood still.
    expect(thread.turns).toBeLessThan(160);
  });

  it('wakes for a poke when something is due earlier than it meant to wake', async () => {
    const thread = new FakeThread();
    let dueNs = Infinity;
    const started: number[] = [];
    const paced: Paced = {
      get finished() {
        return started.length > 0;
      },
      inFlight: 1,
      get startDueNs() {
        return dueNs;
      },
      limitDueNs: 400 * NS_PER_MS,
      advance: (now) => {
        if (now >= dueNs) started.push(now);
      },
    };
    const loop = new PacingLoop(paced, 'sleep', thread, () => undefined);
    const ended = loop.run();
    thread.input.push([
      100 * NS_PER_MS,
      () => {
        dueNs = 110 * NS_PER_MS;
        loop.poke();
      },
    ]);
    thread.run();
    await ended;
    expect(Math.abs((started[0] ?? NaN) - 110 * NS_PER_MS)).toBeLessThan(15 * NS_PER_US);
  });
});

describe('either way', () => {
  it.each(['spin', 'sleep'] as const)('reports how late the event loop was (%s)', async (mode) => {
    const thread = new FakeThread();
    const engine = new FakeEngine(thread, every(10 * NS_PER_MS, 20), 100 * NS_PER_US);
    const loop = new PacingLoop(engine, mode, thread, () => undefined);
    engine.loop = loop;
    thread.input.push([100 * NS_PER_MS, () => void (thread.now += 35 * NS_PER_MS)]);
    const ended = loop.run();
    thread.run();
    await ended;
    const delayNs = loop.takeDelayMaxNs();
    expect(delayNs).toBeGreaterThan(25 * NS_PER_MS);
    expect(delayNs).toBeLessThan(36 * NS_PER_MS);
    expect(loop.takeDelayMaxNs()).toBe(0);
  });

  it('reports each turn that began over a millisecond late, with how much', async () => {
    const thread = new FakeThread();
    const engine = new FakeEngine(thread, every(10 * NS_PER_MS, 20), 100 * NS_PER_US);
    const lateMs: number[] = [];
    const loop = new PacingLoop(...([engine, 'spin', thread, () => undefined] as const), (fromNs, untilNs) =>
      lateMs.push((untilNs - fromNs) / NS_PER_MS),
    );
    engine.loop = loop;
    // Input that takes so long to read makes the turn behind it late.
    for (const [atMs, forMs] of [
      [100.05, 0.5],
      [130.05, 3.5],
      [160.05, 12],
    ] as const)
      thread.input.push([atMs * NS_PER_MS, () => void (thread.now += forMs * NS_PER_MS)]);
    const ended = loop.run();
    thread.run();
    await ended;
    expect(lateMs.map(Math.round)).toEqual([4, 12]);
  });

  it.each(['spin', 'sleep'] as const)('rejects with what the engine throws (%s)', async (mode) => {
    const thread = new FakeThread();
    const paced: Paced = {
      finished: false,
      inFlight: 0,
      startDueNs: NS_PER_MS,
      limitDueNs: Infinity,
      advance: (now) => {
        if (now > NS_PER_MS) throw new Error('broken engine');
      },
    };
    const ended = new PacingLoop(paced, mode, thread, () => undefined).run();
    const seen = expect(ended).rejects.toThrow('broken engine');
    thread.run();
    await seen;
  });

  it('is decided by the number of cores when left to itself', () => {
    expect([1, 2, 3, 4, 16].map((cores) => pacingMode('auto', 1, cores))).toEqual([
      'sleep',
      'sleep',
      'sleep',
      'spin',
      'spin',
    ]);
    expect(pacingMode('spin', 1, 1)).toBe('spin');
    expect(pacingMode('sleep', 1, 64)).toBe('sleep');
    // Each further worker spins on a core of its own.
    expect([1, 2, 5, 6].map((workers) => pacingMode('auto', workers, 8))).toEqual(['spin', 'spin', 'spin', 'sleep']);
  });
});

describe('a standstill', () => {
  /** Drives an engine whose calls take 5 ms, and stops the thread for 300 ms at 1 s. */
  const standstillsOf = async (mode: PacingMode, dues: readonly number[], answerNs: number): Promise<number[][]> => {
    const thread = new FakeThread();
    const engine = new FakeEngine(thread, dues, answerNs);
    const seen: number[][] = [];
    const loop = new PacingLoop(
      engine,
      mode,
      thread,
      () => undefined,
      (fromNs, untilNs) => seen.push([fromNs, untilNs]),
    );
    engine.loop = loop;
    const ended = loop.run();
    thread.stopAtNs = NS_PER_S;
    thread.run();
    await ended;
    return seen;
  };

  it('is noticed once, with its start and its end, at work and at rest, spinning and sleeping', async () => {
    const cases = [
      ['at work', every(2 * NS_PER_MS, 1_000), 5 * NS_PER_MS],
      ['at rest', [0, 2 * NS_PER_S], 50 * NS_PER_US],
      ['waiting for an answer', [0], 3 * NS_PER_S],
    ] as const;
    for (const mode of ['spin', 'sleep'] as const) {
      for (const [name, dues, answerNs] of cases) {
        const seen = await standstillsOf(mode, dues, answerNs);
        expect(seen, `${mode}, ${name}`).toHaveLength(1);
        const [[fromNs = NaN, untilNs = NaN] = []] = seen;
        expect(fromNs).toBeGreaterThanOrEqual(NS_PER_S - NS_PER_MS);
        expect(fromNs).toBeLessThan(NS_PER_S + 25 * NS_PER_MS);
        expect(untilNs).toBeGreaterThan(NS_PER_S + 299 * NS_PER_MS);
        expect(untilNs).toBeLessThan(NS_PER_S + 305 * NS_PER_MS);
      }
    }
  });
});
