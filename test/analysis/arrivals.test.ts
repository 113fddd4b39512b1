/** Whether an open loop's calls came as the scenario says. */
import { describe, expect, it } from 'vitest';
import { analyse, type ArrivalFit, type Summary } from '../../src/analysis/index.js';
import { arrivalFit } from '../../src/analysis/calls/arrivals.js';
import { joinCalls, type RunEvent } from '../../src/record/index.js';
import { framesOf } from '../../src/analysis/calls/frames.js';
import { pacerOf } from '../../src/load/index.js';
import { seededRandom } from '../../src/random/index.js';
import { columnsOf, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';

type Stages = Parameters<typeof sketchPlan>[0]['phases'][number]['stages'];

const calls = (times: readonly number[], lagNs: (n: number) => number = () => 0): Attempt[] =>
  times.map((atNs, callId) => ({
    callId,
    intendedNs: atNs,
    sentNs: atNs + lagNs(callId),
    doneNs: atNs + lagNs(callId) + 1 * MS,
  }));

function summaryOf(
  arrivals: 'constant' | 'poisson',
  stages: NonNullable<Stages>,
  attempts: readonly Attempt[],
  deadlineNs?: number,
): Summary {
  const plan = sketchPlan({
    phases: [{ name: 'load', stages, arrivals }],
    ...(deadlineNs === undefined ? {} : { calls: [callSpec('search', { deadlineNs, deadlineIsExplicit: true })] }),
  });
  return analyse({ record: recordOf(plan, attempts), plan }).summary;
}

const fitOf = (summary: Summary): ArrivalFit | null => summary.phases[0]?.arrivals ?? null;
const reasonsOf = (summary: Summary) => summary.validity.reasons.filter(({ code }) => code === 'arrival-process');

function paced(arrivals: 'constant' | 'poisson', stages: NonNullable<Stages>, seed: number): number[] {
  const pacer = pacerOf({ loop: 'open', phase: 0, arrivals, stages }, seededRandom(seed, 'arrivals'));
  const times: number[] = [];
  for (let next = pacer.nextNs(); next < Infinity; next = pacer.nextNs()) times.push(next);
  return times;
}

const steady = (perSecond: number, forNs = 20 * S) => [stage('main', perSecond, forNs)] as const;
const overload = [stage('before', 50, 5 * S), stage('overload', 300, 5 * S), stage('after', 80, 5 * S)] as const;

/** The comparison alone, without the rest of an analysis. */
function fit(arrivals: 'constant' | 'poisson', stages: NonNullable<Stages>, attempts: readonly Attempt[]): ArrivalFit {
  const plan = sketchPlan({ phases: [{ name: 'load', stages, arrivals }] });
  const samples = columnsOf(attempts);
  const [frame] = framesOf(plan, phaseEvents(plan, attempts), joinCalls(samples, plan.scenario.calls, 1));
  const found = frame === undefined ? null : arrivalFit(samples, frame, new Float64Array(0), []);
  if (found === null) throw new Error('nothing to compare');
  return found;
}

const fits = ({ dispersion, low, high, gaps }: ArrivalFit): boolean =>
  dispersion >= low && dispersion <= high && (gaps === null || gaps.distance <= gaps.limit);

describe('our own pacers', () => {
  it('come as declared, at any rate and over several stages, late by less than a generator may be', () => {
    for (const arrivals of ['constant', 'poisson'] as const) {
      for (const stages of [steady(20), steady(200), steady(2000, 5 * S), overload] as const) {
        for (let seed = 0; seed < 5; seed++) {
          const late = seededRandom(seed, 'lag');
          const found = fit(
            arrivals,
            [...stages],
            calls(paced(arrivals, [...stages], seed), () => late.exponential(0.2 * MS)),
          );
          expect(found.process).toBe(arrivals);
          expect(found).toSatisfy(fits);
        }
      }
    }
  });

  it('raise no false alarm in 300 Poisson runs', () => {
    const runs = Array.from({ length: 300 }, (_, seed) =>
      fit('poisson', [...steady(50)], calls(paced('poisson', [...steady(50)], seed))),
    );
    expect(runs.filter((found) => !fits(found))).toEqual([]);
  });
});

describe('a generator that sends in bursts', () => {
  it('calls in bursts are neither even nor Poisson, though the rate is right and no call is late', () => {
    const inBursts = calls(Array.from({ length: 4000 }, (_, n) => Math.floor(n / 40) * 200 * MS));
    for (const arrivals of ['constant', 'poisson'] as const) {
      const summary = summaryOf(arrivals, [...steady(200)], inBursts);
      expect(summary.validity.verdict).toBe('invalid');
      expect(reasonsOf(summary)).toHaveLength(1);
    }
    const [reason] = reasonsOf(summaryOf('constant', [...steady(200)], inBursts));
    expect(reason).toMatchObject({
      severity: 'invalid',
      phase: 'load',
      what:
        'calls did not come evenly: counts over 50 ms scatter 30 times as much as those of a Poisson process ' +
        '(limits 0 to 0.25)',
    });
  });

  it('Poisson where even was asked for, and even where Poisson was', () => {
    expect(
      fitOf(summaryOf('constant', [...steady(200)], calls(paced('poisson', [...steady(200)], 1))))?.dispersion,
    ).toBeGreaterThan(0.8);
    expect(
      reasonsOf(summaryOf('poisson', [...steady(200)], calls(paced('constant', [...steady(200)], 1))))[0]?.what,
    ).toMatch(/^calls did not come as a Poisson process: counts .*; the gaps between calls are/);
  });

  it('gaps of the wrong shape with the right counts: pairs a while apart', () => {
    const random = seededRandom(4, 'pairs');
    const pairs = paced('poisson', [...steady(100)], 9)
      .flatMap((at) => [at, at + 2 * MS + random.next() * MS])
      .sort((a, b) => a - b);
    const fit = fitOf(summaryOf('poisson', [...steady(200)], calls(pairs)));
    expect(fit?.gaps?.distance).toBeGreaterThan(fit?.gaps?.limit ?? Infinity);
  });

  it('a rate that is not the declared one', () => {
    expect(
      reasonsOf(summaryOf('constant', [...steady(200)], calls(paced('constant', [...steady(280)], 1)))),
    ).toHaveLength(1);
  });

  it('calls held back and sent together are late, and that alone is said', () => {
    const held = calls(paced('constant', [...steady(200)], 1), (n) => (n % 100 < 50 ? (50 - (n % 100)) * 5 * MS : 0));
    expect(summaryOf('constant', [...steady(200)], held).validity.reasons.map(({ code }) => code)).toEqual([
      'schedule-lag',
    ]);
  });
});

describe('what is compared', () => {
  it('is the generator alone: calls that wait for room which a slow target holds came when they were intended', () => {
    const times = paced('constant', [...steady(200)], 1);
    const waiting = calls(times).map((call) => ({
      ...call,
      admittedNs: Math.ceil(call.intendedNs / S) * S,
      sentNs: Math.ceil(call.intendedNs / S) * S,
      doneNs: Math.ceil(call.intendedNs / S) * S + 1 * MS,
    }));
    expect(fitOf(summaryOf('constant', [...steady(200)], waiting))?.dispersion).toBe(0);
  });

  it('is looked at over ten calls, and twenty times what calls were late at p99, whatever the deadline', () => {
    const even = paced('constant', [...steady(200)], 1);
    for (const deadlineNs of [200 * MS, 20 * S]) {
      expect(fitOf(summaryOf('constant', [...steady(200)], calls(even), deadlineNs))).toMatchObject({
        windowNs: 50 * MS,
        windows: 400,
        dispersion: 0,
      });
    }
    const late = calls(even, (n) => (n % 20 === 0 ? 10 * MS : 0));
    expect(fitOf(summaryOf('constant', [...steady(200)], late))).toMatchObject({ windowNs: 200 * MS, windows: 100 });
    const veryLate = calls(even, (n) => (n % 20 === 0 ? 400 * MS : 0));
    expect(fitOf(summaryOf('constant', [...steady(200)], veryLate))?.windows).toBe(30);
  });

  it('leaves out what a standstill held back', () => {
    const even = paced('constant', [...steady(200)], 1);
    const held = calls(even, (n) => (n >= 2000 && n < 2038 ? (2038 - n) * 5 * MS : 0));
    const plan = sketchPlan({ phases: [{ name: 'load', stages: [...steady(200)], arrivals: 'constant' }] });
    const event = { type: 'standstill', atNs: 10 * S, lengthNs: 0.19 * S, of: 'generator', worker: 0 } as const;
    const fitWith = (events: readonly RunEvent[]) =>
      fitOf(
        analyse({ record: recordOf(plan, held, { events: [...phaseEvents(plan, held), ...events] }), plan }).summary,
      );
    expect(fitWith([])?.dispersion).toBeGreaterThan(0.25);
    expect(fitWith([event])?.dispersion).toBe(0);
  });

  it('is nothing in a closed loop', () => {
    const plan = sketchPlan({ phases: [{ name: 'closed', concurrency: 1, forNs: 20 * S }] });
    expect(
      fitOf(analyse({ record: recordOf(plan, calls(paced('constant', [...steady(200)], 1))), plan }).summary),
    ).toBeNull();
  });
});

describe('the gaps of Poisson arrivals', () => {
  it('are compared with the exponential distribution from both sides, less the time that a call may be late', () => {
    // Gaps of 11 ms at 100/s, less 1 ms: the mean gap, which 63 % of exponential waits do not exceed.
    const even = calls(Array.from({ length: 1000 }, (_, n) => n * 11 * MS));
    const { gaps } = fit('poisson', [...steady(100)], even);
    expect(gaps).toMatchObject({ n: 999, aboveNs: 1 * MS, limit: 2.5 / Math.sqrt(999) });
    expect(gaps?.distance).toBeCloseTo(1 - Math.exp(-1), 9);
  });
});
