/** What the envelope, the health records and the events say of a run, its machine and its load generator. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import type { HealthRow, MachineRow, RunEvent } from '../../src/record/index.js';
import { phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';

const plan = sketchPlan({
  phases: [
    { name: 'floor', regime: 'floor', concurrency: 1, forNs: 2 * S },
    { name: 'hill', regime: 'stages', stages: [{ ...stage('up', 100, 3 * S), rampToPerSecond: 250 }] },
  ],
});

/** The floor: 20 calls of 1 ms, and 5 failures of 9 ms. The last call of the run ends 1 s after its schedule. */
const attempts: readonly Attempt[] = [
  ...Array.from({ length: 25 }, (_, n): Attempt => {
    const intendedNs = n * 50 * MS;
    return n < 20
      ? { callId: n, intendedNs, doneNs: intendedNs + 1 * MS }
      : { callId: n, intendedNs, doneNs: intendedNs + 9 * MS, outcome: 'tool', errorClass: 'tool-error' };
  }),
  { callId: 25, phase: 1, intendedNs: 4 * S, doneNs: 6 * S },
];

const health = (loopDelayMaxNs: number, gcNs: number): HealthRow => ({
  atNs: 1 * S,
  lagP99Ns: 20_000,
  lagMaxNs: 50_000,
  loopDelayMaxNs,
  gcNs,
  inFlight: 1,
  queued: 0,
});

const known = { value: { p50: 40_000 }, reason: null };
const ENVELOPE = {
  generator: {
    selfCapacityPerSecond: { value: 2500, reason: 'not reported where it is known' },
    loopbackReference: {
      value: { tcpEchoNs: known, httpNoopNs: { p50: 90_000 }, harnessNs: { p50: 150_000, p90: 1 } },
    },
  },
  noise: { before: { spin: { lostShare: 0.04 } }, after: { spin: { value: { lostShare: 0.02 } } } },
};

const summaryWith = (more: Parameters<typeof recordOf>[2]) =>
  analyse({ record: recordOf(plan, attempts, more), plan }).summary;

describe('how the target was spoken to', () => {
  const preflight = (atNs: number, ttlMs: number): RunEvent => ({
    ...{ type: 'preflight', atNs, introducedNs: 1 * MS, calls: [] },
    toolListKept: { ttlMs, scope: 'private' },
  });

  it('is the revision that was found, the way, the client, and how long the tool list may be kept', () => {
    const target = { protocolVersion: { value: '2026-07-28' } };
    const events = [...phaseEvents(plan, attempts), preflight(1 * MS, 60_000), preflight(2 * MS, 0)];
    expect(summaryWith({ envelope: { target }, events }).protocol).toEqual({
      ...{ revision: '2026-07-28', transport: 'streamable-http', driver: 'wire' },
      toolListKept: { ttlMs: 60_000, scope: 'private' },
    });
  });

  it('is unknown where nothing is said of it', () => {
    expect(summaryWith({}).protocol).toMatchObject({ revision: null, toolListKept: null });
  });
});

describe('the floor', () => {
  it('is the successful calls of its phase, beside the loopback reference', () => {
    const { floor } = summaryWith({ envelope: ENVELOPE });
    expect(floor).toMatchObject({
      phase: 'floor',
      responseTimeOk: { n: 20, maxNs: 1 * MS },
      loopbackReference: { tcpEchoP50Ns: 40_000, httpNoopP50Ns: 90_000, harnessP50Ns: 150_000 },
    });
    expect(summaryWith({}).floor?.loopbackReference).toBeNull();
  });
});

describe('the load generator', () => {
  it('has the worst delay of its loop, its garbage collection as a share of the load, and its highest rate', () => {
    const { generator } = summaryWith({ health: [health(4 * MS, 100 * MS), health(2 * MS, 20 * MS)] });
    // 2 s of floor, 3 s of hill and 1 s until its last call was answered.
    expect(generator).toMatchObject({ loopDelayMaxNs: 4 * MS, gcShare: 0.12 / 6, highestRatePerSecond: 250 });
    expect(summaryWith({}).generator).toMatchObject({ loopDelayMaxNs: null, gcShare: null });
    const held = sketchPlan({ phases: [{ name: 'open', stages: [stage('main', 80, 2 * S)] }] });
    const { summary } = analyse({ record: recordOf(held, []), plan: held });
    expect(summary.generator.highestRatePerSecond).toBe(80);
  });

  it('has a known capacity, or the reason why there is none', () => {
    expect(summaryWith({ envelope: ENVELOPE }).generator).toMatchObject({
      selfCapacityPerSecond: 2500,
      selfCapacityUnknown: null,
    });
    const envelope = { generator: { selfCapacityPerSecond: { value: null, reason: 'not measured' } } };
    expect(summaryWith({ envelope }).generator).toMatchObject({
      selfCapacityPerSecond: null,
      selfCapacityUnknown: 'not measured',
    });
  });
});

describe('other processes', () => {
  const second = (from: number, othersCores: number | null): MachineRow => ({
    ...{ fromNs: from * S, atNs: (from + 1) * S, cores: othersCores === null ? null : 4 },
    ...{ othersCores, idleCores: null, waitingShare: null },
  });

  it('used the mean of what the system reported while calls were measured', () => {
    // What ran before the floor, or in seconds of which nothing is reported, does not count.
    const { phases } = summaryWith({});
    expect(phases.map(({ name }) => name)).toEqual(['floor', 'hill']);
    const machine = [second(-1, 4), second(0, 0.1), second(1, 0.3), second(3, null), second(20, 4)];
    expect(summaryWith({ machine }).otherProcesses).toEqual({
      meanCores: expect.closeTo(0.2, 12) as number,
      ofCores: 4,
    });
    const halfOfOne = [second(0, 0.1), { ...second(1, 0.4), atNs: 1.5 * S }];
    expect(summaryWith({ machine: halfOfOne }).otherProcesses?.meanCores).toBeCloseTo(0.2, 12);
  });

  it('are unknown where the system did not report them', () => {
    expect(summaryWith({}).otherProcesses).toBeNull();
    expect(summaryWith({ machine: [second(0, null), second(30, 1)] }).otherProcesses).toBeNull();
  });
});

describe('the run', () => {
  it('lost the worse share of the two spin probes, and none that is known without them', () => {
    expect(summaryWith({ envelope: ENVELOPE }).spinLostShare).toBe(0.04);
    expect(summaryWith({}).spinLostShare).toBeNull();
  });

  it('lasts to its last event or its last answer, and repeats its warnings', () => {
    const warning = { atNs: 7 * S, code: 'slow-disk', what: 'the disk is slow', remedy: 'use another' } as const;
    const summary = summaryWith({});
    expect(summary).toMatchObject({ durationNs: 6 * S, warnings: [] });
    const scheduled = phaseEvents(plan, attempts).filter((event) => event.type !== 'phase' || event.edge !== 'drained');
    expect(summaryWith({ events: scheduled }).durationNs).toBe(6 * S);
    const events = [...phaseEvents(plan, attempts), { type: 'warning' as const, ...warning }];
    expect(summaryWith({ events })).toMatchObject({ durationNs: 7 * S, warnings: [warning] });
  });

  it('counts its attempts and its calls, and those whose end is not in the record', () => {
    const retried: Attempt[] = [
      { callId: 0, intendedNs: 0, doneNs: 1 * MS, outcome: 'transport', errorClass: 'connection-reset', final: false },
      { callId: 0, attempt: 1, intendedNs: 0, doneNs: 2 * MS },
      { callId: 1, intendedNs: 0, doneNs: 1 * MS, outcome: 'transport', errorClass: 'connection-reset', final: false },
    ];
    expect(analyse({ record: recordOf(plan, retried), plan }).summary.samples).toEqual({
      attempts: 3,
      logicalCalls: 1,
      unaccounted: 1,
    });
  });
});
