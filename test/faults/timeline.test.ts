import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFaultTimeline, type FaultTimeline } from '../../src/faults/index.js';
import type { PlannedFault } from '../../src/plan/index.js';
import type { RunEvent } from '../../src/record/index.js';
import type { EdgeTimes, FaultLink } from '../../src/toxiproxy/index.js';

const MS = 1_000_000;
const EPOCH_NS = 5_000_000_000_000n;

/** A link whose engine takes `answerMs` to confirm an edge, on the fake clock. */
class SlowLink implements FaultLink {
  readonly name = 'upstream';
  readonly listen = { host: '127.0.0.1', port: 1 };
  readonly done: string[] = [];
  readonly #answerMs: number;
  refuses: 'on' | 'off' | null = null;

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  async #edge(edge: 'on' | 'off', id: string): Promise<EdgeTimes> {
    const askedNs = nowAbsolute();
    await new Promise((resolve) => setTimeout(resolve, this.#answerMs));
    if (this.refuses === edge) throw new Error('toxic already exists');
    this.done.push(`${edge} ${id}`);
    return { askedNs, confirmedNs: nowAbsolute() };
  }

  apply(id: string): Promise<EdgeTimes> {
    return this.#edge('on', id);
  }

  lift(id: string): Promise<EdgeTimes> {
    return this.#edge('off', id);
  }
}

function nowAbsolute(): bigint {
  return EPOCH_NS + BigInt(Date.now() * MS);
}

function fault(id: string, atMs: number, forMs: number): PlannedFault {
  return {
    id,
    phase: 'fault',
    phaseIndex: 0,
    atNs: atMs * MS,
    forNs: forMs * MS,
    type: 'latency',
    place: 'link',
    on: 'upstream',
    words: 'latency 1ms on upstream',
    action: {
      kind: 'toxic',
      toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 1, jitter: 0 } },
    },
  };
}

describe('a fault timeline', () => {
  let link: SlowLink;
  let events: RunEvent[];
  let failures: string[];

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    link = new SlowLink(4);
    events = [];
    failures = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (faults: readonly PlannedFault[]): FaultTimeline =>
    startFaultTimeline({
      faults,
      places: { links: new Map([['upstream', link]]), mocks: new Map(), controls: new Map() },
      phaseStartNs: 20 * MS,
      nowNs: () => Date.now() * MS,
      monotonicEpochNs: EPOCH_NS,
      event: (event) => events.push(event),
      failed: ({ id }, edge, reason) => failures.push(`${id} ${edge}: ${reason}`),
    });
  const edges = (): unknown[] =>
    events.map((event) =>
      event.type === 'fault'
        ? [
            event.fault,
            event.edge,
            event.plannedNs / MS,
            event.askedNs / MS,
            event.confirmedNs === null ? null : event.confirmedNs / MS,
          ]
        : event,
    );

  it('keeps planned, asked and confirmed times of both edges, counted from the start of the phase', async () => {
    start([fault('slow', 100, 50)]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(edges()).toEqual([
      ['slow', 'on', 120, 120, 124],
      ['slow', 'off', 170, 170, 174],
    ]);
  });

  it('lets faults overlap', async () => {
    start([fault('a', 0, 100), fault('b', 50, 100)]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(link.done).toEqual(['on a', 'on b', 'off a', 'off b']);
  });

  it('lifts what is set and cancels what is not when it is ended early', async () => {
    const timeline = start([fault('a', 0, 1_000), fault('b', 500, 100)]);
    await vi.advanceTimersByTimeAsync(100);
    const ended = timeline.end();
    await vi.advanceTimersByTimeAsync(10);
    await ended;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(link.done).toEqual(['on a', 'off a']);
    expect(edges().at(-1)).toEqual(['a', 'off', 1_020, 100, 104]);
  });

  it('waits for the answer to the set before it lifts, when it is ended in between', async () => {
    const timeline = start([fault('a', 0, 1_000)]);
    await vi.advanceTimersByTimeAsync(22);
    expect(link.done).toEqual([]);
    const ended = timeline.end();
    await vi.advanceTimersByTimeAsync(20);
    await ended;
    expect(link.done).toEqual(['on a', 'off a']);
  });

  it('says when an edge is not confirmed, and does not lift what was never set', async () => {
    link.refuses = 'on';
    const timeline = start([fault('a', 0, 50)]);
    await vi.advanceTimersByTimeAsync(500);
    await timeline.end();
    expect(link.done).toEqual([]);
    expect(edges()).toEqual([['a', 'on', 20, 20, null]]);
    expect(failures).toEqual(['a on: toxic already exists']);
  });

  it('tells of a lift that failed, once, however often it is ended', async () => {
    link.refuses = 'off';
    const timeline = start([fault('a', 0, 50)]);
    await vi.advanceTimersByTimeAsync(500);
    await Promise.all([timeline.end(), timeline.end()]);
    expect(failures).toEqual(['a off: toxic already exists']);
  });

  it('refuses a fault on a link that is not there', () => {
    expect(() => start([{ ...fault('a', 0, 1), on: 'elsewhere' }])).toThrow(/elsewhere/);
  });
});
