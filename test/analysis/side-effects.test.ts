import { withDefaults } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { sideEffectsTopic } from '../../src/analysis/effects/side-effects.js';
import { framesOf } from '../../src/analysis/calls/frames.js';
import type { AnalysisInput, SideEffects } from '../../src/analysis/index.js';
import { edgesOf } from '../../src/analysis/recovery/edges.js';
import { proportionInterval } from '../../src/analysis/statistics/index.js';
import type { Plan } from '../../src/plan/index.js';
import {
  countExecutions,
  joinCalls,
  type ResourceRow,
  type RunEvent,
  type FaultHitRow,
  type ToolRow,
  type WorkRow,
} from '../../src/record/index.js';
import type { Service } from '../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage, type FaultSketch, type PlanSketch } from './fixtures/scenario.js';

const MOCK: Service = { kind: 'mock', name: 'backend', mock: 'tools', options: withDefaults({}), readyWithinNs: S };
const STAGES: NonNullable<PlanSketch['phases'][number]['stages']> = [stage('main', 100, 20 * S)];
const KILL = { set: 'kill', afterwards: [], lift: 'start' } as const;
const mockFault = (type: 'error' | 'lost-effect' | 'stall' | 'session-loss'): FaultSketch => ({
  place: 'mock',
  type,
  on: 'backend',
  action: { kind: type },
});

function planWith(faults: PlanSketch['faults'] = [], more: Partial<PlanSketch> = {}): Plan {
  return sketchPlan({ phases: [{ name: 'steady', stages: STAGES }], services: [MOCK], faults, ...more });
}

/** One call every 10 ms that takes 1 ms, each changed as `change` says. */
function calls(change: (n: number) => Partial<Attempt> = () => ({}), count = 2000): readonly Attempt[] {
  return Array.from({ length: count }, (_, callId) => ({
    callId,
    intendedNs: callId * 10 * MS,
    doneNs: callId * 10 * MS + 1 * MS,
    ...change(callId),
  }));
}

function sideEffectsOf(
  plan: Plan,
  attempts: readonly Attempt[],
  more: Partial<AnalysisInput> = {},
  struckAtOff?: number,
): SideEffects {
  const edges = faultEvents(plan, [0]).map((event): RunEvent =>
    event.type === 'fault' && event.edge === 'off' && struckAtOff !== undefined
      ? { ...event, affected: { eligible: 100, affected: struckAtOff } }
      : event,
  );
  return fromRecord(
    plan,
    recordOf(plan, attempts, { ...more, events: [...phaseEvents(plan, attempts), ...edges, ...(more.events ?? [])] }),
  );
}

/** As the whole analysis asks for them, without the rest of it. */
function fromRecord(plan: Plan, record: AnalysisInput): SideEffects {
  const specs = plan.scenario.calls;
  const calls = joinCalls(record.samples, specs, plan.phases.length);
  const tools = record.samples.tables.tools;
  const executions = record.effects.length === 0 ? null : countExecutions(calls, tools, record.effects).executions;
  return sideEffectsTopic.compute({
    record,
    plan,
    calls,
    executions,
    edges: edgesOf(plan.faults, record.events),
    frames: framesOf(plan, record.events, calls),
  }).summary.sideEffects;
}

describe('the interval of a share', () => {
  it('is that of Clopper and Pearson', () => {
    // One-sided bounds have a closed form: 1 - (alpha / 2)^(1 / n) and (alpha / 2)^(1 / n).
    expect(proportionInterval(0, 37)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** (1 / 37), 12) as number });
    expect(proportionInterval(5, 5)).toEqual({ low: expect.closeTo(0.025 ** (1 / 5), 12) as number, high: 1 });
    const { low, high } = proportionInterval(8, 10);
    expect([low, high]).toEqual([expect.closeTo(0.4439, 5), expect.closeTo(0.97479, 5)]);
  });
});

describe('effects by what tools say of themselves', () => {
  const tools = ['erase', 'book', 'set', 'find', 'mystery'];
  const hints = (
    tool: string,
    readOnlyHint: boolean | null,
    idempotentHint: boolean | null,
    destructiveHint: boolean | null,
  ): ToolRow => ({ tool, readOnlyHint, idempotentHint, destructiveHint });
  const hinted = [
    hints('erase', false, null, null),
    hints('book', false, false, false),
    hints('set', false, true, true),
    hints('find', true, null, null),
    hints('mystery', null, null, null),
  ];
  const plan = planWith([], { calls: tools.map((tool) => callSpec(tool, { effect: 'exactly-once' })) });
  const attempts = calls((n) => ({ spec: n % 5 }), 100);
  // Every call is executed once, and those of number 0 to 9 twice.
  const effects = attempts.flatMap(({ callId, spec = 0 }) =>
    Array.from({ length: callId < 10 ? 2 : 1 }, () => ({ callId, tool: tools[spec] ?? '', atNs: 0 })),
  );

  it('distinguish duplicates that matter from those that do no harm', () => {
    const { classes, reason } = sideEffectsOf(plan, attempts, { effects, tools: hinted }).effectsByAnnotation;
    expect(reason).toBeNull();
    expect(classes.map((each) => [each.annotation, each.tools, each.calls, each.duplicates])).toEqual([
      ['destructive', ['erase'], 20, 2],
      ['additive', ['book'], 20, 2],
      ['not-reported', ['mystery'], 20, 2],
      ['idempotent', ['set'], 20, 2],
      ['read-only', ['find'], 20, 2],
    ]);
  });

  it('are unknown without annotations in the record, and where nothing is to be exact', () => {
    expect(sideEffectsOf(plan, attempts, { effects }).effectsByAnnotation).toEqual({
      classes: [],
      reason: 'the tool annotations are not in the record',
    });
    expect(sideEffectsOf(planWith(), calls(), { tools: [] }).effectsByAnnotation.reason).toBe(
      'no call has "effect: exactly-once"',
    );
  });
});

describe('errorVisibility', () => {
  const hit = (callId: number | null, more: Partial<FaultHitRow> = {}): FaultHitRow => ({
    fault: 'broken',
    callId,
    tool: 'search',
    receivedNs: (callId ?? 0) * 10 * MS + 0.2 * MS,
    atNs: (callId ?? 0) * 10 * MS + 0.5 * MS,
    afterLift: false,
    ...more,
  });
  const plan = planWith([{ id: 'broken', phase: 0, atNs: 5 * S, forNs: 5 * S, as: mockFault('error') }]);
  const affected = Array.from({ length: 10 }, (_, n) => hit(600 + n));
  // 600 to 605 get an error, 606 gets no answer, 607 gets a wrong answer and 608 and 609 a right one.
  const seen = (n: number): Partial<Attempt> =>
    n < 600 || n > 609
      ? {}
      : n <= 605
        ? { outcome: 'transport', errorClass: 'http-5xx' }
        : n === 606
          ? { outcome: 'deadline', errorClass: 'deadline' }
          : n === 607
            ? { outcome: 'semantic', errorClass: 'wrong-value' }
            : {};

  it('counts what the callers of affected calls saw: reported, unanswered and silent', () => {
    const { classes, notAttributable } = sideEffectsOf(plan, calls(seen), { faultHits: affected }, 10).errorVisibility;
    expect(notAttributable).toEqual([]);
    expect(classes).toEqual([
      {
        type: 'error',
        faults: ['broken'],
        attributedBy: 'fault-hits',
        affected: 10,
        notSeen: 0,
        outcomes: [
          { outcome: 'transport', count: 6 },
          { outcome: 'deadline', count: 1 },
          { outcome: 'semantic', count: 1 },
          { outcome: 'ok', count: 2 },
        ],
        reported: 6,
        unanswered: 1,
        silent: 3,
        reportedShare: { value: 0.6, ...proportionInterval(6, 10) },
        note: null,
      },
    ]);
  });

  it('counts the attempt that was affected, not the result of its retry', () => {
    const retried = calls().flatMap((attempt): readonly Attempt[] =>
      attempt.callId === 600
        ? [
            { ...attempt, final: false, outcome: 'transport', errorClass: 'http-5xx' },
            { ...attempt, attempt: 1, sentNs: attempt.doneNs + 1 * MS, doneNs: attempt.doneNs + 2 * MS },
          ]
        : [attempt],
    );
    const [first] = sideEffectsOf(plan, retried, { faultHits: [hit(600)] }, 1).errorVisibility.classes;
    expect(first).toMatchObject({ affected: 1, reported: 1, silent: 0 });
    const [second] = sideEffectsOf(plan, retried, { faultHits: [hit(600, { receivedNs: 6002.5 * MS })] }, 1)
      .errorVisibility.classes;
    expect(second).toMatchObject({ affected: 1, reported: 0, silent: 1 });
  });

  it('takes the hits that came after the fault was lifted, which its off edge could not count', () => {
    const late = [hit(600), hit(601, { afterLift: true })];
    expect(sideEffectsOf(plan, calls(seen), { faultHits: late }, 1).errorVisibility.classes).toMatchObject([
      { affected: 2, reported: 2 },
    ]);
    expect(sideEffectsOf(plan, calls(seen), { faultHits: late }, 2).errorVisibility).toEqual({
      classes: [],
      notAttributable: [{ fault: 'broken', type: 'error', reason: 'the mock reported 1 of 2 fault hits' }],
    });
  });

  it('counts apart whom the record knows nothing of', () => {
    const [found] = sideEffectsOf(plan, calls(seen), { faultHits: [hit(600), hit(null), hit(99_999)] }, 3)
      .errorVisibility.classes;
    expect(found).toMatchObject({
      affected: 3,
      notSeen: 2,
      reported: 1,
      reportedShare: { value: 1, ...proportionInterval(1, 1) },
    });
  });

  it('judges no fault that makes no call fail', () => {
    const stall = planWith([{ id: 'broken', phase: 0, atNs: 5 * S, forNs: 5 * S, as: mockFault('stall') }]);
    const [found] = sideEffectsOf(stall, calls(), { faultHits: [hit(600)] }, 1).errorVisibility.classes;
    expect(found).toMatchObject({
      type: 'stall',
      affected: 1,
      silent: 1,
      reportedShare: null,
      note: 'delays calls and makes none fail by itself',
    });
    expect(
      sideEffectsOf(stall, calls(), { faultHits: [hit(null, { tool: null })] }, 1).errorVisibility.notAttributable[0]
        ?.reason,
    ).toBe('it affected no call directly');
  });

  it('takes what was sent while the target was away, between the confirmed onset and the asked end', () => {
    const down = planWith([{ id: 'outage', phase: 0, atNs: 5 * S, forNs: 2 * S }]);
    const refused = calls((n) =>
      n >= 500 && n < 700
        ? { outcome: n === 599 ? 'ok' : 'transport', errorClass: n === 599 ? 'none' : 'connect-refused' }
        : {},
    );
    const [found] = sideEffectsOf(down, refused).errorVisibility.classes;
    expect(found).toMatchObject({
      type: 'down',
      attributedBy: 'send-time',
      affected: 200,
      reported: 199,
      silent: 1,
    });
    // Half a second between each request and its confirmation: 1.5 s remain in which the fault was surely on.
    const record = recordOf(down, refused, {
      events: [...phaseEvents(down, refused), ...faultEvents(down, [0], 500 * MS)],
    });
    expect(fromRecord(down, record).errorVisibility.classes).toMatchObject([{ affected: 150 }]);
  });

  it('says of which faults the affected calls are unknown', () => {
    const reasons = (
      as: FaultSketch | undefined,
      more: Partial<PlanSketch> = {},
      input: Partial<AnalysisInput> = {},
    ): readonly (string | undefined)[] =>
      sideEffectsOf(
        planWith([{ id: 'x', phase: 0, atNs: 5 * S, forNs: 2 * S, ...(as === undefined ? {} : { as }) }], more),
        calls(),
        input,
      ).errorVisibility.notAttributable.map(({ reason }) => reason);
    expect(
      reasons({
        place: 'process',
        type: 'freeze',
        on: 'backend',
        action: { set: 'freeze', afterwards: [], lift: 'thaw' },
      }),
    ).toEqual(['it slows, breaks or holds traffic, and which calls that were is not reported']);
    expect(reasons({ place: 'process', type: 'kill', on: 'other', action: KILL })).toEqual([
      'calls reach the target without "other", or through a gateway that may hold them',
    ]);
    expect(reasons(mockFault('error'))).toEqual(['the affected calls are not in the record']);
    expect(reasons(mockFault('error'), {}, { faultHits: [] })).toEqual([]);
  });
});

describe('wasted work', () => {
  const account = (more: Partial<WorkRow>): WorkRow => ({
    service: 'backend',
    incarnation: 0,
    atNs: 0,
    tookNs: 0,
    when: 'end',
    served: 0,
    servedServiceNs: 0,
    wasted: 0,
    wastedServiceNs: 0,
    expired: 0,
    cancelled: 0,
    cancels: 0,
    underWay: 0,
    sessionsOpen: 1,
    sessionsOpened: 1,
    ...more,
  });
  const first = [
    account({ when: 'begin', served: 3, servedServiceNs: 30 }),
    account({
      when: 'leaving',
      served: 103,
      servedServiceNs: 1030,
      wasted: 10,
      wastedServiceNs: 100,
      cancelled: 2,
      cancels: 4,
      underWay: 5,
    }),
  ];

  it('is summed over all processes of a mock, from the begin of the run on', () => {
    const work = [
      ...first,
      account({ incarnation: 1, when: 'edge', served: 20 }),
      account({
        incarnation: 1,
        served: 50,
        servedServiceNs: 500,
        wasted: 5,
        wastedServiceNs: 50,
        expired: 1,
        underWay: 2,
      }),
    ];
    const found = sideEffectsOf(planWith(), calls(), { work });
    expect(found.work).toEqual([
      {
        service: 'backend',
        incarnations: 2,
        served: 150,
        servedServiceNs: 1500,
        wasted: 15,
        wastedServiceNs: 150,
        expired: 1,
        cancelled: 2,
        cancels: 4,
        unfinished: 7,
        complete: true,
      },
    ]);
    expect(found.wastedWork).toEqual({
      from: 'counters',
      executions: 150,
      wasted: 15,
      serviceNs: 1500,
      wastedServiceNs: 150,
      executionShare: 0.1,
      serviceShare: 0.1,
      late: 0,
      lowerBound: false,
    });
  });

  it('is a lower bound where a process ended without being asked', () => {
    const ends = (...rows: readonly WorkRow[]): unknown =>
      sideEffectsOf(planWith(), calls(), { work: [...first.slice(0, 1), ...rows] }).work[0]?.complete;
    expect(ends(account({}))).toBe(true);
    expect(ends(account({ when: 'edge' }))).toBe(false);
    expect(ends(account({ when: 'edge' }), account({ incarnation: 1 }))).toBe(false);
    expect(ends(account({ when: 'leaving' }), account({ incarnation: 2 }))).toBe(false);
  });

  it('is also what was answered after the deadline; without any account nothing else can be seen', () => {
    const plan = planWith([], { calls: [callSpec('search', { deadlineNs: 50 * MS })] });
    const stamped = calls(
      (n) => ({
        startedNs: n * 10 * MS,
        finishedNs: n * 10 * MS + 1 * MS,
        ...(n < 20 ? { doneNs: n * 10 * MS + 60 * MS } : {}),
      }),
      200,
    );
    expect(sideEffectsOf(plan, stamped).wastedWork).toEqual({
      from: 'stamps',
      executions: 200,
      wasted: 20,
      serviceNs: 200 * MS,
      wastedServiceNs: 20 * MS,
      executionShare: 0.1,
      serviceShare: 0.1,
      late: 20,
      lowerBound: true,
    });
    expect(
      sideEffectsOf(plan, stamped, {
        work: [
          account({ when: 'begin' }),
          account({ served: 300, wasted: 10, servedServiceNs: 600 * MS, wastedServiceNs: 10 * MS }),
        ],
      }).wastedWork,
    ).toMatchObject({
      from: 'counters',
      executions: 300,
      wasted: 30,
      late: 20,
      executionShare: 0.1,
      serviceShare: 0.05,
    });
    expect(sideEffectsOf(plan, calls()).wastedWork).toEqual({
      from: 'unknown',
      reason: 'no mock reported its counters, and no upstream stamped its answers',
    });
  });

  it('is counted whole where every process reported to its end and no gateway may hold more', () => {
    const work = [account({ when: 'begin' }), account({ served: 200 })];
    const direct = planWith();
    const gateway = { kind: 'gateway', name: 'front', to: ['backend'] } as unknown as Service;
    const through: Plan = {
      ...direct,
      scenario: {
        ...direct.scenario,
        stack: { services: [MOCK, gateway], links: [], target: { kind: 'service', service: 'front' } },
      },
    };
    expect(sideEffectsOf(direct, calls(), { work }).wastedWork).toMatchObject({ lowerBound: false });
    expect(sideEffectsOf(through, calls(), { work }).wastedWork).toMatchObject({ lowerBound: true });
  });

  it('is spared as far as cancelling reaches', () => {
    const plan = planWith([], { calls: [callSpec('search'), callSpec('quiet', { cancel: false })] });
    const givenUp = calls(
      (n) => ({
        spec: n % 2,
        ...(n < 40
          ? {
              outcome: 'deadline',
              errorClass: n < 4 ? 'deadline-in-client-queue' : n < 10 ? 'interrupted' : 'deadline',
              ...(n < 4 ? { sentNs: NaN } : {}),
            }
          : {}),
      }),
      100,
    );
    const work = [account({ when: 'begin' }), account({ cancels: 14, cancelled: 6 })];
    expect(sideEffectsOf(plan, givenUp, { work }).cancelPropagation).toEqual({
      givenUp: 30,
      cancelled: 15,
      arrived: 14,
      stopped: 6,
      stoppedShare: 0.2,
    });
    expect(sideEffectsOf(plan, givenUp).cancelPropagation).toEqual({
      givenUp: 30,
      cancelled: 15,
      arrived: null,
      stopped: null,
      stoppedShare: null,
    });
  });
});

describe('sessions', () => {
  const say = (session: number, atS: number, edge: 'opened' | 'lost' | 'reopened' | 'closed'): RunEvent => ({
    type: 'session',
    atNs: atS * S,
    session,
    edge,
  });
  const opened = [0, 1, 2, 3, 4, 5].map((session) => say(session, -1, 'opened'));
  const restart: FaultSketch = {
    place: 'process',
    type: 'restart',
    on: 'backend',
    action: { set: 'terminate', afterwards: [], lift: 'start' },
  };
  const plan = planWith([{ id: 'again', phase: 0, atNs: 5 * S, forNs: 2 * S, as: restart }]);
  // Session 4 gets no result once the fault is over, and nothing is sent in session 5.
  const attempts = calls((n) => ({
    session: n % 5,
    ...(n >= 700 && n % 5 === 4 ? { outcome: 'session', errorClass: 'session-unknown' } : {}),
  }));

  it('went on untouched, were opened anew, were lost, or reported nothing', () => {
    const events = [
      ...opened,
      say(1, 7.5, 'lost'),
      say(1, 8, 'reopened'),
      say(2, 7.5, 'lost'),
      say(3, 7.5, 'lost'),
      say(3, 8, 'reopened'),
      say(3, 9, 'lost'),
      say(0, 20, 'closed'),
    ];
    expect(sideEffectsOf(plan, attempts, { events }).sessions).toEqual([
      {
        fault: 'again',
        type: 'restart',
        phase: 'steady',
        fromNs: 5 * S,
        untilNs: 20 * S,
        before: 6,
        transparent: 1,
        reinitialised: 1,
        lost: 3,
        unused: 1,
        transparentShare: 1 / 5,
        survivedShare: 2 / 5,
        statePreserved: 1,
        stateReason: null,
      },
    ]);
  });

  it('are watched until the next event that can end them', () => {
    const two = planWith([
      { id: 'first', phase: 0, atNs: 5 * S, forNs: 2 * S, as: restart },
      { id: 'second', phase: 0, atNs: 10 * S, forNs: 1 * S, as: mockFault('session-loss') },
    ]);
    const events = [...opened, say(0, 10.2, 'lost'), say(0, 11, 'reopened'), say(1, 10.2, 'lost')];
    const found = sideEffectsOf(
      two,
      calls((n) => ({ session: n % 6 })),
      { events },
    ).sessions;
    expect(
      found.map(({ fault, untilNs, before, transparent, reinitialised, lost }) => [
        fault,
        untilNs,
        before,
        transparent,
        reinitialised,
        lost,
      ]),
    ).toEqual([
      ['first', 10 * S, 6, 6, 0, 0],
      ['second', 20 * S, 6, 4, 1, 1],
    ]);
  });

  it('behind a gateway keep their state where no upstream ended or opened one anew', () => {
    const gateway = { kind: 'gateway', name: 'front', to: ['backend'] } as unknown as Service;
    const front = planWith([{ id: 'again', phase: 0, atNs: 5 * S, forNs: 2 * S, as: { ...restart, on: 'front' } }], {
      services: [MOCK, gateway],
    });
    const through: Plan = {
      ...front,
      scenario: {
        ...front.scenario,
        stack: { ...front.scenario.stack, target: { kind: 'service', service: 'front' } },
      },
    };
    const account = (atS: number, more: Partial<WorkRow> = {}): WorkRow => ({
      service: 'backend',
      incarnation: 0,
      tookNs: 0,
      atNs: atS * S,
      when: 'edge',
      served: 0,
      servedServiceNs: 0,
      wasted: 0,
      wastedServiceNs: 0,
      expired: 0,
      cancelled: 0,
      cancels: 0,
      underWay: 0,
      sessionsOpen: 6,
      sessionsOpened: 7,
      ...more,
    });
    const state = (work: readonly WorkRow[] | null): unknown => {
      const [found] = sideEffectsOf(
        through,
        calls((n) => ({ session: n % 6 })),
        { events: opened, work },
      ).sessions;
      return found?.statePreserved ?? found?.stateReason;
    };
    expect(state([account(0), account(21)])).toBe(6);
    expect(state([account(0), account(21, { sessionsOpened: 9 })])).toBe(
      'the upstreams opened 2 sessions after the last poll before the event; for which clients is unknown',
    );
    expect(state([account(0), account(6), account(21, { sessionsOpened: 8 })])).toBe(
      'the upstreams opened 1 sessions after the last poll before the event; for which clients is unknown',
    );
    expect(state([account(0), account(21, { incarnation: 1 })])).toBe(
      'the process of "backend" ended, and the sessions it held are unknown',
    );
    expect(state(null)).toBe('the number of sessions that the upstreams opened is not in the record');
  });

  it('are of no concern where no fault can end them', () => {
    expect(
      sideEffectsOf(
        planWith([{ id: 'broken', phase: 0, atNs: 5 * S, forNs: 2 * S, as: mockFault('error') }]),
        attempts,
        { events: opened },
      ).sessions,
    ).toEqual([]);
  });
});

describe('resources after a fault', () => {
  const plan = planWith([{ id: 'outage', phase: 0, atNs: 8 * S, forNs: 2 * S }], { recovery: { holdNs: 3 * S } });
  const look = (atS: number, more: Partial<ResourceRow> = {}): ResourceRow => ({
    atNs: atS * S,
    process: 'backend',
    pid: 7,
    cpuUserS: 0,
    cpuSystemS: 0,
    rssBytes: 100 * 2 ** 20,
    fileDescriptors: 20,
    sockets: 8,
    threads: 9,
    sessions: null,
    ...more,
  });
  /** Sockets go from 8 to 48 during the fault and come back to `after`. */
  const polls = (after: number, untilS = 19): readonly ResourceRow[] =>
    Array.from({ length: untilS }, (_, s) =>
      look(s, { sockets: s < 8 ? 8 : s < 12 ? 48 : after, rssBytes: 100 * 2 ** 20 + (s % 2) * 2 ** 20 }),
    );
  const traces = (resources: readonly ResourceRow[], of = plan) =>
    sideEffectsOf(of, calls(), { resources }).resources[0]?.traces;

  it('are given back in the share of what was taken', () => {
    expect(traces(polls(8))).toEqual([
      expect.objectContaining({
        quantity: 'rss',
        recovered: null,
        reason: 'the peak is not above the values before the fault',
      }),
      expect.objectContaining({
        quantity: 'descriptors',
        recovered: null,
        reason: 'the peak is not above the values before the fault',
      }),
      { process: 'backend', pid: 7, quantity: 'sockets', before: 8, peak: 48, after: 8, recovered: 1, reason: null },
    ]);
    expect(traces(polls(18))?.[2]).toMatchObject({ after: 18, recovered: 0.75 });
    expect(traces(polls(58))?.[2]).toMatchObject({ peak: 58, after: 58, recovered: 0 });
  });

  it('are not judged without polls before, during and a hold time after', () => {
    expect(traces(polls(8, 12))?.[2]).toMatchObject({
      peak: 48,
      after: null,
      recovered: null,
      reason: 'not polled one hold time after the fault: the phase or the process ended, or the next fault began',
    });
    expect(traces(polls(8).filter(({ atNs }) => atNs === 7 * S || atNs > 7.5 * S))?.[2]).toMatchObject({
      recovered: null,
      reason: '1 of 2 polls before the fault that a comparison needs',
    });
    expect(traces(polls(8).filter(({ atNs }) => atNs > 9 * S))).toEqual([]);
  });

  it('are no state to compare with while another fault is on', () => {
    const two = planWith(
      [
        { id: 'outage', phase: 0, atNs: 8 * S, forNs: 2 * S },
        { id: 'early', phase: 0, atNs: 1 * S, forNs: 3 * S, as: mockFault('error') },
      ],
      { recovery: { holdNs: 3 * S } },
    );
    // Calm are the polls before the first fault, and none in the hold time after it.
    const found = sideEffectsOf(two, calls(), { resources: polls(8) }).resources;
    expect(found.map(({ fault }) => fault)).toEqual(['early', 'outage']);
    expect(found[1]?.traces[2]).toMatchObject({
      before: 8,
      recovered: null,
      reason: '1 of 2 polls before the fault that a comparison needs',
    });
  });

  it('are compared with the median of the ten seconds before the fault', () => {
    const late = planWith([{ id: 'outage', phase: 0, atNs: 12 * S, forNs: 1 * S }], { recovery: { holdNs: 3 * S } });
    const sockets = (s: number): number => (s < 2 ? 900 : s < 7 ? 8 : s < 12 ? 10 : s < 15 ? 49 : 19);
    const rows = Array.from({ length: 19 }, (_, s) => look(s, { sockets: sockets(s) }));
    expect(traces(rows, late)?.[2]).toMatchObject({ before: 9, peak: 49, after: 19, recovered: 0.75 });
  });

  it('have to rise by 4 MiB of memory to be judged', () => {
    const risen = (mib: number) =>
      traces(polls(8).map((row, s) => (s < 8 || s > 11 ? row : { ...row, rssBytes: (101 + mib) * 2 ** 20 })))?.[0];
    expect(risen(3)?.recovered).toBeNull();
    expect(risen(5)?.recovered).not.toBeNull();
  });

  it('of a fault that stays are not reported', () => {
    const gone = planWith([
      {
        id: 'gone',
        phase: 0,
        atNs: 8 * S,
        forNs: null,
        as: { place: 'process', type: 'gone', on: 'backend', action: KILL },
      },
    ]);
    const events = phaseEvents(gone, calls());
    const on = faultEvents(gone, [0]).slice(0, 1);
    const { resources } = fromRecord(
      gone,
      recordOf(gone, calls(), { events: [...events, ...on], resources: polls(8) }),
    );
    expect(resources).toEqual([
      { fault: 'gone', type: 'gone', phase: 'steady', holdNs: 3 * S, traces: [], reason: 'the fault did not end' },
    ]);
  });
});
