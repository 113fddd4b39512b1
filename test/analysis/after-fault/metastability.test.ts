/** Whether a stack stays down by itself: the known table of retry storms, and what must not be taken for one. */
import { describe, expect, it } from 'vitest';
import { analyse, type Metastability } from '../../../src/analysis/index.js';
import { hiddenCapacitiesOf } from '../../../src/analysis/recovery/hidden-capacity.js';
import type { Retry } from '../../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from '../fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage, type PlanSketch } from '../fixtures/scenario.js';
import { constantArrivals, serve } from '../fixtures/simulation.js';
import { stormOf, stormRun, twiceAtOnce } from '../fixtures/storms.js';

describe('one worker of 5 ms, callers who give up after 200 ms and try twice more at once, stalled for 3 s', () => {
  it.each([
    { name: '64/s', storm: stormOf(64, 150), verdict: 'recovered' },
    { name: '70/s', storm: stormOf(70, 60), verdict: 'metastable' },
    {
      name: '70/s, the server drops expired work',
      storm: stormOf(70, 60, { dropExpired: true }),
      verdict: 'recovered',
    },
    {
      name: '70/s, a retry budget of 10 %',
      storm: stormOf(70, 60, { budget: { share: 0.1, saved: 10 } }),
      verdict: 'recovered',
    },
    { name: '70/s, retries off', storm: stormOf(70, 60, { retries: 0 }), verdict: 'recovered' },
  ] as const)('at $name: $verdict', ({ storm, verdict }) => {
    const run = stormRun([storm]);
    const found = analyse(run).summary.recoveries[0]?.afterFault.metastability;
    expect(found).toMatchObject({
      verdict,
      reason: null,
      offeredPerSecond: storm.ratePerSecond,
      observedNs: storm.forNs - 13 * S,
    });
    expect(found?.baselinePerSecond).toBeCloseTo(storm.ratePerSecond, 0);
    expect(found?.goodputPerSecond).toBeCloseTo(verdict === 'recovered' ? storm.ratePerSecond : 0, 0);
  });

  it('comes back at up to 64/s and stays down from 68/s on: the hidden capacity is around 200 / (1 + 2)', () => {
    const { summary } = analyse(
      stormRun([stormOf(64, 150), stormOf(80, 40), stormOf(50, 40), stormOf(68, 60), stormOf(70, 40), stormOf(60, 90)]),
    );
    expect(summary.afterFault.hiddenCapacities).toHaveLength(1);
    expect(summary.afterFault.hiddenCapacities[0]).toMatchObject({
      type: 'down',
      on: 'upstream',
      forNs: 3 * S,
      recoveredPerSecond: 64,
      failedPerSecond: 68,
      reason: null,
      retries: 2,
    });
    expect(summary.afterFault.hiddenCapacities[0]?.predictedPerSecond).toBeCloseTo(66.67, 2);
    expect(
      summary.afterFault.hiddenCapacities[0]?.faults.map(
        ({ ratePerSecond, verdict }) => `${ratePerSecond ?? 0} ${verdict}`,
      ),
    ).toEqual(['64 recovered', '80 metastable', '50 recovered', '68 metastable', '70 metastable', '60 recovered']);
  });
});

describe('a hidden capacity', () => {
  it('is predicted from the retries that the policy and its budget allow, by the weight of each call', () => {
    const retry: Retry = { ...twiceAtOnce, attempts: 4, on: ['shed'], budget: { share: 0.2, burst: 1 } };
    const calls = [callSpec('budgeted', { weight: 3, retry }), callSpec('never', { weight: 1 })];
    const [planned] = sketchPlan({ phases: [], faults: [{ id: 'outage', phase: 0, atNs: 0, forNs: S }] }).faults;
    if (planned === undefined) throw new Error('no fault');
    const metastability = { verdict: 'recovered', offeredPerSecond: 50 } as unknown as Metastability;
    const [found] = hiddenCapacitiesOf([{ planned, metastability }], calls, 230);
    expect(found?.retries).toBeCloseTo(0.15, 12);
    expect(found?.predictedPerSecond).toBeCloseTo(200, 9);
  });

  const only = (storms: Parameters<typeof stormRun>[0]) =>
    analyse(stormRun(storms)).summary.afterFault.hiddenCapacities[0];

  it('is unknown from one rate', () => {
    expect(only([stormOf(50, 30)])).toMatchObject({
      recoveredPerSecond: 50,
      failedPerSecond: null,
      reason: 'one-rate',
    });
    expect(only([stormOf(50, 30), stormOf(50, 30)])).toMatchObject({ reason: 'one-rate' });
  });

  it('has no upper end where every rate came back', () => {
    expect(only([stormOf(40, 30), stormOf(50, 30)])).toMatchObject({
      recoveredPerSecond: 50,
      failedPerSecond: null,
      reason: null,
    });
  });

  it('is unknown where a rate came back above one that did not', () => {
    expect(only([stormOf(70, 40), stormOf(80, 30, { dropExpired: true })])).toMatchObject({
      recoveredPerSecond: 80,
      failedPerSecond: 70,
      reason: 'contradictory',
    });
  });

  it('is that of one trigger: a longer fault is another', () => {
    const { summary } = analyse(
      stormRun([stormOf(50, 30), stormOf(40, 30, { stall: { atNs: 10 * S, forNs: 2 * S } })]),
    );
    expect(summary.afterFault.hiddenCapacities.map(({ forNs, reason }) => [forNs, reason])).toEqual([
      [3 * S, 'one-rate'],
      [2 * S, 'one-rate'],
    ]);
  });
});

const call = callSpec('search', { deadlineNs: 100 * MS, deadlineIsExplicit: true });

function verdictOn(
  sketch: Partial<PlanSketch> & Pick<PlanSketch, 'phases'>,
  attempts: readonly Attempt[],
): Metastability {
  const plan = sketchPlan({
    calls: [call],
    faults: [{ id: 'outage', phase: 0, atNs: 10 * S, forNs: 2 * S }],
    ...sketch,
  });
  const { summary } = analyse({
    record: recordOf(plan, attempts, { events: [...phaseEvents(plan, attempts), ...faultEvents(plan, [0])] }),
    plan,
  });
  const found = summary.recoveries[0]?.afterFault.metastability;
  if (found === undefined) throw new Error('no recovery');
  return found;
}

/** Right after 1 ms, and from the onset on failing for ever. */
const latched = (stages: Parameters<typeof constantArrivals>[0]): Attempt[] =>
  constantArrivals(stages).map(({ atNs, stage: own }, callId) => ({
    callId,
    stage: own,
    intendedNs: atNs,
    doneNs: atNs + MS,
    ...(atNs < 10 * S ? {} : ({ outcome: 'tool', errorClass: 'tool-error' } as const)),
  }));

describe('a stack that fails for good once it was disturbed', () => {
  it('is metastable while the load stays', () => {
    const stages = [stage('main', 100, 30 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages }] }, latched(stages))).toEqual({
      verdict: 'metastable',
      reason: null,
      offeredPerSecond: 100,
      baselinePerSecond: 100,
      goodputPerSecond: 0,
      observedNs: 18 * S,
      recoveredAfterNs: null,
    });
  });

  it('is judged as long as the load stays, and not at all when it changes within a hold time of the clear', () => {
    const later = [stage('a', 100, 20 * S), stage('b', 50, 10 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages: later }] }, latched(later))).toMatchObject({
      verdict: 'metastable',
      observedNs: 8 * S,
    });
    const soon = [stage('a', 100, 13 * S), stage('b', 50, 17 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages: soon }] }, latched(soon))).toMatchObject({
      verdict: 'not-judged',
      reason: 'rate-changed',
      observedNs: 1 * S,
    });
    const before = [stage('a', 90, 5 * S), stage('b', 100, 25 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages: before }] }, latched(before))).toMatchObject({
      verdict: 'not-judged',
      reason: 'rate-changed',
      offeredPerSecond: null,
    });
    const ramp = [{ ...stage('a', 90, 30 * S), rampToPerSecond: 110 }] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages: ramp }] }, latched(ramp))).toMatchObject({
      verdict: 'not-judged',
      reason: 'rate-changed',
    });
  });

  it('is not judged by less than a hold time, nor without a baseline', () => {
    const short = [stage('main', 100, 14 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages: short }] }, latched(short))).toMatchObject({
      verdict: 'censored',
      reason: 'too-short',
      observedNs: 2 * S,
    });
    const stages = [stage('main', 100, 30 * S)] as const;
    expect(verdictOn({ phases: [{ name: 'fault', stages, warmupNs: 9.5 * S }] }, latched(stages))).toMatchObject({
      verdict: 'not-judged',
      reason: 'no-baseline',
    });
  });

  it('is not judged in a closed loop, which offers less to a slow server', () => {
    const attempts = Array.from({ length: 3000 }, (_, callId): Attempt => ({
      callId,
      intendedNs: callId * 10 * MS,
      doneNs: (callId + 1) * 10 * MS,
      ...(callId < 1000 ? {} : ({ outcome: 'tool', errorClass: 'tool-error' } as const)),
    }));
    expect(verdictOn({ phases: [{ name: 'fault', concurrency: 1, forNs: 30 * S }] }, attempts)).toMatchObject({
      verdict: 'not-judged',
      reason: 'closed-loop',
    });
  });
});

describe('low goodput that is no metastability', () => {
  const stages = [stage('main', 180, 20 * S)] as const;
  const stalled = serve(constantArrivals(stages), { serviceNs: () => 5 * MS, freeze: { atNs: 10 * S, forNs: 2 * S } });

  it('is a backlog that shrinks: a stall of 2 s at load 0.9 drains for 18 s, and the data end after 8', () => {
    expect(verdictOn({ phases: [{ name: 'fault', stages }] }, stalled)).toMatchObject({
      verdict: 'censored',
      reason: 'draining',
      goodputPerSecond: 0,
    });
  });

  it('is work whose callers gave up, where the load line says that it would take so long', () => {
    const givenUp = stalled.map((attempt): Attempt =>
      attempt.doneNs - attempt.intendedNs <= 100 * MS
        ? attempt
        : {
            ...attempt,
            doneNs: attempt.intendedNs + 100 * MS,
            startedNs: NaN,
            outcome: 'deadline',
            errorClass: 'deadline',
          },
    );
    expect(verdictOn({ phases: [{ name: 'fault', stages }], loadLinePerSecond: 200 }, givenUp)).toMatchObject({
      verdict: 'censored',
      reason: 'draining',
    });
    // Without a load line nothing is known of what waits unseen.
    expect(verdictOn({ phases: [{ name: 'fault', stages }] }, givenUp)).toMatchObject({ verdict: 'metastable' });
  });

  it('comes and goes: neither back nor down for a hold time', () => {
    const held = [stage('main', 100, 30 * S)] as const;
    const flapping = latched(held).map((attempt): Attempt =>
      Math.floor(attempt.intendedNs / S) % 2 === 0 && attempt.intendedNs >= 12 * S
        ? { ...attempt, outcome: 'ok', errorClass: 'none' }
        : attempt,
    );
    expect(verdictOn({ phases: [{ name: 'fault', stages: held }] }, flapping)).toMatchObject({
      verdict: 'censored',
      reason: 'unsettled',
    });
  });
});
