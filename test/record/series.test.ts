import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../src/clock/index.js';
import {
  SAMPLE_FLAGS,
  errorClassCode,
  outcomeCode,
  type AttemptSample,
  type HealthRow,
  type RunEvent,
} from '../../src/record/index.js';
import { seriesOf } from '../../src/record/series.js';
import { TABLES, columnsOf, okSample } from './samples.js';

let calls = 0;

/** A call with times in milliseconds; null means the moment never came. A retry is one of the call before it. */
function call(
  intended: number,
  sent: number | null,
  done: number,
  overrides: Partial<AttemptSample> = {},
): AttemptSample {
  const ns = (ms: number | null): number => (ms === null ? NaN : ms * NS_PER_MS);
  if (overrides.attempt === undefined) calls++;
  return okSample({
    callId: calls,
    intendedNs: ns(intended),
    admittedNs: ns(intended),
    sentNs: ns(sent),
    firstByteNs: ns(done),
    doneNs: ns(done),
    receivedNs: NaN,
    startedNs: NaN,
    finishedNs: NaN,
    ...overrides,
  });
}

const seconds = (
  samples: readonly AttemptSample[],
  events: readonly RunEvent[] = [],
  health: readonly HealthRow[] = [],
  tables = TABLES,
) => seriesOf(columnsOf(samples, tables), events, health);

describe('the series', () => {
  it('counts a call as offered when it was intended, as sent when it was sent, and by outcome when it was done', () => {
    const rows = seconds([call(100, 1200, 2300), call(200, 300, 400)]);
    expect(rows.map(({ offered, sent, outcomes, onTime }) => ({ offered, sent, outcomes, onTime }))).toEqual([
      { offered: 2, sent: 1, outcomes: { ok: 1 }, onTime: 1 },
      { offered: 0, sent: 1, outcomes: {}, onTime: 0 },
      { offered: 0, sent: 0, outcomes: { ok: 1 }, onTime: 1 },
    ]);
  });

  it('counts a retried call once, by its last attempt, and every attempt as sent', () => {
    const rows = seconds([
      call(100, 110, 200, { flags: 0, outcome: outcomeCode('shed'), errorClass: errorClassCode('http-429') }),
      call(300, 310, 400, { attempt: 1, flags: SAMPLE_FLAGS.final }),
    ]);
    expect(rows[0]).toMatchObject({ offered: 1, sent: 2, outcomes: { ok: 1 } });
  });

  it('judges lateness from the intended start of the first attempt', () => {
    const tables = { ...TABLES, deadlinesNs: [250 * NS_PER_MS, 250 * NS_PER_MS] };
    const retried = [
      call(0, 10, 20, { flags: 0, outcome: outcomeCode('transport') }),
      call(200, 210, 300, { attempt: 1 }),
    ];
    expect(seconds(retried, [], [], tables)[0]).toMatchObject({ onTime: 0, late: 1 });
    expect(seconds([call(50, 60, 300)], [], [], tables)[0]).toMatchObject({ onTime: 1, late: 0 });
  });

  it('finds the exact largest queue age of a call that waits for its answer through several seconds', () => {
    const rows = seconds([call(500, 600, 2250)]);
    expect(rows.map((row) => row.queueAgeMaxNs / NS_PER_MS)).toEqual([500, 1500, 1750]);
  });

  it('ends the wait when an upstream started service, or when a call that it never served is given up', () => {
    const started = seconds([call(0, 10, 900, { startedNs: 400 * NS_PER_MS })]);
    expect(started[0]?.queueAgeMaxNs).toBe(400 * NS_PER_MS);
    const gaveUp = seconds([
      call(0, 10, 700, { outcome: outcomeCode('deadline') }),
      call(100, 110, 900, { startedNs: 120 * NS_PER_MS }),
    ]);
    expect(gaveUp[0]?.queueAgeMaxNs).toBe(700 * NS_PER_MS);
  });

  it('agrees with the definition of queue age, computed by brute force', () => {
    const arbitraryCall = fc
      .tuple(fc.nat(4000), fc.nat(3000), fc.nat(500))
      .map(([at, wait, service]) =>
        call(at, at, at + wait + service, { startedNs: (at + wait) * NS_PER_MS, outcome: outcomeCode('ok') }),
      );
    fc.assert(
      fc.property(fc.array(arbitraryCall, { minLength: 1, maxLength: 30 }), (samples) => {
        const rows = seconds(samples);
        for (const row of rows) {
          // Q(t) = t - oldest intended among calls waiting at t; its supremum over a second lies at a wait's end or the
          // second's.
          const toNs = row.fromNs + NS_PER_S;
          const moments = [toNs, ...samples.map((sample) => sample.startedNs)].filter(
            (t) => t > row.fromNs && t <= toNs,
          );
          const ages = moments.map((t) => {
            const waiting = samples.filter((sample) => sample.intendedNs < t && sample.startedNs >= t);
            return waiting.length === 0 ? 0 : t - Math.min(...waiting.map((sample) => sample.intendedNs));
          });
          expect(row.queueAgeMaxNs).toBe(Math.max(0, ...ages));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('counts the most attempts in flight at once, carried over from the second before', () => {
    const rows = seconds([call(0, 100, 2500), call(0, 200, 300), call(0, 300, 400), call(0, 2100, 2200)]);
    expect(rows.map((row) => row.inFlightMax)).toEqual([2, 1, 2]);
  });

  it('names the phase running at the start of each second and the faults in force in it', () => {
    const phase = (at: number, index: number, edge: 'start' | 'scheduled-end' | 'drained'): RunEvent => ({
      type: 'phase',
      atNs: at * NS_PER_MS,
      phase: index,
      name: 'p',
      edge,
    });
    const fault = (at: number, edge: 'on' | 'off', confirmed = true): RunEvent => ({
      type: 'fault',
      atNs: at * NS_PER_MS,
      fault: 'slow',
      phase: 0,
      edge,
      plannedNs: at * NS_PER_MS,
      askedNs: at * NS_PER_MS,
      confirmedNs: confirmed ? at * NS_PER_MS : null,
    });
    const events = [
      phase(0, 0, 'start'),
      fault(1500, 'on'),
      fault(2500, 'off'),
      phase(2800, 0, 'drained'),
      phase(3500, 1, 'start'),
      phase(4900, 1, 'drained'),
    ];
    const rows = seconds([], events);
    expect(rows.map((row) => row.phase)).toEqual([0, 0, 0, null, 1]);
    expect(rows.map((row) => row.faultsActive)).toEqual([[], ['slow'], ['slow'], [], []]);
    expect(seconds([], [fault(500, 'on', false), fault(700, 'off')])[0]?.faultsActive).toEqual([]);
  });

  it('names the stage scheduled at the start of each second: of a search the probe, and none between probes', () => {
    const at = (second: number) => ({ atNs: second * NS_PER_S, phase: 0 });
    const edge = (second: number, name: 'start' | 'scheduled-end' | 'drained'): RunEvent => ({
      ...{ type: 'phase', ...at(second), name: 'line', edge: name },
    });
    const stage = (second: number, number: number): RunEvent => ({
      ...{ type: 'stage', ...at(second), stage: number, label: `probe ${number + 1}`, ratePerSecond: 50 },
    });
    const probe = (second: number, number: number): RunEvent[] => [
      ...[edge(second, 'start'), stage(second, number), edge(second + 2, 'scheduled-end'), edge(second + 3, 'drained')],
    ];
    const rows = seconds([], [...probe(0, 0), ...probe(4, 1)]);
    expect(rows.map((row) => row.stage)).toEqual([0, 0, null, null, 1, 1, null, null]);
    // A closed loop has no event of its only stage.
    expect(seconds([], [edge(0, 'start'), edge(1, 'scheduled-end')]).map((row) => row.stage)).toEqual([0, null]);
  });

  it('puts each health row beside the second it ends, the worse value winning where two meet', () => {
    const health = (atMs: number, lag: number | null, gcNs: number): HealthRow => ({
      atNs: atMs * NS_PER_MS,
      lagP99Ns: lag,
      lagMaxNs: lag,
      loopDelayMaxNs: gcNs,
      gcNs,
      inFlight: 1,
      queued: 0,
    });
    const rows = seconds([call(0, 1, 2400)], [], [health(1003, 10, 1), health(1004, null, 2), health(1998, 5, 3)]);
    expect(rows[0]?.health).toMatchObject({ lagP99Ns: 10, loopDelayMaxNs: 2, gcNs: 3 });
    expect(rows[1]?.health).toMatchObject({ lagP99Ns: 5 });
    expect(rows[2]?.health).toBeNull();
  });

  it('is empty for a run in which nothing happened', () => {
    expect(seconds([])).toEqual([]);
  });
});
