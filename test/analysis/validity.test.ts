import { describe, expect, it } from 'vitest';
import { analyse, type AnalysisInput, type Validity } from '../../src/analysis/index.js';
import type { HealthRow, MachineRow, RunEvent, WorkerRow } from '../../src/record/index.js';
import type { Plan } from '../../src/plan/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { FIRST_LOOK_PHASES, FIRST_LOOK_TITLE } from '../../src/scenario/index.js';
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
      reasons: [],
    });
  });
});

describe('calls that left late', () => {
  const late = (ns: number, everyNth: number) =>
    steady((n) => (n % everyNth === 0 ? { sentNs: n * 10 * MS + ns, doneNs: n * 10 * MS + ns + 1 * MS } : {}));

  it('make a run invalid where its p99 would be another without that, with both values and what to do', () => {
    const validity = validityOf(late(3 * MS, 50));
    expect(validity.verdict).toBe('invalid');
    expect(validity.reasons).toEqual([
      expect.objectContaining({
        code: 'schedule-lag',
        severity: 'invalid',
        phase: 'steady',
        what:
          '40 calls of 2,000 left late, by up to 3 ms: response-time p99 (ok calls) is 4 ms, and 1 ms without that; ' +
          'response-time max (ok calls) is 4 ms, and 1 ms without that',
      }),
    ]);
    expect(validity.reasons[0]?.remedy).toMatch(/lower the rate/);
  });

  it('name the option of a first look, which has no scenario in which a rate could be lowered', () => {
    const phases = open.scenario.phases.flatMap((phase) =>
      Object.values(FIRST_LOOK_PHASES).map((name) => ({ ...phase, name })),
    );
    const plan = { ...open, scenario: { ...open.scenario, name: `${FIRST_LOOK_TITLE}library`, phases } };
    const { reasons } = validityOf(late(3 * MS, 50), {}, plan);
    expect(reasons.map(({ code }) => code)).toEqual(['schedule-lag']);
    expect(reasons[0]?.remedy).toContain('--max-rate');
    expect(reasons[0]?.remedy).not.toMatch(/lower the rate|generator\.pacing/);
  });

  it('make it invalid whatever deadline the scenario gives', () => {
    for (const deadlineNs of [100 * MS, 20 * S]) {
      const plan = sketchPlan({
        phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }],
        calls: [callSpec('search', { deadlineNs, deadlineIsExplicit: true })],
      });
      expect(codes(validityOf(late(3 * MS, 50), {}, plan))).toEqual(['invalid schedule-lag']);
    }
  });

  it("are worth a warning where they move the maximum alone, and no word within a timer's own error", () => {
    expect(codes(validityOf(late(3 * MS, 200)))).toEqual(['warning schedule-lag']);
    expect(codes(validityOf(late(0.9 * MS, 2)))).toEqual([]);
  });

  it('move nothing where the target is slow: the same lag is no reason then', () => {
    const slow = (n: number): Partial<Attempt> =>
      n % 50 === 0
        ? { sentNs: n * 10 * MS + 3 * MS, doneNs: n * 10 * MS + 103 * MS }
        : { doneNs: n * 10 * MS + 100 * MS };
    expect(codes(validityOf(steady(slow)))).toEqual([]);
  });

  it('are no wait for room that a slow target holds', () => {
    const waited = steady((n) => ({
      admittedNs: n * 10 * MS + 500 * MS,
      sentNs: n * 10 * MS + 500 * MS,
      doneNs: n * 10 * MS + 501 * MS,
    }));
    expect(codes(validityOf(waited))).toEqual([]);
  });

  it('are reported for a closed loop and do not judge it: it has no schedule', () => {
    const closed = sketchPlan({ phases: [{ name: 'closed', concurrency: 1, forNs: 20 * S }] });
    expect(codes(validityOf(late(3 * MS, 2), {}, closed))).toEqual([]);
  });
});

describe('answers that were read late', () => {
  /** Every 50th call is answered while its worker's loop is 5 ms late, and takes 5.6 ms for that instead of 1 ms. */
  const isHit = (n: number): boolean => n % 50 === 0;
  const read = (more: Partial<Attempt> = {}) =>
    steady((n) => (isHit(n) ? { doneNs: n * 10 * MS + 5.6 * MS, ...more } : {}));
  const turns = (worker = 0, afterNs = 0.5 * MS): RunEvent => {
    const expectedNs = Array.from({ length: 2000 }, (_, n) => n).flatMap((n) =>
      isHit(n) ? [n * 10 * MS + afterNs] : [],
    );
    return { type: 'late-turns', atNs: 0.5 * MS, worker, expectedNs, lateNs: expectedNs.map(() => 5 * MS) };
  };
  const judged = (attempts: readonly Attempt[], happened: readonly RunEvent[], plan: Plan = open): Validity =>
    validityOf(attempts, { events: [...phaseEvents(plan, attempts), ...happened] }, plan);

  it('make a run invalid where its p99 would be another without what a late turn can explain', () => {
    const validity = judged(read(), [turns()]);
    expect(validity.verdict).toBe('invalid');
    expect(validity.reasons).toEqual([
      expect.objectContaining({
        code: 'schedule-lag',
        severity: 'invalid',
        what:
          '40 calls of 2,000 left late or were read late, by up to 0 ms and 5 ms: response-time p99 (ok calls) is ' +
          '5.6 ms, and 1 ms without that; response-time max (ok calls) is 5.6 ms, and 1 ms without that',
      }),
    ]);
  });

  it('are no late answers of the target: those move nothing', () => {
    expect(codes(judged(read(), []))).toEqual([]);
    // Late turns at other times, and of another worker.
    expect(codes(judged(read(), [turns(0, 7 * MS - 10 * MS)]))).toEqual([]);
    const two = { ...open, scenario: { ...open.scenario, generator: { ...open.scenario.generator, workers: 2 } } };
    expect(codes(judged(read({ session: 0 }), [turns(1)], two))).toEqual([]);
    expect(codes(judged(read({ session: 1 }), [turns(1)], two))).toEqual(['invalid schedule-lag']);
  });

  it('can have come no earlier than their service began', () => {
    const served = steady((n) =>
      isHit(n) ? { startedNs: n * 10 * MS + 5.5 * MS, doneNs: n * 10 * MS + 5.6 * MS } : {},
    );
    expect(codes(judged(served, [turns()]))).toEqual([]);
  });

  it('are left alone where a test assumes the machine quiet', () => {
    const envelope = { noise: { source: 'assumed' } };
    const attempts = read();
    const events = [...phaseEvents(open, attempts), turns()];
    expect(codes(validityOf(attempts, { events, envelope }))).toEqual(['warning machine-assumed']);
  });
});

describe('a standstill', () => {
  const standstill = (atNs: number, lengthNs: number, of: 'generator' | 'fault-engine' = 'generator'): RunEvent => ({
    type: 'standstill',
    atNs,
    lengthNs,
    of,
    worker: of === 'generator' ? 0 : null,
  });
  const judged = (attempts: readonly Attempt[], events: readonly RunEvent[], plan: Plan = open): Validity =>
    validityOf(attempts, { events: [...phaseEvents(plan, attempts), ...events] }, plan);
  /** Nothing leaves and nothing is read from 10 s to 10.58 s; then all of it at once, at 1 ms a call. */
  const frozen = steady((n) => {
    const ready = 10.58 * S + (n - 999) * MS;
    return n >= 1000 && n < 1065 && ready > n * 10 * MS
      ? { sentNs: Math.max(n * 10 * MS, 10.58 * S), doneNs: ready }
      : {};
  });

  it('of the generator makes the run invalid where it moves a p99: time, length, calls, both values are named', () => {
    const validity = judged(frozen, [standstill(10 * S, 0.58 * S)]);
    expect(codes(validity)).toEqual(['invalid generator-standstill']);
    expect(validity.reasons[0]?.what).toContain(
      'the generator stood still for 580 ms, 10 s into the phase, which touched 65 calls of 2,000: ' +
        'response-time p99 (ok calls) is 401 ms, and 1 ms without them; ',
    );
  });

  it('that touched every call only bounds what the numbers are without it', () => {
    const late = steady((n) => ({ sentNs: 20.5 * S + n * 1e3, doneNs: 20.5 * S + n * 1e3 + MS }));
    const [reason] = judged(late, [standstill(0, 20.5 * S)]).reasons;
    expect(reason?.what).toMatch(
      /touched 2,000 calls of 2,000: .*p50 .*is 10\.5 s, and may be down to 0 ms without them/,
    );
  });

  it('is as much one in a closed loop, and of the fault engine', () => {
    expect(codes(judged(frozen, [standstill(10 * S, 0.58 * S, 'fault-engine')]))).toEqual([
      'invalid fault-engine-standstill',
    ]);
    const closed = sketchPlan({ phases: [{ name: 'closed', concurrency: 4, forNs: 3 * S }] });
    const calls = Array.from({ length: 242 }, (_, n): Attempt => {
      const turn = Math.floor(n / 4) * 40 * MS;
      const at = turn < 1 * S ? turn : turn + 0.58 * S;
      return { callId: n, intendedNs: at, doneNs: at + (turn === 960 * MS ? 620 * MS : 40 * MS) };
    });
    const validity = judged(calls, [standstill(1 * S, 0.58 * S)], closed);
    expect(codes(validity)).toContain('invalid generator-standstill');
    expect(validity.reasons[0]?.what).toContain('goodput rate');
  });

  it('that moves no headline number leaves the run valid and is named all the same', () => {
    // Of a target that takes 6 s, 0.58 s is no tenth.
    const slow = steady((n) => ({ doneNs: n * 10 * MS + 6 * S }));
    const validity = judged(slow, [standstill(10 * S, 0.58 * S)]);
    expect(validity.verdict).toBe('valid');
    expect(validity.reasons.find(({ code }) => code === 'generator-standstill')?.what).toMatch(
      /touched 657 calls of 2,000: no number depends on it$/,
    );
  });

  it("while the target stalls is not blamed for the target's stall", () => {
    // The target stalls for 700 ms at 10 s; the generator stands still for 20 ms in the middle of it.
    const stalled = steady((n) =>
      n >= 1000 && n < 1078 ? { doneNs: Math.max(n * 10 * MS + MS, 10.7 * S + (n - 999) * MS) } : {},
    );
    expect(codes(judged(stalled, [standstill(10.3 * S, 20 * MS)]))).toEqual([]);
  });

  it('outside of what is measured is a warning, before the warm-up ends and after the run', () => {
    const warm = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)], warmupNs: 2 * S }] });
    const early = steady((n) => ({ warmup: n < 200 }));
    const validity = judged(early, [standstill(0.5 * S, 0.5 * S)], warm);
    expect(codes(validity)).toEqual(['warning generator-standstill']);
    expect(validity.reasons[0]).toMatchObject({ phase: 'steady' });
    expect(codes(judged(steady(), [standstill(21 * S, 0.5 * S)]))).toEqual(['warning generator-standstill']);
  });

  it('shorter than other work makes one is left alone where a test assumes the machine quiet', () => {
    const envelope = { noise: { source: 'assumed' } };
    const short = steady((n) => (n >= 1000 && n < 1020 ? { sentNs: 10.2 * S, doneNs: 10.2 * S + MS } : {}));
    const events = [...phaseEvents(open, short), standstill(10 * S, 0.2 * S)];
    expect(codes(validityOf(short, { events, envelope }))).toEqual(['warning machine-assumed']);
    expect(codes(validityOf(short, { events }))).toContain('warning generator-standstill');
  });

  it('of the target alone leaves calls in time, and the run valid', () => {
    const stopped = steady((n) => (n >= 1000 && n < 1100 ? { doneNs: 11 * S + 1 * MS } : {}));
    expect(validityOf(stopped).verdict).toBe('valid');
  });

  it('of a collector that takes a tenth of the time is worth a warning', () => {
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

describe('what was sent against what was recorded', () => {
  const workers = (more: Partial<WorkerRow> = {}): WorkerRow[] =>
    [0, 10, 20.1].map((second) => {
      const sent = Math.min(2000, second * 100);
      return {
        atNs: second * S,
        worker: 0,
        sent,
        open: 0,
        flownNs: sent * MS,
        otherClockNs: second * S,
        ...(second > 20 ? more : {}),
      };
    });
  const judged = (attempts: readonly Attempt[], rows = workers()): readonly string[] =>
    validityOf(attempts, { workers: rows, manifest: null }).reasons.map(
      ({ severity, code, what }) => `${severity} ${code}: ${what}`,
    );

  it('is the same in a run without a flaw', () => {
    expect(judged(steady())).toEqual([]);
  });

  it('by the time in flight names a clock that runs fast', () => {
    expect(judged(steady(), workers({ otherClockNs: 20.1e9 / 1.1 }))).toEqual([
      'invalid consistency-check: what a load worker counted as in flight and what its samples give differ by 9.09 % ' +
        '(limit 5 %): a clock or a count is wrong',
    ]);
  });

  it('by the attempts names a sample that was dropped, and one that was doubled', () => {
    expect(judged(steady().slice(0, 1999))).toEqual([
      'invalid samples-unaccounted: the samples are not those that were made: worker 0 ended 2,000 attempts, and ' +
        '1999 are recorded',
    ]);
    const twice = steady();
    expect(judged([...twice, ...twice.slice(700, 701)])).toEqual([
      'invalid samples-unaccounted: the samples are not those that were made: 1 attempt recorded more than once; ' +
        'worker 0 ended 2,000 attempts, and 2001 are recorded',
    ]);
  });

  it('names attempts that are missing before the last of their call', () => {
    const retried = steady((n) => (n === 500 ? { attempt: 2 } : {}));
    expect(judged(retried)).toEqual([
      'invalid samples-unaccounted: the samples are not those that were made: 2 attempts of calls that went on not ' +
        'recorded',
    ]);
  });
});

describe('a generator that was late although it had what it needed', () => {
  const lateBy = (ns: number) =>
    steady((n) => (n % 50 === 0 ? { sentNs: n * 10 * MS + ns, doneNs: n * 10 * MS + ns + 1 * MS } : {}));
  const idle = (idleCores: number): readonly MachineRow[] =>
    Array.from({ length: 20 }, (_, second) => ({
      ...{ fromNs: second * S, atNs: (second + 1) * S, cores: 2, othersCores: 0.01, waitingShare: 0.02 },
      idleCores: second === 7 ? idleCores : 1.6,
    }));
  const using = (share: number) =>
    Array.from({ length: 20 }, (_, second) => ({
      ...{ atNs: (second + 1) * S, process: 'plimsoll', pid: 9, cpuUserS: (second + 1) * share, cpuSystemS: 0 },
      ...{ rssBytes: 1, fileDescriptors: 1, sockets: 1, threads: 1, sessions: null },
    }));
  const seen = (ns: number, idleCores: number, share: number) =>
    codes(validityOf(lateBy(ns), { machine: idle(idleCores), resources: using(share) }));

  it('was held up by the machine, so that the run may be repeated', () => {
    expect(seen(3 * MS, 0.8, 0.3)).toEqual(['invalid schedule-lag', 'doubtful held-up-machine']);
  });

  it('was not where a core was taken for a second, where it was busy itself, or where no number depends on it', () => {
    expect(seen(3 * MS, 0.2, 0.3)).toEqual(['invalid schedule-lag']);
    expect(seen(3 * MS, 0.8, 0.7)).toEqual(['invalid schedule-lag']);
    expect(seen(10_000, 0.8, 0.3)).toEqual([]);
  });
});

describe('a machine with other work on it', () => {
  const noise = (before: unknown, after: unknown) => ({
    envelope: { noise: { before: { spin: { lostShare: before } }, after: { spin: { lostShare: after } } } },
  });
  /** One row a second: others' work in the seconds given. */
  const machine = (busy: readonly number[], more: Partial<MachineRow> = {}): MachineRow[] =>
    Array.from({ length: 25 }, (_, second) => ({
      fromNs: second * S,
      atNs: (second + 1) * S,
      cores: 2,
      ...(busy.includes(second)
        ? { othersCores: 1.4, idleCores: 0, waitingShare: 0.9, ...more }
        : { othersCores: 0.05, idleCores: 1.5, waitingShare: 0.02 }),
    }));

  it('while a phase is measured makes the run doubtful', () => {
    const validity = validityOf(steady(), { machine: machine([5, 6, 7]) });
    expect(validity).toMatchObject({
      verdict: 'doubtful',
      reasons: [
        {
          code: 'contended-machine',
          severity: 'doubtful',
          phase: 'steady',
          what:
            'other processes were busy on 1.4 of 2 cores for 3 s of what was measured (15 %, limit 5 %), while tasks ' +
            'waited for a core',
        },
      ],
    });
  });

  it('outside of what is measured changes nothing, by the watch and by the probes', () => {
    const plan = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)], warmupNs: 5 * S }] });
    const attempts = steady((n) => ({ warmup: n < 500 }));
    const more = { machine: machine([0, 1, 2, 3, 4, 20, 21, 22]), ...noise(0.6, 0.9) };
    expect(validityOf(attempts, more, plan)).toMatchObject({
      verdict: 'valid',
      reasons: [{ code: 'contended-machine', severity: 'warning' }],
    });
  });

  it('is none where no task waits for a core, few as the idle ones may be', () => {
    expect(codes(validityOf(steady(), { machine: machine([5, 6, 7], { waitingShare: 0.1 }) }))).toEqual([]);
    const unknown = { waitingShare: null };
    expect(codes(validityOf(steady(), { machine: machine([5, 6, 7], { ...unknown, idleCores: 0.5 }) }))).toEqual([]);
    expect(codes(validityOf(steady(), { machine: machine([5, 6, 7], { ...unknown, idleCores: 0.1 }) }))).toEqual([
      'doubtful contended-machine',
    ]);
  });

  it('is none for a moment of a long phase, and none of our own', () => {
    const long = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 24 * S)] }] });
    const attempts = Array.from({ length: 2400 }, (_, n): Attempt => ({
      callId: n,
      intendedNs: n * 10 * MS,
      doneNs: n * 10 * MS + MS,
    }));
    expect(codes(validityOf(attempts, { machine: machine([5]) }, long))).toEqual([]);
    expect(codes(validityOf(steady(), { machine: machine([5, 6, 7], { othersCores: 0.1 }) }))).toEqual([]);
  });

  it('is given by the probes around the load where nothing is known of the time between', () => {
    const nothing = { cores: null, othersCores: null, idleCores: null, waitingShare: null, reason: 'no /proc' };
    const unwatched = { machine: [{ fromNs: 0, atNs: 20 * S, ...nothing }] };
    expect(codes(validityOf(steady(), { ...noise(0.01, 0.015), ...unwatched }))).toEqual([]);
    expect(validityOf(steady(), { ...noise(0.01, 0.03), ...unwatched })).toMatchObject({
      verdict: 'valid',
      reasons: [{ code: 'contended-machine', severity: 'warning' }],
    });
    expect(validityOf(steady(), { ...noise({ value: 0.12 }, 0.01), ...unwatched }).verdict).toBe('doubtful');
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
      verdict: 'valid',
      reasons: [{ code: 'cpu-steal', severity: 'warning' }],
    });
    expect(validityOf(steady(), stolen(0.1))).toMatchObject({ verdict: 'doubtful', reasons: [{ code: 'cpu-steal' }] });
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
