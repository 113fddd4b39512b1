/** The area between the way up and the way down, of stacks whose memory is known. */
import { describe, expect, it } from 'vitest';
import { analyse, type Hysteresis } from '../../../src/analysis/index.js';
import { areaBetween } from '../../../src/analysis/recovery/hysteresis.js';
import type { Stage } from '../../../src/plan/index.js';
import { faultEvents, recordOf, type Attempt } from '../fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from '../fixtures/scenario.js';

const STEP = 5 * S;
const held = [50, 100, 150, 100, 50].map((rate, n) => stage(`s${n}`, rate, STEP)) as unknown as readonly [
  Stage,
  ...Stage[],
];

/** What becomes of each call, by the rate of the moment, and whether the highest rate has been. */
function run(
  stages: readonly [Stage, ...Stage[]],
  fate: (rate: number, after: boolean) => { readonly takesNs: number; readonly ok: boolean },
  faultAtNs: number | null = null,
): Hysteresis | undefined {
  const plan = sketchPlan({
    phases: [{ name: 'hill', regime: 'stages', stages }],
    calls: [callSpec('search', { deadlineNs: 500 * MS, deadlineIsExplicit: true })],
    faults: faultAtNs === null ? [] : [{ id: 'outage', phase: 0, atNs: faultAtNs, forNs: S }],
  });
  const attempts: Attempt[] = [];
  let fromNs = 0;
  let seen = 0;
  const top = Math.max(
    ...stages.map(({ ratePerSecond, rampToPerSecond = 0 }) => Math.max(ratePerSecond, rampToPerSecond)),
  );
  stages.forEach(({ ratePerSecond, rampToPerSecond = ratePerSecond, forNs }, index) => {
    // In steps of 10 ms, half a step from each edge, as many calls as are due: alike on a ramp and on its mirror image.
    for (let ns = 5 * MS; ns < forNs; ns += 10 * MS) {
      const rate = ratePerSecond + ((rampToPerSecond - ratePerSecond) * ns) / forNs;
      seen = Math.max(seen, rate);
      for (let k = 0; k < Math.round(rate / 50); k++) {
        const { takesNs, ok } = fate(rate, seen >= top - 2 && rate < seen);
        attempts.push({
          callId: attempts.length,
          stage: index,
          intendedNs: fromNs + ns,
          doneNs: fromNs + ns + takesNs,
          ...(ok ? {} : ({ outcome: 'tool', errorClass: 'tool-error' } as const)),
        });
      }
    }
    fromNs += forNs;
  });
  const record = recordOf(plan, attempts);
  return analyse({ record: { ...record, events: [...record.events, ...faultEvents(plan, [0])] }, plan }).summary
    .afterFault.hysteresis[0];
}

/** Twice the service time of a server that is in use for rate x 5 ms: longer the busier, whatever was before. */
const memoryless = (rate: number): { readonly takesNs: number; readonly ok: boolean } => ({
  takesNs: Math.round((10 * MS) / (1 - rate * 0.005 * 0.9)),
  ok: true,
});

describe('a stack that remembers nothing', () => {
  it('has no area between up and down, in stages and on ramps', () => {
    expect(run(held, memoryless)).toMatchObject({
      phase: 'hill',
      reason: null,
      p99: { area: 0, meanGap: 0 },
      goodput: { area: 0, meanGap: 0 },
    });
    const ramps = run(
      [
        { ...stage('up', 50, 16 * S), rampToPerSecond: 150 },
        { ...stage('down', 150, 16 * S), rampToPerSecond: 50 },
      ],
      memoryless,
    );
    expect(ramps?.up.map(({ ratePerSecond }) => ratePerSecond)).toEqual([
      56.25, 68.75, 81.25, 93.75, 106.25, 118.75, 131.25, 143.75,
    ]);
    expect(ramps?.reason).toBeNull();
    // A nanosecond, where a rate rounds otherwise on the other way.
    expect(ramps?.p99?.meanGap).toBeLessThanOrEqual(1);
    expect(ramps?.goodput).toMatchObject({ area: 0, meanGap: 0 });
  });
});

describe('a stack that latches at its highest rate', () => {
  it('has the exact area of what it no longer does below: 100 ms for 10 ms, half of the goodput', () => {
    let n = 0;
    const latched = run(held, (_, after) => ({ takesNs: after ? 100 * MS : 10 * MS, ok: !after || n++ % 2 === 0 }));
    // Up 10 ms at every rate. Down 500 ms, the deadline of what fails, at 50 and 100, and 10 ms at the peak they share.
    expect(latched?.p99).toEqual({
      fromPerSecond: 50,
      toPerSecond: 150,
      area: (490 * 50 + (490 * 50) / 2) * MS,
      meanGap: ((490 * 50 + (490 * 50) / 2) * MS) / 100,
    });
    // Up 100, 200, 300 calls a second are good: two in 10 ms at 100. Down half of that, and all of it at the peak.
    expect(latched?.up.map(({ goodputPerSecond }) => goodputPerSecond)).toEqual([100, 200, 300]);
    expect(latched?.down.map(({ goodputPerSecond }) => goodputPerSecond)).toEqual([50, 100, 300]);
    expect(latched?.goodput).toEqual({
      fromPerSecond: 50,
      toPerSecond: 150,
      area: ((50 + 100) / 2) * 50 + (100 * 50) / 2,
      meanGap: 62.5,
    });
  });
});

describe('the area between two ways that cross', () => {
  it('is counted on both sides of the crossing', () => {
    const way = (...goodput: readonly number[]) =>
      goodput.map((goodputPerSecond, n) => ({ ratePerSecond: 100 * (n + 1), goodputPerSecond, p99Ns: null }));
    // From 100 to 200/s the gap goes from +30 to -10, through 0 at 175/s: 30 * 75 / 2 and 10 * 25 / 2.
    expect(areaBetween(way(50, 90), way(80, 80), (point) => point.goodputPerSecond)).toEqual({
      fromPerSecond: 100,
      toPerSecond: 200,
      area: 1250,
      meanGap: 12.5,
    });
  });
});

describe('no area is reported', () => {
  it('of the p99 at rates with fewer than 100 calls, and below them, though of the goodput', () => {
    const brief = [50, 100, 150, 100, 50].map((rate, n) =>
      stage(`s${n}`, rate, n === 1 ? 0.4 * S : STEP),
    ) as unknown as typeof held;
    expect(run(brief, memoryless)).toMatchObject({ reason: null, p99: null, goodput: { area: 0 } });
    const low = [30, 50, 100, 150, 100, 50, 30].map((rate, n) =>
      stage(`s${n}`, rate, n === 0 ? 0.4 * S : STEP),
    ) as unknown as typeof held;
    expect(run(low, memoryless)).toMatchObject({
      reason: null,
      p99: { fromPerSecond: 50, toPerSecond: 150, area: 0 },
      goodput: { fromPerSecond: 30 },
    });
  });

  it('where the rate goes up and down more than once, or only one way', () => {
    const twice = [50, 100, 50, 100, 50].map((rate, n) => stage(`s${n}`, rate, STEP)) as unknown as typeof held;
    expect(run(twice, memoryless)).toMatchObject({ reason: 'not-a-loop', p99: null, goodput: null });
    const up = [50, 100, 150].map((rate, n) => stage(`s${n}`, rate, STEP)) as unknown as typeof held;
    expect(run(up, memoryless)?.reason).toBe('too-few-rates');
  });

  it('where only one rate below the peak is visited twice', () => {
    const spike = [50, 150, 50].map((rate, n) => stage(`s${n}`, rate, STEP)) as unknown as typeof held;
    expect(run(spike, memoryless)?.reason).toBe('too-few-rates');
  });

  it('where a fault was on, which would be its doing', () => {
    expect(run(held, memoryless, 6 * S)).toMatchObject({ reason: 'fault', up: [] });
  });
});
