import { describe, expect, it } from 'vitest';
import { analyse, type RecoverySummary } from '../../src/analysis/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { seededRandom } from '../../src/random/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage, type FaultSketch } from './fixtures/scenario.js';
import { constantArrivals, poissonArrivals, serve } from './fixtures/simulation.js';

const deadline = callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true });
const stages = [stage('main', 200, 30 * S)] as const;
const plan = sketchPlan({
  phases: [{ name: 'fault', warmupNs: 2 * S, stages: [...stages] }],
  calls: [deadline],
  faults: [{ id: 'outage', phase: 0, atNs: 10 * S, forNs: 5 * S }],
  loadLinePerSecond: 1000,
});

/** 1 ms each, and whatever `during` says of calls planned from `fromNs` up to `toNs`. */
function calls(during: (attempt: Attempt) => Partial<Attempt>, fromNs: number, toNs: number): Attempt[] {
  return constantArrivals(stages).map(({ atNs }, n): Attempt => {
    const calm: Attempt = { callId: n, intendedNs: atNs, startedNs: atNs, doneNs: atNs + 1 * MS, warmup: atNs < 2 * S };
    return atNs >= fromNs && atNs < toNs ? { ...calm, ...during(calm) } : calm;
  });
}

const failed = ({ intendedNs }: Attempt): Partial<Attempt> => ({
  doneNs: intendedNs + 2 * MS,
  startedNs: NaN,
  outcome: 'transport',
  errorClass: 'connect-refused',
});

function recoveryFrom(
  attempts: readonly Attempt[],
  lateNs = 0,
  with_ = plan,
): {
  summary: RecoverySummary;
  curve: readonly { fromNs: number; inNormalRange: boolean | null; p99Ns: number | null; okP99Ns: number | null }[];
} {
  const record = recordOf(with_, attempts, {
    events: [...phaseEvents(with_, attempts), ...faultEvents(with_, [0], lateNs)],
  });
  const { summary, figures } = analyse({ record, plan: with_ });
  const [recovery] = summary.recoveries;
  const [curve] = figures.recoveries;
  if (recovery === undefined || curve === undefined) throw new Error('no recovery');
  return { summary: recovery, curve: curve.windows };
}

describe('an outage of 5 s whose end is the end of the trouble', () => {
  const { summary, curve } = recoveryFrom(calls(failed, 10 * S, 15 * S));

  it('is detected after one window and recovered from at once', () => {
    expect(summary.timeToDetect).toEqual({ kind: 'value', ns: 0.5 * S });
    expect(summary.timeToRecover).toEqual({ kind: 'value', ns: 0 });
    expect(summary).toMatchObject({
      onsetNs: 10 * S,
      clearNs: 15 * S,
      onsetUncertaintyNs: 0,
      note: null,
      windowNs: 0.5 * S,
      holdNs: 3 * S,
    });
  });

  it('has a dip of outage x goodput = 1 000 good calls, all the way down', () => {
    expect(summary.baseline).toEqual({ goodputPerSecond: 200, p99Ns: 1 * MS, windows: 15 });
    expect(summary.normalRange).toEqual({ maxP99Ns: 1.5 * MS, minGoodputPerSecond: 180 });
    expect(summary.dip).toEqual({ lostGoodCalls: 1000, depth: 1 });
  });

  it('counts failures at their deadline, not at the speed of their failing', () => {
    const during = curve.filter(({ fromNs }) => fromNs >= 0 && fromNs < 5 * S);
    expect(during).toHaveLength(10);
    for (const window of during) expect(window).toMatchObject({ p99Ns: 250 * MS, okP99Ns: null, inNormalRange: false });
    expect(curve.filter(({ inNormalRange }) => inNormalRange === false)).toHaveLength(10);
  });

  it('leaves no backlog when calls fail at once', () => {
    expect(summary.drain).toMatchObject({ ns: 0, fluidNs: 0, emptyWhen: 'none-waiting' });
  });
});

describe('time to recover', () => {
  it('is known to a window when trouble outlasts the fault by 4 s', () => {
    expect(recoveryFrom(calls(failed, 10 * S, 19 * S)).summary).toMatchObject({
      timeToRecover: { kind: 'value', ns: 4 * S },
      dip: { lostGoodCalls: 1800, depth: 1 },
    });
  });

  it('starts again when the band is left within the hold time', () => {
    const twice = calls(
      (calm) => (calm.intendedNs < 16 * S || calm.intendedNs >= 17 * S ? failed(calm) : {}),
      10 * S,
      17.5 * S,
    );
    expect(recoveryFrom(twice).summary.timeToRecover).toEqual({ kind: 'value', ns: 2.5 * S });
  });

  it('is censored when the data ends before the hold time does', () => {
    expect(recoveryFrom(calls(failed, 10 * S, 28 * S)).summary.timeToRecover).toEqual({ kind: 'censored', ns: 13 * S });
    expect(recoveryFrom(calls(failed, 10 * S, 30 * S)).summary).toMatchObject({
      timeToRecover: { kind: 'censored', ns: 15 * S },
      dip: { lostGoodCalls: 4000 },
    });
  });

  it('is "not breached" when the fault left no mark', () => {
    const { summary } = recoveryFrom(calls(() => ({}), 0, 0));
    expect(summary).toMatchObject({
      timeToDetect: { kind: 'not-degraded' },
      timeToRecover: { kind: 'not-degraded' },
      dip: { lostGoodCalls: 0, depth: 0 },
    });
  });

  it('does not take trouble long after the fault for its mark', () => {
    expect(recoveryFrom(calls(failed, 24 * S, 25 * S)).summary.timeToDetect).toEqual({ kind: 'not-degraded' });
  });

  it('counts from the confirmed edges, and says how sure they are', () => {
    const { summary } = recoveryFrom(calls(failed, 10.2 * S, 15.2 * S), 0.2 * S);
    expect(summary).toMatchObject({
      onsetNs: 10.2 * S,
      clearNs: 15.2 * S,
      onsetUncertaintyNs: 0.2 * S,
      clearUncertaintyNs: 0.2 * S,
    });
    expect(summary.timeToRecover).toEqual({ kind: 'value', ns: 0 });
    expect(summary.dip?.lostGoodCalls).toBeCloseTo(1000, 6);
  });
});

describe('the normal range', () => {
  it('is left by slowness alone, with every answer right', () => {
    const slow = calls(({ intendedNs }) => ({ doneNs: intendedNs + 40 * MS }), 10 * S, 15 * S);
    expect(recoveryFrom(slow).summary).toMatchObject({
      timeToDetect: { kind: 'value', ns: 0.5 * S },
      timeToRecover: { kind: 'value', ns: 0 },
      dip: { lostGoodCalls: 0 },
    });
  });

  it('is not left by the scatter of Poisson arrivals and heavy tails, in seeded runs without a mark', () => {
    const poisson = sketchPlan({
      phases: [{ name: 'fault', warmupNs: 2 * S, stages: [...stages], arrivals: 'poisson' }],
      calls: [deadline],
      faults: [{ id: 'outage', phase: 0, atNs: 15 * S, forNs: 3 * S }],
    });
    let left = 0;
    for (let seed = 0; seed < 16; seed++) {
      const random = seededRandom(seed, 'calm');
      const attempts = serve(poissonArrivals(200, 30 * S, random), {
        workers: 8,
        serviceNs: () => Math.round(8 * MS * Math.exp(0.568 * random.normal())),
      });
      if (recoveryFrom(attempts, 0, poisson).summary.timeToDetect.kind !== 'not-degraded') left++;
    }
    expect(left).toBe(0);
  });

  it('needs enough calm before the fault', () => {
    const early = sketchPlan({
      phases: [{ name: 'fault', warmupNs: 2 * S, stages: [...stages] }],
      calls: [deadline],
      faults: [{ id: 'outage', phase: 0, atNs: 3 * S, forNs: 5 * S }],
    });
    const { summary } = recoveryFrom(calls(failed, 3 * S, 8 * S), 0, early);
    expect(summary).toMatchObject({
      baseline: null,
      normalRange: null,
      dip: null,
      timeToDetect: { kind: 'unknown' },
      timeToRecover: { kind: 'unknown' },
    });
    expect(summary.note).toMatch(/1 windows with 100 calls; a baseline needs 3 windows/);
  });
});

describe('a stall of 2 s at load 0.5, all calls served in the end', () => {
  const rate = [stage('main', 100, 30 * S)] as const;
  const stalled = sketchPlan({
    phases: [{ name: 'fault', stages: [...rate] }],
    faults: [{ id: 'stall', phase: 0, atNs: 10 * S, forNs: 2 * S }],
    loadLinePerSecond: 200,
  });
  const attempts = serve(constantArrivals(rate), { serviceNs: () => 5 * MS, freeze: { atNs: 10 * S, forNs: 2 * S } });
  const { summary } = recoveryFrom(attempts, 0, stalled);

  it('drains in X rho / (1 - rho) = 2 s, as the fluid says', () => {
    expect(Math.abs((summary.drain?.ns ?? 0) - 2 * S)).toBeLessThanOrEqual(20 * MS);
    expect(Math.abs((summary.drain?.fluidNs ?? 0) - 2 * S)).toBeLessThanOrEqual(20 * MS);
  });

  it('is recovered from when new arrivals no longer meet the backlog', () => {
    expect(summary.timeToDetect.kind).toBe('value');
    expect(summary.timeToRecover).toEqual({ kind: 'value', ns: 2 * S });
  });
});

describe('two faults in one phase', () => {
  const two = sketchPlan({
    phases: [{ name: 'fault', warmupNs: 2 * S, stages: [...stages] }],
    calls: [deadline],
    faults: [
      { id: 'first', phase: 0, atNs: 8 * S, forNs: 2 * S },
      { id: 'second', phase: 0, atNs: 18 * S, forNs: 2 * S },
    ],
  });

  it('each have their own, measured against the calm before the first', () => {
    const attempts = calls(
      (calm) => (calm.intendedNs < 10 * S || calm.intendedNs >= 18 * S ? failed(calm) : {}),
      8 * S,
      21 * S,
    );
    const record = recordOf(two, attempts, { events: [...phaseEvents(two, attempts), ...faultEvents(two, [0])] });
    const { recoveries } = analyse({ record, plan: two }).summary;
    expect(recoveries.map(({ fault, timeToRecover, dip }) => [fault, timeToRecover, dip?.lostGoodCalls])).toEqual([
      ['first', { kind: 'value', ns: 0 }, 400],
      ['second', { kind: 'value', ns: 1 * S }, 600],
    ]);
    expect(recoveries.map(({ baseline }) => baseline?.goodputPerSecond)).toEqual([200, 200]);
  });
});

describe('a closed loop', () => {
  it('loses goodput when its callers are held up, though little is offered meanwhile', () => {
    const closed = sketchPlan({
      phases: [{ name: 'fault', concurrency: 2, forNs: 30 * S }],
      faults: [{ id: 'stall', phase: 0, atNs: 10 * S, forNs: 5 * S }],
    });
    const attempts: Attempt[] = [];
    for (let caller = 0; caller < 2; caller++) {
      for (let t = 0; t < 30 * S;) {
        const doneNs = t >= 10 * S && t < 15 * S ? t + 1 * S : t + 10 * MS;
        attempts.push({ callId: attempts.length, intendedNs: t, doneNs });
        t = doneNs;
      }
    }
    const { summary } = recoveryFrom(attempts, 0, closed);
    expect(summary.baseline?.goodputPerSecond).toBe(200);
    expect(summary.dip?.lostGoodCalls).toBeCloseTo(1000 - 10, 6);
    expect(summary.timeToRecover).toEqual({ kind: 'value', ns: 0 });
    expect(summary.drain?.fluidNs).toBeNull();
  });
});

describe('an end of a fault that leaves too little time to see a recovery', () => {
  const RESTART = { set: 'terminate', afterwards: [], lift: 'start' } as const;
  const outage = (atNs: number, forNs: number, as?: FaultSketch, next?: { atNs: number; forNs: number }) =>
    sketchPlan({
      phases: [{ name: 'fault', stages: [...stages] }],
      calls: [deadline],
      faults: [
        { id: 'outage', phase: 0, atNs, forNs, ...(as === undefined ? {} : { as }) },
        ...(next === undefined ? [] : [{ id: 'next', phase: 0, ...next }]),
      ],
    });
  const from = (with_: ReturnType<typeof outage>, attempts: readonly Attempt[]): RecoverySummary => {
    const edges = faultEvents(
      with_,
      with_.faults.map((_, index) => index),
    );
    const record = recordOf(with_, attempts, { events: [...phaseEvents(with_, attempts), ...edges] });
    const [recovery] = analyse({ record, plan: with_ }).summary.recoveries;
    if (recovery === undefined) throw new Error('no recovery');
    return recovery;
  };
  const restart: FaultSketch = { place: 'process', type: 'restart', on: 'backend', action: RESTART };

  it('after the phase: the service came back too late, which is no bound on its recovery', () => {
    const recovery = from(outage(26 * S, 12.9 * S, restart), calls(failed, 26 * S, 30 * S));
    expect(recovery.timeToRecover).toEqual({ kind: 'not-observed' });
    expect(recovery.note).toBe(
      'the service came back 8.9 s after the phase ended; recovery was not observed; lengthen the phase',
    );
    expect(recovery.dip?.lostGoodCalls).toBe(800);
  });

  it('within the hold time of the end of the phase, with nothing wrong since', () => {
    const recovery = from(outage(26 * S, 2 * S), calls(failed, 26 * S, 28 * S));
    expect(recovery.timeToRecover).toEqual({ kind: 'not-observed' });
    expect(recovery.note).toBe(
      'the phase ended 2 s after the fault was removed, and recovery takes a hold time of 3 s to be seen; ' +
        'recovery was not observed; lengthen the phase',
    );
  });

  it('within the hold time of the next fault: those need more time between them', () => {
    const recovery = from(
      outage(10 * S, 5 * S, undefined, { atNs: 16 * S, forNs: 2 * S }),
      calls(failed, 10 * S, 15 * S).map((attempt) =>
        attempt.intendedNs >= 16 * S && attempt.intendedNs < 18 * S ? { ...attempt, ...failed(attempt) } : attempt,
      ),
    );
    expect(recovery.timeToRecover).toEqual({ kind: 'not-observed' });
    expect(recovery.note).toMatch(/^the next fault began 1 s after .* leave more time between the faults$/);
  });

  it('within the hold time, with trouble until then: that trouble is a bound', () => {
    expect(from(outage(26 * S, 2 * S), calls(failed, 26 * S, 29 * S)).timeToRecover).toEqual({
      kind: 'censored',
      ns: 1 * S,
    });
  });
});

describe('a fault without an end', () => {
  it('has a detection, no recovery, and says so', () => {
    const attempts = calls(failed, 10 * S, 30 * S);
    const [on] = faultEvents(plan, [0]);
    if (on === undefined) throw new Error('no edge');
    const { summary } = analyse({
      record: recordOf(plan, attempts, { events: [...phaseEvents(plan, attempts), on] }),
      plan,
    });
    expect(summary.recoveries[0]).toMatchObject({
      clearNs: null,
      timeToDetect: { kind: 'value' },
      timeToRecover: { kind: 'unknown' },
      drain: null,
    });
    expect(summary.validity.reasons.map(({ code }) => code)).toEqual(['fault-not-confirmed']);
  });
});

describe('a fault engine that hangs', () => {
  const hung = (
    atNs: number,
    attempts: readonly Attempt[],
    with_ = plan,
    lifted = true,
  ): readonly RecoverySummary[] => {
    const edges = faultEvents(with_, [0]).map((event): RunEvent =>
      event.type === 'fault' && event.edge === 'off' && !lifted
        ? { ...event, confirmedNs: null, error: 'no answer' }
        : event,
    );
    const wedged: RunEvent = { type: 'engine', atNs, edge: 'wedged', detail: 'no answer' };
    return analyse({
      record: recordOf(with_, attempts, { events: [...phaseEvents(with_, attempts), ...edges, wedged] }),
      plan: with_,
    }).summary.recoveries;
  };

  it('while the fault is lifted leaves the recovery unknown, and lays nothing after to the target', () => {
    // Failing to the end: five seconds of it are the fault's, the rest is the hung engine's.
    const [recovery] = hung(15 * S, calls(failed, 10 * S, 30 * S), plan, false);
    expect(recovery).toMatchObject({
      clearNs: null,
      timeToDetect: { kind: 'value', ns: 0.5 * S },
      timeToRecover: { kind: 'unknown' },
      drain: null,
      dip: { lostGoodCalls: 1000, depth: 1 },
    });
    expect(recovery?.note).toContain('died or hung');
  });

  it('before a fault leaves nothing to report of it', () => {
    expect(hung(9 * S, calls(failed, 9 * S, 20 * S))).toEqual([]);
  });

  it('after a fault ends the look at its recovery: a value that was there stays, and another is censored', () => {
    const [there] = hung(20 * S, calls(failed, 10 * S, 16 * S));
    expect(there?.timeToRecover).toEqual({ kind: 'value', ns: 1 * S });
    const [cut] = hung(18 * S, calls(failed, 10 * S, 30 * S));
    expect(cut).toMatchObject({ timeToRecover: { kind: 'censored', ns: 3 * S }, dip: { lostGoodCalls: 1600 } });
  });

  it('after a fault that was long over changes nothing of it', () => {
    const attempts = calls(failed, 10 * S, 15 * S);
    expect(hung(29.5 * S, attempts)).toEqual([
      expect.objectContaining({
        timeToRecover: recoveryFrom(attempts).summary.timeToRecover,
        dip: recoveryFrom(attempts).summary.dip,
        note: null,
      }),
    ]);
  });
});
