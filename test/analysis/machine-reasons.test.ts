import { describe, expect, it } from 'vitest';
import { analyse, type AnalysisInput, type ValidityReason } from '../../src/analysis/index.js';
import type { ResourceRow } from '../../src/record/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';

const CLOSED = sketchPlan({ phases: [{ name: 'callers', concurrency: 1, forNs: 20 * S }] });
const OPEN = sketchPlan({ phases: [{ name: 'arrivals', stages: [stage('main', 100, 20 * S)] }] });
const CALLS = Array.from({ length: 2000 }, (_, callId): Attempt => ({
  callId,
  intendedNs: callId * 10 * MS,
  doneNs: callId * 10 * MS + 9 * MS,
}));

/** One look a second at a process that uses so much of a core. */
function using(share: number, process = 'plimsoll'): ResourceRow[] {
  return Array.from({ length: 20 }, (_, second) => ({
    atNs: (second + 1) * S,
    process,
    pid: 9,
    cpuUserS: (second + 1) * share * 0.75,
    cpuSystemS: (second + 1) * share * 0.25,
    rssBytes: 1,
    fileDescriptors: 1,
    sockets: 1,
    threads: 1,
    sessions: null,
  }));
}

const fact = (value: unknown) => ({ value });
const pacing = (mode: string) => ({ generator: fact({ pacing: fact(mode) }) });

function reasonsOf(plan: typeof OPEN, more: Partial<AnalysisInput>): readonly ValidityReason[] {
  const { validity } = analyse({ record: recordOf(plan, CALLS, more), plan }).summary;
  expect(validity.verdict).toBe('valid');
  return validity.reasons;
}

const codes = (reasons: readonly ValidityReason[]): string[] =>
  reasons.map(({ severity, code }) => `${severity} ${code}`);

describe('the CPU time of the generator', () => {
  it('from 90 % of a core on is a warning in a closed loop, whose calls have no schedule to be late for', () => {
    const [reason, ...others] = reasonsOf(CLOSED, { resources: using(0.95) });
    expect(others).toEqual([]);
    expect(reason).toMatchObject({ code: 'generator-cpu', severity: 'warning', phase: 'callers' });
    expect(reason?.what).toContain('used 95 % of a core over 19 s (warned from 90 %)');
    expect(reason?.remedy).toContain('generator.workers');
  });

  it('is judged against the cores of its workers', () => {
    const two = {
      ...CLOSED,
      scenario: { ...CLOSED.scenario, generator: { ...CLOSED.scenario.generator, workers: 2 } },
    };
    expect(codes(reasonsOf(two, { resources: using(1.5) }))).toEqual([]);
    expect(codes(reasonsOf(two, { resources: using(1.9) }))).toEqual(['warning generator-cpu']);
  });

  it('is no reason below that, nor is that of another process, nor what was not read', () => {
    expect(codes(reasonsOf(CLOSED, { resources: using(0.85) }))).toEqual([]);
    expect(codes(reasonsOf(CLOSED, { resources: using(1, 'backend') }))).toEqual([]);
    expect(codes(reasonsOf(CLOSED, { resources: using(1).map((row) => ({ ...row, cpuUserS: null })) }))).toEqual([]);
  });

  it('of an open loop says something only where it is known to sleep between calls', () => {
    expect(codes(reasonsOf(OPEN, { resources: using(1) }))).toEqual([]);
    expect(codes(reasonsOf(OPEN, { resources: using(1), envelope: pacing('spin') }))).toEqual([]);
    expect(codes(reasonsOf(OPEN, { resources: using(1), envelope: pacing('sleep') }))).toEqual([
      'warning generator-cpu',
    ]);
  });
});

describe('a machine that others use', () => {
  const noise = (stealShare: number | null, pressure: Readonly<Record<'cpu' | 'memory' | 'io', number | null>>) => ({
    noise: {
      before: fact({ pressure: { cpu: fact(pressure.cpu), memory: fact(pressure.memory), io: fact(pressure.io) } }),
      during: fact({ stealShare: fact(stealShare) }),
    },
  });
  const calm = { cpu: 0.09, memory: 0.04, io: 0.19 };

  it('is given by the steal time of the run, with the limit and what to do', () => {
    const [reason] = reasonsOf(OPEN, { envelope: noise(0.031, calm) });
    expect(reason).toMatchObject({ code: 'cpu-steal', severity: 'warning', phase: null });
    expect(reason?.what).toContain(
      "gave 3.1 % of this machine's CPU time to others during the run (warned from 2 %, doubtful from 10 %)",
    );
    expect(codes(reasonsOf(OPEN, { envelope: noise(0.019, calm) }))).toEqual([]);
  });

  it('is given by the pressure before the run, resource by resource', () => {
    const reasons = reasonsOf(OPEN, { envelope: noise(0, { cpu: 0.1, memory: 0.05, io: 0.2 }) });
    expect(reasons.map(({ code }) => code)).toEqual(['machine-pressure', 'machine-pressure', 'machine-pressure']);
    expect(reasons.map(({ what }) => / (for [a-z ]+) in ([\d.]+ %)/.exec(what)?.slice(1))).toEqual([
      ['for a core', '10 %'],
      ['for memory', '5 %'],
      ['for a disk', '20 %'],
    ]);
  });

  it('is not given where nothing is known', () => {
    expect(codes(reasonsOf(OPEN, { envelope: noise(null, { cpu: null, memory: null, io: null }) }))).toEqual([]);
  });
});
