/**
 * An analysis made by hand: a floor, a closed and an open steady phase, an overload with its way back, a fault, an
 * empty phase, quantiles that can't be estimated or are censored. Shapes follow simple formulas, so that a reader of a
 * failing test can work the numbers out.
 */
import type {
  Analysis,
  CallStats,
  Durations,
  EffectSummary,
  Figures,
  GateResult,
  PhaseSummary,
  Quantile,
  RecoverySummary,
  RecoveryWindow,
  ResponseWindows,
  StageStats,
  Summary,
  ToolStats,
  ValidityReason,
} from '../../src/analysis/index.js';
import type { Outcome } from '../../src/record/index.js';
import type { RunView } from '../../src/report/index.js';
import { OUTCOME_ORDER } from '../../src/report/words.js';
import { fixtureConsequences } from './side-effects-fixture.js';
import { noGateway } from './gateway-fixture.js';
import { cameBack, hiddenCapacity, loop, stayedDown } from './after-fault-fixture.js';

export const MS = 1e6;
export const S = 1e9;

const QUANTILES = [
  { q: 0.5, needed: 7 },
  { q: 0.9, needed: 44 },
  { q: 0.95, needed: 90 },
  { q: 0.99, needed: 662 },
  { q: 0.999, needed: 6_636 },
];

/** Durations whose median and spread are given; `censoredAtNs` turns what lies beyond into censored quantiles. */
export function durations(n: number, medianNs: number, spread: number, censoredAtNs = Infinity): Durations {
  const at = (q: number): number => medianNs * spread ** Math.log10(0.5 / (1 - q));
  return {
    n,
    censored: 0,
    meanNs: n === 0 ? null : medianNs * (1 + spread / 20),
    minNs: n === 0 ? null : medianNs * 0.8,
    maxNs: n === 0 ? null : Math.min(censoredAtNs, at(1 - 0.5 / Math.max(n, 1))),
    quantiles: QUANTILES.map(({ q, needed }): Quantile => {
      if (n < needed) return { kind: 'not-estimable', q, n, needed };
      if (at(q) >= censoredAtNs) return { kind: 'censored', q, ns: censoredAtNs };
      return { kind: 'value', q, ns: at(q), lowNs: at(q) * 0.96, highNs: q > 0.99 ? null : at(q) * 1.05 };
    }),
  };
}

export function outcomes(counts: Partial<Record<Outcome, number>>): Readonly<Record<Outcome, number>> {
  return Object.fromEntries(OUTCOME_ORDER.map((outcome) => [outcome, counts[outcome] ?? 0])) as Record<Outcome, number>;
}

export function callStats(
  over: Partial<CallStats> & { readonly offered: number },
  seconds: number,
  medianNs: number,
  spread: number,
): CallStats {
  const good = over.good ?? over.offered;
  return {
    attempts: over.offered,
    outcomes: outcomes({ ok: over.offered }),
    errorClasses: [],
    good,
    late: 0,
    goodputPerSecond: good / seconds,
    goodRatio: over.offered === 0 ? null : good / over.offered,
    missRatio: over.offered === 0 ? null : 1 - good / over.offered,
    responseTime: { ok: durations(good, medianNs, spread), all: durations(over.offered, medianNs, spread * 1.1) },
    latencyFromSend: {
      ok: durations(good, medianNs * 0.98, spread * 0.9),
      all: durations(over.offered, medianNs, spread),
    },
    retryAmplification: over.offered === 0 ? null : 1,
    ...over,
  };
}

const NO_DURATIONS = durations(0, 1, 2);

interface PhaseShape {
  readonly index: number;
  readonly name: string;
  readonly regime: PhaseSummary['regime'];
  readonly loop: PhaseSummary['loop'];
  readonly startNs: number;
  readonly endNs: number;
  readonly stats: CallStats;
  readonly tools?: readonly ToolStats[];
}

function phase(shape: PhaseShape, over: Partial<PhaseSummary> = {}): PhaseSummary {
  const { stats } = shape;
  const seconds = (shape.endNs - shape.startNs) / S;
  const median = stats.responseTime.ok.quantiles[0];
  const responseNs = median?.kind === 'value' ? median.ns : 10 * MS;
  const stage = (
    name: 'client-queue' | 'schedule-lag' | 'outbound-hop' | 'upstream-queue' | 'service' | 'return-hop',
    share: number,
  ) => ({ stage: name, meanNs: responseNs * share, durations: durations(stats.good, responseNs * share, 2) });
  return {
    ...stats,
    index: shape.index,
    name: shape.name,
    regime: shape.regime,
    loop: shape.loop,
    concurrency: shape.loop === 'closed' ? 16 : null,
    startNs: shape.startNs,
    measuredFromNs: shape.startNs,
    scheduledEndNs: shape.endNs,
    drainedNs: shape.endNs + 20 * MS,
    warmupCalls: 12,
    scheduledPerSecond: shape.loop === 'open' ? stats.offered / seconds : null,
    offeredPerSecond: stats.offered / seconds,
    completedPerSecond: stats.offered / seconds,
    peakPerSecond: stats.offered / seconds,
    scheduleLag: shape.loop === 'open' ? durations(stats.offered, 0.05 * MS, 2) : NO_DURATIONS,
    arrivals:
      shape.loop === 'open'
        ? {
            process: 'constant',
            windowNs: 250 * MS,
            windows: Math.round(seconds * 4),
            dispersion: 0.012,
            low: 0,
            high: 0.25,
            gaps: null,
          }
        : null,
    stageSplit:
      stats.good === 0
        ? null
        : {
            source: 'upstream',
            n: stats.good,
            clockProblems: 0,
            ended: [],
            stages: [
              stage('client-queue', 0.02),
              stage('schedule-lag', 0.01),
              stage('outbound-hop', 0.05),
              stage('upstream-queue', 0.2),
              stage('service', 0.67),
              stage('return-hop', 0.05),
            ],
          },
    queueAge: {
      source: 'upstream',
      maxNs: 4 * MS,
      p99Ns: 3 * MS,
      slope: seconds < 5 ? null : { nsPerSecond: 0.01 * MS, low: -0.02 * MS, high: 0.03 * MS },
    },
    upstreamCalls: { max: 40, maxAtNs: shape.startNs + S },
    inFlight: { mean: 3.2, max: 16 },
    consistencyError: 0.004,
    newConnections: 0,
    outsideFaults: { offered: 0, ok: 0, good: 0 },
    stationarity: shape.regime === 'steady' ? { verdict: 'not-judged', why: 'too-short' } : null,
    stationaryStats: null,
    stages: [],
    drain: null,
    tools: shape.tools ?? [],
    ...over,
  };
}

/** Names that the fixture carries from "outside"; a hostile test puts its own in. */
export interface FixtureNames {
  readonly run: string;
  readonly tool: string;
  readonly phase: string;
  readonly fault: string;
  readonly link: string;
  readonly message: string;
}

export const PLAIN_NAMES: FixtureNames = {
  run: 'quickstart',
  tool: 'search',
  phase: 'steady',
  fault: 'slow-link',
  link: 'upstream',
  message: '3.1 % of a core was lost to other work while the machine was probed (limit 2 %).',
};

function tools(names: FixtureNames, n: number, seconds: number, medianNs: number): readonly ToolStats[] {
  const book = Math.round(n * 0.2);
  return [
    { label: names.tool, tool: names.tool, ...callStats({ offered: n - book }, seconds, medianNs, 2.2) },
    {
      label: 'book',
      tool: 'book',
      ...callStats(
        {
          offered: book,
          good: book - 3,
          late: 1,
          outcomes: outcomes({ ok: book - 2, tool: 2 }),
          attempts: book + 4,
          retryAmplification: (book + 4) / book,
        },
        seconds,
        medianNs * 1.1,
        2.4,
      ),
    },
  ];
}

export function fixtureSummary(names: FixtureNames = PLAIN_NAMES, over: Partial<Summary> = {}): Summary {
  const floor = phase(
    {
      index: 0,
      name: 'floor',
      regime: 'floor',
      loop: 'closed',
      startNs: 0,
      endNs: 4 * S,
      stats: callStats({ offered: 410 }, 4, 9.6 * MS, 1.9),
      tools: [{ label: names.tool, tool: names.tool, ...callStats({ offered: 410 }, 4, 9.6 * MS, 1.9) }],
    },
    { concurrency: 1 },
  );
  const closed = phase({
    index: 1,
    name: names.phase,
    regime: 'steady',
    loop: 'closed',
    startNs: 4.2 * S,
    endNs: 12.2 * S,
    stats: callStats(
      {
        offered: 7_400,
        good: 7_397,
        late: 1,
        outcomes: outcomes({ ok: 7_398, tool: 2 }),
        errorClasses: [{ errorClass: 'tool-error', count: 2 }],
      },
      8,
      16 * MS,
      1.8,
    ),
    tools: tools(names, 7_400, 8, 16 * MS),
  });
  const stage = (
    label: StageStats['label'],
    rate: number,
    from: number,
    to: number,
    stats: CallStats,
    ageNs: number,
  ): StageStats => ({
    ...stats,
    label,
    ratePerSecond: rate,
    rampToPerSecond: null,
    fromNs: from,
    toNs: to,
    queueAge: {
      source: 'upstream',
      maxNs: ageNs,
      p99Ns: ageNs * 0.98,
      slope: { nsPerSecond: 300 * MS, low: 290 * MS, high: 310 * MS },
    },
  });
  const overloadStats = callStats(
    {
      offered: 9_300,
      good: 5_100,
      late: 2_900,
      outcomes: outcomes({ ok: 8_000, deadline: 900, shed: 400 }),
      errorClasses: [
        { errorClass: 'deadline', count: 900 },
        { errorClass: 'http-429', count: 400 },
      ],
    },
    16,
    180 * MS,
    3.5,
  );
  const overload = phase(
    {
      index: 2,
      name: 'overload',
      regime: 'overload',
      loop: 'open',
      startNs: 12.4 * S,
      endNs: 28.4 * S,
      stats: {
        ...overloadStats,
        responseTime: {
          ok: durations(8_000, 180 * MS, 3.2, 2_400 * MS),
          all: durations(9_300, 190 * MS, 4, 2_500 * MS),
        },
      },
      tools: tools(names, 9_300, 16, 180 * MS),
    },
    {
      queueAge: {
        source: 'upstream',
        maxNs: 2.48 * S,
        p99Ns: 2.4 * S,
        slope: { nsPerSecond: 12 * MS, low: -3 * MS, high: 31 * MS },
      },
      stages: [
        stage(
          'overload',
          900,
          12.4 * S,
          18.4 * S,
          callStats({ offered: 5_400, good: 1_900 }, 6, 900 * MS, 1.6),
          2.48 * S,
        ),
        stage('after', 300, 18.4 * S, 28.4 * S, callStats({ offered: 3_000, good: 2_700 }, 10, 20 * MS, 3), 2.46 * S),
      ],
      drain: {
        peakWaitNs: 2.51 * S,
        peakWaitAtNs: 18.39 * S,
        longestWaitNs: 2.48 * S,
        ageAtEndNs: 0.84 * S,
        drainNs: 5.2 * S,
        emptyWhen: 'none-waiting',
        observedNs: 10 * S,
        ageAsBefore: null,
        fluid: {
          drainNs: 5 * S,
          peakWaitNs: 2.5 * S,
          ageAtEndNs: 0.83 * S,
          peakAgeAfterNs: 8.5 * S,
          capacityPerSecond: 600,
          capacityFrom: 'observed',
          ignores: ['bounded-queue', 'timeouts'],
        },
      },
    },
  );
  const fault = phase({
    index: 3,
    name: 'fault',
    regime: 'steady',
    loop: 'open',
    startNs: 30.9 * S,
    endNs: 50.9 * S,
    stats: callStats(
      {
        offered: 6_000,
        good: 4_800,
        late: 700,
        outcomes: outcomes({ ok: 5_500, deadline: 420, transport: 80 }),
        errorClasses: [
          { errorClass: 'deadline', count: 420 },
          { errorClass: 'connection-reset', count: 80 },
        ],
      },
      20,
      11 * MS,
      3,
    ),
    tools: tools(names, 6_000, 20, 11 * MS),
  });
  const empty = phase(
    {
      index: 4,
      name: 'never reached',
      regime: 'steady',
      loop: 'open',
      startNs: 51 * S,
      endNs: 52 * S,
      stats: callStats({ offered: 0, good: 0 }, 1, 1, 2),
    },
    { consistencyError: null, warmupCalls: 0 },
  );
  const recovered: RecoverySummary = {
    fault: names.fault,
    type: 'latency',
    on: names.link,
    phase: 'fault',
    onsetNs: 35.9 * S,
    clearNs: 40.9 * S,
    onsetUncertaintyNs: 1.3 * MS,
    clearUncertaintyNs: 0.9 * MS,
    baseline: { goodputPerSecond: 300, p99Ns: 24 * MS, windows: 20 },
    normalRange: { maxP99Ns: 48 * MS, minGoodputPerSecond: 270 },
    windowNs: 0.25 * S,
    holdNs: 2 * S,
    timeToDetect: { kind: 'value', ns: 0.25 * S },
    timeToRecover: { kind: 'value', ns: 1.5 * S },
    drain: {
      ns: 0.42 * S,
      observedNs: 10 * S,
      fluidNs: 0.38 * S,
      fluidIgnores: ['timeouts'],
      emptyWhen: 'none-waiting',
    },
    dip: { lostGoodCalls: 1_312.4, depth: 0.93 },
    afterFault: cameBack,
    note: null,
  };
  const effects: EffectSummary = {
    calls: 4_700,
    exactlyOnce: 4_647,
    duplicates: 37,
    lost: 11,
    orphans: 5,
    failedNotExecuted: 0,
    unattributed: 2,
    slices: [
      {
        phase: 'overload',
        label: 'book',
        calls: 1_860,
        exactlyOnce: 1_807,
        duplicates: 37,
        lost: 11,
        orphans: 5,
        failedNotExecuted: 0,
      },
    ],
  };
  const reasons: readonly ValidityReason[] = [
    {
      code: 'contended-machine',
      severity: 'warning',
      phase: null,
      what: names.message,
      remedy: 'Stop other work on this machine, or run where nobody shares the cores.',
    },
  ];
  return {
    schema: 'plimsoll/summary-v2',
    runId: '20261120T194500Z-quickstart-a1b2c3',
    name: names.run,
    status: 'complete',
    endedEarly: null,
    startedUtc: '2026-11-20T19:45:00.000Z',
    durationNs: 53.4 * S,
    scenarioDigest: 'a3'.repeat(32),
    loadLine: { perSecond: 600, from: 'declared' },
    validity: { verdict: 'valid', reasons },
    floor: {
      phase: 'floor',
      responseTimeOk: floor.responseTime.ok,
      loopbackReference: { tcpEchoP50Ns: 0.041 * MS, httpNoopP50Ns: 0.118 * MS, harnessP50Ns: 0.203 * MS },
    },
    phases: [floor, closed, overload, fault, empty],
    attributions: [],
    spans: null,
    serverMetrics: [],
    scaling: null,
    capacities: [],
    answerGaps: [],
    failures: [],
    foreignAnswers: null,
    serverRequests: [],
    sessionTurnover: null,
    protocol: { revision: '2025-11-25', transport: 'streamable-http', driver: 'wire', toolListKept: null },
    recoveries: [
      recovered,
      {
        ...recovered,
        fault: 'cut',
        type: 'down',
        onsetNs: 44 * S,
        clearNs: 46 * S,
        timeToRecover: { kind: 'censored', ns: 4.9 * S },
        dip: { lostGoodCalls: 900, depth: 1 },
        drain: { ns: null, observedNs: 4.9 * S, fluidNs: null, fluidIgnores: [], emptyWhen: 'none-waiting' },
        afterFault: stayedDown,
      },
    ],
    afterFault: { hiddenCapacities: [hiddenCapacity], hysteresis: [loop] },
    hypotheses: [],
    drift: null,
    gateway: noGateway(),
    effects,
    sideEffects: fixtureConsequences({ ...names, phase: 'fault' }),
    growth: [],
    shards: null,
    lateness: [],
    samples: { attempts: 23_900, logicalCalls: 23_110, unaccounted: 0 },
    generator: {
      loopDelayMaxNs: 3.4 * MS,
      gcShare: 0.004,
      selfCapacityPerSecond: 5_000,
      selfCapacityUnknown: null,
      highestRatePerSecond: 900,
    },
    spinLostShare: 0.031,
    otherProcesses: { meanCores: 0.1234, ofCores: 2 },
    warnings: [{ atNs: 2 * S, code: 'slow-ready', what: names.message, remedy: 'Nothing to do.' }],
    ...over,
  };
}

/** A deterministic wobble in 0..1, so that curves badge like curves. */
const wobble = (index: number): number => ((index * 2_654_435_761) % 1_000) / 1_000;

export function fixtureFigures(summary: Summary): Figures {
  const windowNs = 0.25 * S;
  const windows = Math.ceil(52 / 0.25);
  const fromNs = Array.from({ length: windows }, (_, index) => index * windowNs);
  const at = fromNs.map((ns, index) => windowAt(ns / S, index));
  const nullable = (pick: (row: (typeof at)[number]) => number | null) => at.map(pick);
  return {
    timeline: {
      windowNs,
      fromNs,
      offeredPerSecond: at.map((row) => row.offered),
      goodputPerSecond: at.map((row) => row.offered * row.good),
      latePerSecond: at.map((row) => row.offered * row.late),
      shedPerSecond: at.map((row) => row.offered * row.shed),
      failedPerSecond: [
        { outcome: 'transport', perSecond: at.map((row) => row.offered * row.transport) },
        {
          outcome: 'deadline',
          perSecond: at.map((row) => row.offered * Math.max(0, 1 - row.good - row.late - row.shed - row.transport)),
        },
      ],
      responseOk: {
        p50Ns: nullable((row) => row.p50),
        p99Ns: nullable((row) => (row.offered < 150 ? null : row.p50 === null ? null : row.p50 * 2.2)),
        p999Ns: at.map(() => null),
        maxNs: nullable((row) => (row.p50 === null ? null : row.p50 * 2.6)),
      },
      responseAll: {
        p50Ns: nullable((row) => row.all),
        p99Ns: nullable((row) => (row.offered < 150 || row.all === null ? null : row.all * 2.3)),
        p999Ns: at.map(() => null),
        maxNs: nullable((row) => (row.all === null ? null : row.all * 2.8)),
      },
      fromSendOk: {
        p50Ns: nullable((row) => (row.p50 === null ? null : row.p50 * 0.5)),
        p99Ns: at.map(() => null),
        p999Ns: at.map(() => null),
        maxNs: nullable((row) => (row.p50 === null ? null : row.p50 * 0.7)),
      },
      queueAgeMaxNs: at.map((row) => row.age),
      upstreamCalls: at.map((row, index) => (index % 2 === 0 ? row.age / MS : null)),
      inFlightMean: at.map((row) => row.inFlight),
    },
    response: responseFixture(at, windowNs),
    abandonedAgesNs: at.map((row) => row.age * 1.6),
    processes: [
      { process: 'backend', points: processPoints(0.32, 62 * MIB) },
      { process: 'plimsoll', points: processPoints(0.21, 170 * MIB) },
      { process: 'fault-engine', points: processPoints(0.05, 51 * MIB) },
    ],
    phases: summary.phases.map((each) => ({
      phase: each.name,
      loop: each.loop,
      startNs: each.startNs,
      measuredFromNs: each.measuredFromNs,
      scheduledEndNs: each.scheduledEndNs,
      drainedNs: each.drainedNs,
      stages: each.stages.map(({ label, ratePerSecond, rampToPerSecond, fromNs: from, toNs }) => ({
        label,
        ratePerSecond,
        rampToPerSecond,
        fromNs: from,
        toNs,
      })),
    })),
    faults: summary.recoveries.map((each) => ({
      fault: each.fault,
      type: each.type,
      on: each.on,
      phase: each.phase,
      plannedOnNs: each.onsetNs - 1 * MS,
      confirmedOnNs: each.onsetNs,
      plannedOffNs: (each.clearNs ?? 0) - 1 * MS,
      confirmedOffNs: each.clearNs,
    })),
    percentiles: summary.phases.map((each) => {
      const median = each.responseTime.ok.quantiles[0];
      const base = median?.kind === 'value' ? median.ns : 0;
      const points = (scale: number, spread: number) =>
        base === 0
          ? []
          : Array.from({ length: 60 }, (_, index) => ({
              x: 10 ** (index / 18),
              q: 1 - 10 ** (-index / 18),
              ns: base * scale * spread ** (index / 18 - 0.3),
            })).filter((point) => point.x <= each.offered / 10);
      return {
        phase: each.name,
        loop: each.loop,
        responseOk: points(1, 1.7),
        responseAll: points(1.05, 1.9),
        fromSendOk: points(0.9, 1.5),
        deadlinesNs: [250 * MS, 500 * MS],
      };
    }),
    lags: summary.phases.flatMap((each) =>
      each.loop === 'open' && each.offered > 0
        ? [
            {
              phase: each.name,
              limitNs: 12.5 * MS,
              underNs: 1_000,
              under: 40,
              bins: [0, 1, 2, 3].map((k) => ({
                fromNs: 1_000 * 10 ** (k / 5),
                toNs: 1_000 * 10 ** ((k + 1) / 5),
                count: k === 1 ? 0 : 50 * (k + 1),
              })),
            },
          ]
        : [],
    ),
    heatmap: {
      timeBinNs: 0.5 * S,
      latencyEdgesNs: Array.from({ length: 41 }, (_, index) => 1 * MS * 10 ** (index / 10)),
      cells: Array.from({ length: 104 }, (_, column) => column).flatMap((column) => {
        const base = at[column * 2]?.p50 ?? null;
        if (base === null) return [];
        const row = Math.max(0, Math.floor(Math.log10(base / MS) * 10));
        return [0, 1, 2, 3, 4, 5].map((step) => ({
          fromNs: column * 0.5 * S,
          row: Math.min(39, row + step),
          count: Math.max(1, Math.round((at[column * 2]?.offered ?? 2) / 2 / (1 + step * step))),
        }));
      }),
    },
    recoveries: summary.recoveries.map((each) => ({ fault: each.fault, windows: recoveryWindows(each) })),
    growth: [],
    metricSeries: [],
    stageSplits: summary.phases.flatMap((each) =>
      each.stageSplit === null
        ? []
        : [
            {
              phase: each.name,
              loop: each.loop,
              source: each.stageSplit.source,
              stages: each.stageSplit.stages.map(({ stage, durations: own }) => ({ stage, meanNs: own.meanNs ?? 0 })),
            },
          ],
    ),
  };
}

const MIB = 1024 ** 2;

/** A poll a second; the first has no usage. */
const processPoints = (cores: number, rssBytes: number) =>
  Array.from({ length: 52 }, (_, second) => ({
    atNs: (second + 1) * S,
    cores: second === 0 ? null : cores * (1 + 0.2 * wobble(second)),
    rssBytes: rssBytes + second * 1000,
  }));

/** Two windows of the timeline each. In the overload half of the calls got no answer, so that p90 is a bound. */
function responseFixture(at: readonly ReturnType<typeof windowAt>[], windowNs: number): ResponseWindows {
  const rows = at.filter((_, index) => index % 2 === 0);
  const times = (factor: number) => rows.map(({ all }) => (all === null ? null : all * factor));
  return {
    windowNs: 2 * windowNs,
    fromNs: rows.map((_, index) => index * 2 * windowNs),
    calls: rows.map(({ offered }) => Math.round(offered / 2)),
    p50Ns: times(1),
    p90Ns: times(1.5),
    p99Ns: times(2),
    knownShare: rows.map(({ good }) => (good < 0.6 ? 0.5 : 1)),
  };
}

/** The part of a page that is one chapter; empty where it has none. */
export const chapterOf = (page: string, id: string): string =>
  new RegExp(`<section class="chapter" aria-labelledby="${id}-title">[\\s\\S]*?</section>`).exec(page)?.[0] ?? '';

function windowAt(t: number, index: number) {
  const noise = 1 + 0.06 * wobble(index);
  const calm = { good: 1, late: 0, shed: 0, transport: 0 };
  if (t < 4) return { offered: 103, ...calm, p50: 9.6 * MS * noise, all: 9.6 * MS * noise, age: 0.1 * MS, inFlight: 1 };
  if (t < 12.2)
    return {
      offered: 925 * noise,
      ...calm,
      p50: 16 * MS * noise,
      all: 16 * MS * noise,
      age: 9 * MS * noise,
      inFlight: 16,
    };
  if (t < 18.4) {
    const age = (t - 12.2) * 0.4 * S;
    const late = Math.min(1, Math.max(0, (t - 13) / 2));
    return {
      offered: 900,
      good: 1 - late,
      late: late * 0.7,
      shed: late * 0.1,
      transport: 0,
      p50: 14 * MS + age,
      all: 20 * MS + age,
      age,
      inFlight: (age / S) * 600,
    };
  }
  if (t < 28.4) {
    const age = Math.max(0, 2.48 - (t - 18.4) * 0.48) * S;
    const late = age > 0.25 * S ? 1 : 0;
    return {
      offered: 300,
      good: 1 - late,
      late: late * 0.9,
      shed: 0,
      transport: 0,
      p50: 11 * MS + age,
      all: 12 * MS + age,
      age,
      inFlight: 3 + (age / S) * 600,
    };
  }
  if (t < 30.9 || t >= 50.9)
    return { offered: 0, good: 0, late: 0, shed: 0, transport: 0, p50: null, all: null, age: 0, inFlight: 0 };
  if (t >= 35.9 && t < 40.9)
    return {
      offered: 300,
      good: 0.07,
      late: 0.4,
      shed: 0,
      transport: 0.1,
      p50: 310 * MS * noise,
      all: 420 * MS * noise,
      age: 90 * MS,
      inFlight: 96,
    };
  return { offered: 300, ...calm, p50: 11 * MS * noise, all: 11 * MS * noise, age: 3 * MS, inFlight: 3.3 };
}

function recoveryWindows(recovery: RecoverySummary): readonly RecoveryWindow[] {
  const clear = ((recovery.clearNs ?? recovery.onsetNs) - recovery.onsetNs) / S;
  const back = recovery.timeToRecover.kind === 'value' ? clear + recovery.timeToRecover.ns / S : Infinity;
  return Array.from({ length: 60 }, (_, index) => {
    const t = (index - 20) * 0.25;
    const noise = 1 + 0.05 * wobble(index);
    const inFault = t >= 0 && t < clear;
    const healing = t >= clear && t < back;
    const goodputPerSecond = inFault ? 21 : healing ? Math.min(260, 21 + (t - clear) * 110) : 300 / noise;
    return {
      fromNs: t * S,
      goodputPerSecond,
      p99Ns: inFault ? 500 * MS : healing ? 130 * MS * noise : 22 * MS * noise,
      okP99Ns: inFault ? (t < 1 ? null : 240 * MS) : healing ? 90 * MS : 22 * MS * noise,
      offered: 75,
      attempts: inFault ? 190 : 75,
      inNormalRange: !(inFault || healing),
    };
  });
}

export function fixtureGates(names: FixtureNames = PLAIN_NAMES): RunView['gates'] {
  const gate = (index: number, over: Partial<GateResult['gate']>): GateResult['gate'] => ({
    index,
    metric: 'response-time',
    stat: 'p99',
    phase: names.phase,
    tool: null,
    fault: null,
    process: null,
    min: null,
    max: 100 * MS,
    unit: 'ns',
    ...over,
  });
  const results: GateResult[] = [
    {
      gate: gate(0, {}),
      text: `response-time p99 of ${names.phase} <= 100 ms (closed loop)`,
      verdict: 'pass',
      measured: 43.2 * MS,
      unit: 'ns',
      why: 'p99 is 43.2 ms, under the bound of 100 ms.',
    },
    {
      gate: gate(1, { metric: 'time-to-recover', stat: 'max', phase: null, max: 3 * S }),
      text: 'time-to-recover <= 3 s',
      verdict: 'regress',
      measured: 4.9 * S,
      isLowerBound: true,
      unit: 'ns',
      why: 'cut: not within 4.9 s (the observation ended first)',
    },
    {
      gate: gate(2, { metric: 'duplicates', stat: 'count', phase: null, max: 0, unit: 'count' }),
      text: 'duplicates count <= 0',
      verdict: 'regress',
      measured: 37,
      unit: 'count',
      why: '37 executions too many.',
    },
    {
      gate: gate(3, { stat: 'p99.9', phase: 'floor', max: 50 * MS }),
      text: 'response-time p99.9 of floor <= 50 ms (closed loop)',
      verdict: 'inconclusive',
      measured: null,
      unit: 'ns',
      why: '410 of the 6,636 calls it needs.',
    },
  ];
  return { verdict: 'regress', results };
}

export function fixtureInput(names: FixtureNames = PLAIN_NAMES, over: Partial<Summary> = {}): RunView {
  const summary = fixtureSummary(names, over);
  const analysis: Analysis = { summary, figures: fixtureFigures(summary) };
  return {
    analysis,
    gates: fixtureGates(names),
    plan: {
      scenario: {
        version: 1,
        name: names.run,
        description: 'The three regimes and one fault, on a stack this machine can start by itself.',
        seed: 7,
        allowRemote: false,
        loadLinePerSecond: 600,
        stack: { services: [], links: [], target: { kind: 'url', url: 'http://127.0.0.1:1/mcp' } },
        protocol: {
          revision: '2025-11-25',
          transport: 'streamable-http',
          sessions: 16,
          headers: {},
          inFlightPerSession: 1,
          propagateDeadline: false,
          trace: null,
          serverStream: true,
          outputSchemas: true,
          overloadCodes: [],
        },
        calls: [],
        phases: [],
        faults: [],
        gates: [],
        comparativeGates: [],
        defaultGates: true,
        hypotheses: [],
        abortOn: null,
        contract: null,
        toolLists: null,
        generator: { pacing: 'auto', maxInFlight: 256, maxQueued: 10_000, workers: 1 },
        recovery: { latencyFactor: 2, goodputShare: 0.9, holdNs: 2 * S, windowNs: 0.25 * S },
      },
      loadLinePerSecond: 600,
      phases: [],
      faults: [],
      scheduledNs: 52 * S,
    },
    envelope: {
      identity: { tool: { value: 'plimsoll 0.1.0' }, commit: { value: null, reason: 'not a git working tree' } },
      host: {
        cpu: { value: 'Example CPU @ 2.4 GHz' },
        cores: { value: 2 },
        governor: { value: null, reason: 'no cpufreq on this machine' },
      },
      target: { server: { value: names.tool }, tools: { value: [names.tool, 'book'] } },
    },
    scenarioText: `version: 1\nname: ${names.run}\ncalls:\n  - { tool: ${names.tool} }\n`,
    files: [
      { path: 'samples.parquet', bytes: 512_345 },
      { path: 'events.ndjson', bytes: 812 },
    ],
    reproduce: 'npx plimsoll run scenarios/quickstart.yaml --seed 7',
  };
}
