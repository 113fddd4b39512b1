import { describe, expect, it } from 'vitest';
import { analyse, type AnalysisInput, type Validity } from '../../src/analysis/index.js';
import type { HealthRow, RunEvent } from '../../src/record/index.js';
import type { Plan } from '../../src/plan/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { seededRandom } from '../../src/random/index.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';
import { poissonArrivals } from './fixtures/simulation.js';

const open = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }] });

/** 100 calls a second for 20 s, 1 ms each, changed as given. */
function steady(change: (n: number) => Partial<Attempt> = () => ({})): Attempt[] {
  return Array.from({ length: 2000 }, (_, n): Attempt => ({
    callId: n,
    intendedNs: n * 10 * MS,
    doneNs: n * 10 * MS + 1 * MS,
    ...change(n),
  }));
}

function validityOf(attempts: readonly Attempt[], more: Partial<AnalysisInput> = {}, plan: Plan = open): Validity {
  return analyse({ record: recordOf(plan, attempts, more), plan }).summary.validity;
}

const health = (change: (second: number) => Partial<HealthRow> = () => ({})): HealthRow[] =>
  Array.from({ length: 20 }, (_, second) => ({
    atNs: (second + 1) * S,
    lagP99Ns: 20_000,
    lagMaxNs: 50_000,
    loopDelayMaxNs: 300_000,
    gcNs: 1 * MS,
    inFlight: 1,
    queued: 0,
    ...change(second),
  }));

const codes = (validity: Validity): string[] => validity.reasons.map(({ code, severity }) => `${severity} ${code}`);

describe('a run without a flaw', () => {
  it('is valid without a word', () => {
    expect(validityOf(steady(), { health: health() })).toEqual({
      verdict: 'valid',
      gatesInconclusive: false,
      reasons: [],
    });
  });
});

describe('schedule lag', () => {
  const late = (ns: number, everyNth: number) =>
    steady((n) => (n % everyNth === 0 ? { sentNs: n * 10 * MS + ns, doneNs: n * 10 * MS + ns + 1 * MS } : {}));

  it('over 1 ms at p99 makes an open loop invalid, with the numbers and what to do', () => {
    const validity = validityOf(late(3 * MS, 50));
    expect(validity.verdict).toBe('invalid');
    expect(validity.reasons).toEqual([
      expect.objectContaining({
        code: 'schedule-lag',
        severity: 'invalid',
        phase: 'steady',
        what: 'calls left 3 ms late at p99, through no fault of the target (limit 1 ms)',
      }),
    ]);
    expect(validity.reasons[0]?.remedy).toMatch(/lower the rate/);
  });

  it('of fewer than 1 % of the calls, or within 5 % of the smallest given deadline, does not', () => {
    expect(codes(validityOf(late(3 * MS, 200)))).toEqual([]);
    const withDeadline = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }],
      calls: [callSpec('search', { deadlineNs: 100 * MS, deadlineIsExplicit: true })],
    });
    expect(codes(validityOf(late(3 * MS, 50), {}, withDeadline))).toEqual([]);
    expect(codes(validityOf(late(6 * MS, 50), {}, withDeadline))).toEqual(['invalid schedule-lag']);
  });

  it('is not the wait for room that a slow target holds', () => {
    const waited = steady((n) => ({
      admittedNs: n * 10 * MS + 500 * MS,
      sentNs: n * 10 * MS + 500 * MS,
      doneNs: n * 10 * MS + 501 * MS,
    }));
    expect(codes(validityOf(waited))).toEqual([]);
  });

  it('is reported for a closed loop and does not judge it', () => {
    const closed = sketchPlan({ phases: [{ name: 'closed', concurrency: 1, forNs: 20 * S }] });
    expect(codes(validityOf(late(3 * MS, 2), {}, closed))).toEqual([]);
  });
});

describe('a frozen generator is distinguished from a frozen target', () => {
  it('generator: calls leave late, and the run is invalid', () => {
    // Nothing leaves from 10 s to 11 s; then all of it at once.
    const frozen = steady((n) => (n >= 1000 && n < 1100 ? { sentNs: 11 * S, doneNs: 11 * S + 1 * MS } : {}));
    const validity = validityOf(frozen, {
      health: health((second) => (second === 10 ? { loopDelayMaxNs: 1 * S, lagMaxNs: 1 * S } : {})),
    });
    expect(validity.verdict).toBe('invalid');
    expect(codes(validity)).toEqual(['invalid schedule-lag', 'invalid generator-saturated']);
    expect(validity.reasons[1]?.what).toMatch(/was blocked for up to 1 s with calls due, 5 % of the phase/);
  });

  it('target: calls leave in time, and the run is valid', () => {
    const frozen = steady((n) => (n >= 1000 && n < 1100 ? { doneNs: 11 * S + 1 * MS } : {}));
    const rested = health((second) => (second === 10 ? { loopDelayMaxNs: 1 * S } : {}));
    expect(validityOf(frozen, { health: rested }).verdict).toBe('valid');
  });

  it('a single short standstill is worth a warning', () => {
    const validity = validityOf(steady(), {
      health: health((second) => (second === 3 ? { loopDelayMaxNs: 150 * MS, lagMaxNs: 150 * MS } : {})),
    });
    expect(validity.verdict).toBe('valid');
    expect(codes(validity)).toEqual(['warning generator-saturated']);
  });

  it('garbage collection over a tenth of the time is worth a warning', () => {
    expect(codes(validityOf(steady(), { health: health(() => ({ gcNs: 200 * MS })) }))).toEqual([
      'warning generator-saturated',
    ]);
  });
});

describe('achieved against offered', () => {
  it('is invalid when planned calls were never offered', () => {
    const short = steady().slice(0, 1900);
    const [reason] = validityOf(short).reasons;
    expect(reason).toMatchObject({
      code: 'achieved-below-offered',
      severity: 'invalid',
      what: '1900 of 2000 planned calls were offered (95 %, limit 99 %)',
    });
  });

  it('is not, when the client shed them because the target was slow', () => {
    const shed = steady((n) => (n % 2 === 0 ? { sentNs: NaN, outcome: 'shed', errorClass: 'client-queue-full' } : {}));
    expect(codes(validityOf(shed))).toEqual([]);
  });

  it('counts calls that failed in the generator itself as not offered', () => {
    const broken = steady((n) => (n % 50 === 0 ? { outcome: 'generator', errorClass: 'generator-error' } : {}));
    expect(codes(validityOf(broken))).toEqual(['invalid achieved-below-offered']);
  });

  it('allows Poisson arrivals their scatter', () => {
    const poisson = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)], arrivals: 'poisson' }],
    });
    const drawn = poissonArrivals(95, 20 * S, seededRandom(3, 'scatter')).map(({ atNs }, callId): Attempt => ({
      callId,
      intendedNs: atNs,
      doneNs: atNs + 1 * MS,
    }));
    expect(codes(validityOf(drawn, {}, poisson))).toEqual([]);
    expect(codes(validityOf(drawn.slice(0, 1700), {}, poisson))).toEqual(['invalid achieved-below-offered']);
  });
});

describe("the consistency check (Little's law)", () => {
  const filling = (n: number): Partial<Attempt> => ({ doneNs: n * 10 * MS + 1 * MS + n * 0.62 * MS });

  it('over 5 % makes a steady phase invalid', () => {
    expect(codes(validityOf(steady(filling)))).toEqual(['invalid consistency-check', 'warning not-stationary']);
  });

  it('is not asked of a phase with a fault, or of an overload', () => {
    const faulty = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }],
      faults: [{ id: 'f', phase: 0, atNs: 10 * S, forNs: 2 * S }],
    });
    const attempts = steady(filling);
    expect(
      codes(validityOf(attempts, { events: [...phaseEvents(faulty, attempts), ...faultEvents(faulty, [0])] }, faulty)),
    ).not.toContain('invalid consistency-check');
    const over = sketchPlan({
      phases: [
        { name: 'over', regime: 'overload', stages: [stage('overload', 100, 10 * S), stage('after', 100, 10 * S)] },
      ],
    });
    expect(codes(validityOf(attempts, {}, over))).toEqual([]);
  });

  it('is not asked of a window that holds few residences', () => {
    const closed = sketchPlan({ phases: [{ name: 'floor', regime: 'floor', concurrency: 1, forNs: 4 * S }] });
    const slow = Array.from({ length: 5 }, (_, n): Attempt => ({
      callId: n,
      intendedNs: n * 0.9 * S,
      doneNs: (n + 1) * 0.9 * S,
    }));
    expect(codes(validityOf(slow, {}, closed))).toEqual([]);
  });
});

describe('a contended machine', () => {
  const noise = (before: unknown, after: unknown) => ({
    envelope: { noise: { before: { spin: { lostShare: before } }, after: { spin: { lostShare: after } } } },
  });

  it('is worth a warning from 2 %, and makes gates inconclusive from 10 %', () => {
    expect(codes(validityOf(steady(), noise(0.01, 0.015)))).toEqual([]);
    expect(validityOf(steady(), noise(0.01, 0.03))).toMatchObject({
      verdict: 'valid',
      gatesInconclusive: false,
      reasons: [{ code: 'contended-machine', severity: 'warning' }],
    });
    expect(validityOf(steady(), noise({ value: 0.12 }, 0.01))).toMatchObject({
      verdict: 'valid',
      gatesInconclusive: true,
    });
  });

  it('is as much one when it was the hypervisor that took the time, between the probes', () => {
    const stolen = (share: number) => ({
      envelope: {
        noise: {
          before: { spin: { lostShare: 0 } },
          during: { stealShare: { value: share } },
          after: { spin: { lostShare: 0 } },
        },
      },
    });
    expect(codes(validityOf(steady(), stolen(0.019)))).toEqual([]);
    expect(validityOf(steady(), stolen(0.099))).toMatchObject({
      gatesInconclusive: false,
      reasons: [{ code: 'cpu-steal', severity: 'warning' }],
    });
    const judged = validityOf(steady(), stolen(0.1));
    expect(judged).toMatchObject({ verdict: 'valid', gatesInconclusive: true, reasons: [{ code: 'cpu-steal' }] });
    expect(judged.reasons[0]?.what).toMatch(/no gates from 10 %\); gates are inconclusive$/);
  });

  it('is not known from an envelope without the fact, or with nonsense in its place', () => {
    for (const envelope of [
      null,
      'text',
      {},
      { noise: null },
      noise({ value: null, reason: 'no probe' }, 'much').envelope,
    ]) {
      expect(analyse({ record: recordOf(open, steady(), { envelope }), plan: open }).summary).toMatchObject({
        spinLostShare: null,
        validity: { verdict: 'valid' },
      });
    }
  });
});

describe('events', () => {
  const faulty = sketchPlan({
    phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }],
    faults: [{ id: 'cut', phase: 0, atNs: 10 * S, forNs: 2 * S }],
  });
  const withEvents = (events: readonly RunEvent[], plan: Plan = open): string[] =>
    codes(validityOf(steady(), { events: [...phaseEvents(plan, steady()), ...events] }, plan));

  it('of a service that ended by itself, a fault engine that died or hung, make the run invalid', () => {
    expect(
      withEvents([
        {
          type: 'service',
          atNs: 5 * S,
          service: 'backend',
          edge: 'exited',
          pid: 1,
          exitCode: 1,
          signal: null,
          unexpected: true,
        },
      ]),
    ).toEqual(['invalid service-died']);
    expect(
      withEvents([
        { type: 'service', atNs: 25 * S, service: 'backend', edge: 'exited', pid: 1, exitCode: 0, signal: null },
      ]),
    ).toEqual([]);
    expect(withEvents([{ type: 'engine', atNs: 5 * S, edge: 'died' }])).toEqual(['invalid fault-engine-died']);
    expect(withEvents([{ type: 'engine', atNs: 5 * S, edge: 'wedged', detail: 'no answer in 2 s' }])).toEqual([
      'invalid fault-proxy-wedged',
    ]);
  });

  it('of a fault engine that hung say from when on nothing is said of the target', () => {
    const two = sketchPlan({
      phases: [
        { name: 'steady', stages: [stage('main', 100, 10 * S)] },
        { name: 'after', stages: [stage('main', 100, 10 * S)] },
      ],
    });
    const attempts = steady((n) => ({ phase: n < 1000 ? 0 : 1 }));
    const whatAt = (atNs: number): string | undefined =>
      validityOf(
        attempts,
        { events: [...phaseEvents(two, attempts), { type: 'engine', atNs, edge: 'wedged', detail: 'no answer' }] },
        two,
      ).reasons.find(({ code }) => code === 'fault-proxy-wedged')?.what;
    expect(whatAt(4 * S)).toBe(
      'the fault engine stopped answering 4 s into the run (no answer): the rest of phase "steady" and ' +
        'phase "after" are inconclusive',
    );
    expect(whatAt(15 * S)).toBe(
      'the fault engine stopped answering 15 s into the run (no answer): the rest of phase "after" is inconclusive',
    );
    expect(whatAt(30 * S)).toBe(
      'the fault engine stopped answering 30 s into the run (no answer): no phase was under way or came after',
    );
  });

  it('of a fault whose edges are missing or were never confirmed make it invalid', () => {
    expect(withEvents(faultEvents(faulty, [0]), faulty)).toEqual([]);
    expect(withEvents([], faulty)).toEqual(['invalid fault-not-confirmed', 'invalid fault-not-confirmed']);
    const refused: RunEvent = {
      type: 'fault',
      atNs: 10 * S,
      fault: 'cut',
      phase: 0,
      edge: 'on',
      plannedNs: 10 * S,
      askedNs: 10 * S,
      confirmedNs: null,
      error: 'HTTP 500',
    };
    const [, off] = faultEvents(faulty, [0]);
    const { reasons } = validityOf(
      steady(),
      { events: [...phaseEvents(faulty, []), refused, ...(off === undefined ? [] : [off])] },
      faulty,
    );
    expect(reasons.map(({ what }) => what)).toEqual(['fault "cut" was never confirmed on: HTTP 500']);
  });

  it('of warnings are passed on', () => {
    const warning: RunEvent = { type: 'warning', atNs: 1, code: 'w', what: 'odd', remedy: 'look' };
    expect(
      analyse({ record: recordOf(open, steady(), { events: [...phaseEvents(open, []), warning] }), plan: open }).summary
        .warnings,
    ).toEqual([{ atNs: 1, code: 'w', what: 'odd', remedy: 'look' }]);
  });
});

describe('the record', () => {
  it('of a broken-off run is invalid, and only for that', () => {
    const early = phaseEvents(open, steady().slice(0, 1000)).map((event) =>
      event.type === 'phase' && event.edge !== 'start' ? { ...event, atNs: 10 * S } : event,
    );
    expect(codes(validityOf(steady().slice(0, 1000), { status: 'interrupted', events: early }))).toEqual([
      'invalid interrupted',
    ]);
    expect(codes(validityOf(steady().slice(0, 1000), { status: 'recovered', events: early.slice(0, 2) }))).toEqual([
      'invalid record-incomplete',
    ]);
    expect(codes(validityOf(steady().slice(0, 1000), { status: 'failed', events: early }))).toEqual([
      'invalid record-incomplete',
    ]);
  });

  it('is measured as far as a broken-off run got', () => {
    const attempts = steady().slice(0, 1000);
    const { summary } = analyse({
      record: recordOf(open, attempts, { status: 'recovered', events: phaseEvents(open, attempts).slice(0, 2) }),
      plan: open,
    });
    expect(summary.phases[0]?.offeredPerSecond).toBeCloseTo(100, 0);
  });

  it('without samples, or with a phase without measured calls, says so', () => {
    expect(codes(validityOf([]))).toContain('invalid no-samples');
    const two = sketchPlan({
      phases: [
        { name: 'steady', stages: [stage('main', 100, 20 * S)] },
        { name: 'closed', concurrency: 1, forNs: 5 * S },
      ],
    });
    expect(validityOf(steady(), {}, two).reasons).toEqual([
      expect.objectContaining({ code: 'no-samples', phase: 'closed' }),
    ]);
  });

  it('whose manifest counts other samples than there are is incomplete', () => {
    expect(codes(validityOf(steady(), { manifest: { samples: 1999 } }))).toEqual(['invalid record-incomplete']);
    expect(codes(validityOf(steady(), { manifest: null }))).toEqual([]);
  });

  it('with stamps that run backwards has a clock problem, invalid above 1 %, and never a negative stage', () => {
    const stamps = (n: number, everyNth: number): Partial<Attempt> => ({
      receivedNs: n * 10 * MS + 0.3 * MS,
      startedNs: n * 10 * MS + (n % everyNth === 0 ? 0.1 : 0.4) * MS,
      finishedNs: n * 10 * MS + 0.8 * MS,
    });
    const seldom = analyse({
      record: recordOf(
        open,
        steady((n) => stamps(n, 500)),
      ),
      plan: open,
    }).summary;
    expect(codes(seldom.validity)).toEqual(['warning clock-problem']);
    expect(seldom.phases[0]?.stageSplit).toMatchObject({ n: 1996, clockProblems: 4 });
    for (const { durations } of seldom.phases[0]?.stageSplit?.stages ?? [])
      expect(durations.minNs).toBeGreaterThanOrEqual(0);
    expect(codes(validityOf(steady((n) => stamps(n, 20))))).toEqual(['invalid clock-problem']);
  });
});
