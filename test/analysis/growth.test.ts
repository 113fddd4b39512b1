import { describe, expect, it } from 'vitest';
import {
  analyse,
  type GrowthQuantity,
  type GrowthSummary,
  type GrowthTrend,
  type Summary,
} from '../../src/analysis/index.js';
import { evaluateGates } from '../../src/gate/index.js';
import { seededRandom } from '../../src/random/index.js';
import type { ResourceRow } from '../../src/record/index.js';
import type { Gate } from '../../src/scenario/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { S, sketchPlan, stage } from './fixtures/scenario.js';

const MIB = 1024 ** 2;
const LENGTH_S = 600;
const WARMUP_S = 60;

const plan = sketchPlan({
  phases: [{ name: 'soak', regime: 'soak', warmupNs: WARMUP_S * S, stages: [stage('main', 1, LENGTH_S * S)] }],
});
const attempts = Array.from({ length: LENGTH_S }, (_, n): Attempt => ({
  callId: n,
  intendedNs: n * S,
  doneNs: n * S + 1e6,
  warmup: n < WARMUP_S,
}));

const QUIET: Omit<ResourceRow, 'atNs'> = {
  process: 'backend',
  pid: 7,
  cpuUserS: 0,
  cpuSystemS: 0,
  rssBytes: 80 * MIB,
  fileDescriptors: 20,
  sockets: 8,
  threads: 11,
  sessions: 16,
};

/** A look a second over the phase. */
function polls(at: (second: number) => Partial<ResourceRow>, forS = LENGTH_S): readonly ResourceRow[] {
  return Array.from({ length: forS + 1 }, (_, second) => ({ ...QUIET, atNs: second * S, ...at(second) }));
}

function summaryOf(resources: readonly ResourceRow[]): Summary {
  return analyse({ record: recordOf(plan, attempts, { resources }), plan }).summary;
}

function growthOf(resources: readonly ResourceRow[]): GrowthSummary {
  const [growth] = summaryOf(resources).growth;
  if (growth === undefined) throw new Error('no soak phase');
  return growth;
}

function trendOf(resources: readonly ResourceRow[], quantity: GrowthQuantity, pid = 7): GrowthTrend {
  const trend = growthOf(resources)
    .processes.find((process) => process.pid === pid)
    ?.trends.find((each) => each.quantity === quantity);
  if (trend === undefined) throw new Error(`no ${quantity} of ${pid}`);
  return trend;
}

/**
 * The form of a collected heap: up by `heightBytes` in `periodS` seconds, then down again; and noise that
 * remembers.
 */
function saw(seed: number, heightBytes: number, periodS: number): (second: number) => number {
  const random = seededRandom(seed, 'saw');
  const offset = random.below(periodS);
  let wander = 0;
  const values = Array.from({ length: LENGTH_S + 1 }, (_, second) => {
    wander = 0.8 * wander + (random.next() - 0.5) * 0.2 * heightBytes;
    return Math.round(wander + (((second + offset) % periodS) / periodS) * heightBytes);
  });
  return (second) => values[second] ?? 0;
}

describe('growth over a soak phase', () => {
  it('is flat, to the byte, where nothing changes', () => {
    const growth = growthOf(polls(() => ({})));
    expect(growth).toMatchObject({ phase: 'soak', fromNs: WARMUP_S * S, toNs: LENGTH_S * S, verdict: 'flat' });
    for (const trend of growth.processes[0]?.trends ?? []) {
      expect(trend).toMatchObject({
        polls: LENGTH_S - WARMUP_S + 1,
        slopePerHour: { value: 0, low: 0, high: 0 },
        verdict: 'flat',
        reason: null,
      });
    }
  });

  it('is found with its slope: 36 MiB an hour under a saw of 12 MiB', () => {
    const noise = saw(1, 12 * MIB, 25);
    const trend = trendOf(
      polls((second) => ({ rssBytes: 80 * MIB + second * 0.01 * MIB + noise(second) })),
      'rss',
    );
    expect(trend.verdict).toBe('growing');
    expect(trend.slopePerHour?.low).toBeGreaterThan(0);
    expect(trend.slopePerHour?.low).toBeLessThan(36 * MIB);
    expect(trend.slopePerHour?.high).toBeGreaterThan(36 * MIB);
  });

  it('is exact for things that are counted: one descriptor in ten seconds is 360 an hour', () => {
    const growth = growthOf(
      polls((second) => ({ fileDescriptors: 20 + Math.floor(second / 10), sessions: 16 + Math.floor(second / 30) })),
    );
    const slope = (quantity: GrowthQuantity) =>
      growth.processes[0]?.trends.find((each) => each.quantity === quantity)?.slopePerHour?.value;
    expect(slope('descriptors')).toBeGreaterThan(350);
    expect(slope('descriptors')).toBeLessThan(370);
    expect(slope('sessions')).toBeGreaterThan(115);
    expect(slope('sessions')).toBeLessThan(125);
    expect(growth.verdict).toBe('growing');
  });

  it('is seldom claimed where there is none: at most 8 of 100 saws', () => {
    const alarms = Array.from({ length: 100 }, (_, seed) => {
      const noise = saw(seed, 12 * MIB, 10 + (seed % 30));
      return trendOf(
        polls((second) => ({ rssBytes: 80 * MIB + noise(second) })),
        'rss',
      ).verdict;
    }).filter((verdict) => verdict === 'growing').length;
    expect(alarms).toBeLessThanOrEqual(8);
  }, 60_000);

  it('leaves the warm-up out, in which every heap grows', () => {
    const trend = trendOf(
      polls((second) => ({ rssBytes: 80 * MIB + Math.min(second, WARMUP_S) * MIB })),
      'rss',
    );
    expect(trend).toMatchObject({ verdict: 'flat', slopePerHour: { value: 0 } });
  });

  it('is not made of a page here and a thread there', () => {
    const resources = polls((second) => ({ rssBytes: 80 * MIB + second * 1024, threads: second < 300 ? 11 : 12 }));
    expect(trendOf(resources, 'rss')).toMatchObject({ verdict: 'flat' });
    expect(trendOf(resources, 'rss').slopePerHour?.low).toBeGreaterThan(0);
    expect(trendOf(resources, 'threads')).toMatchObject({ verdict: 'flat', first: 11, last: 12 });
  });

  it('of a process that was started again is reported for each process, and too few polls are no trend', () => {
    const resources = [
      ...polls(() => ({}), WARMUP_S + 15),
      ...polls(() => ({ pid: 8, rssBytes: 200 * MIB })).filter(({ atNs }) => atNs > (WARMUP_S + 15) * S),
    ];
    expect(trendOf(resources, 'rss', 7)).toMatchObject({
      verdict: 'too-short',
      polls: 16,
      slopePerHour: null,
      reason: '16 of 20 polls that a trend needs',
    });
    expect(trendOf(resources, 'rss', 8).verdict).toBe('flat');
    expect(growthOf(resources).verdict).toBe('too-short');
  });

  it('is unknown, with the reason, where it is not reported', () => {
    const silent = polls(() => ({
      rssBytes: null,
      fileDescriptors: null,
      sockets: null,
      threads: null,
      sessions: null,
      reason: 'no /proc on plan9',
    }));
    expect(trendOf(silent, 'rss')).toMatchObject({ verdict: 'unknown', polls: 0, reason: 'no /proc on plan9' });
    expect(growthOf(silent).verdict).toBe('unknown');
    expect(growthOf([]).verdict).toBe('unknown');
  });

  it('is not looked for in phases that are no soak', () => {
    const other = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 1, LENGTH_S * S)] }] });
    expect(
      analyse({ record: recordOf(other, attempts, { resources: polls(() => ({})) }), plan: other }).summary.growth,
    ).toEqual([]);
  });
});

describe('a gate on growth', () => {
  const leaking = summaryOf([
    ...polls((second) => ({ rssBytes: 80 * MIB + second * 0.01 * MIB })),
    ...polls(() => ({ process: 'plimsoll', pid: 6, sessions: null, reason: 'only a mock reports its sessions' })),
  ]);
  const gate = (over: Partial<Gate>): Gate => ({
    index: 0,
    metric: 'rss-growth',
    stat: 'slope',
    phase: null,
    tool: null,
    fault: null,
    process: null,
    min: null,
    max: 10 * MIB,
    unit: 'bytes-per-hour',
    ...over,
  });
  const only = (asked: Gate) => evaluateGates(leaking, { gates: [asked] }).results[0];

  it('is held against every process that was watched, and the worst decides', () => {
    expect(only(gate({}))).toMatchObject({
      verdict: 'regress',
      text: 'rss-growth of every process in every soak phase <= 10 MiB/h',
    });
    expect(only(gate({}))?.why).toContain('backend in soak: +36 MiB/h');
    expect(only(gate({ max: 40 * MIB }))?.verdict).toBe('pass');
  });

  it('reads one process when it names one', () => {
    expect(only(gate({ process: 'plimsoll' }))).toMatchObject({
      verdict: 'pass',
      measured: 0,
      text: 'rss-growth of plimsoll in every soak phase <= 10 MiB/h',
    });
    expect(
      only(gate({ metric: 'descriptor-growth', unit: 'per-hour', max: 0, process: 'backend', phase: 'soak' })),
    ).toMatchObject({ verdict: 'pass', text: 'descriptor-growth of backend in soak <= 0/h' });
  });

  it('passes over those that report nothing unless they are named, and never passes for want of numbers', () => {
    const sessions = { metric: 'session-growth', unit: 'per-hour', max: 1 } as const;
    expect(only(gate(sessions))?.verdict).toBe('pass');
    expect(only(gate({ ...sessions, process: 'plimsoll' }))).toMatchObject({ verdict: 'inconclusive', measured: null });
    expect(only(gate({ process: 'fault-engine' }))?.verdict).toBe('regress');
  });
});
