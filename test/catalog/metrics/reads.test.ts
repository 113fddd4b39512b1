/**
 * Each statistic of each metric, read from numbers that all differ: reading a wrong one, or a wrong quantile, fails.
 */
import { describe, expect, it } from 'vitest';
import { GATE_METRICS, METRICS, metricOf, type GateMetric, type Stats } from '../../../src/catalog/index.js';

let next = 1_000;
/** A number that no other field has. */
const own = (): number => next++;

const durations = () => {
  const value = (q: number) => ({ kind: 'value' as const, q, ns: own(), lowNs: own(), highNs: own() });
  return {
    n: own(),
    censored: 0,
    meanNs: own(),
    minNs: own(),
    maxNs: own(),
    quantiles: [0.5, 0.9, 0.95, 0.99, 0.999].map(value),
  };
};
const both = () => ({ ok: durations(), all: durations() });

const stretch = {
  offered: 200,
  good: 130,
  late: own(),
  attempts: own(),
  outcomes: { ok: 150, deadline: own() },
  errorClasses: ['a', 'b', 'c'],
  goodputPerSecond: own(),
  responseTime: both(),
  latencyFromSend: both(),
  retryAmplification: own(),
  offeredPerSecond: own(),
  peakPerSecond: own(),
  completedPerSecond: own(),
  queueAge: { source: 'upstream', maxNs: own(), p99Ns: own(), slope: { nsPerSecond: own(), low: own(), high: own() } },
  sessions: { fewest: 3, opened: 4 },
  toolsOffContract: own(),
};
const phase = {
  ...stretch,
  scheduleLag: durations(),
  stageSplit: {
    source: 'upstream' as const,
    stages: ['client-queue', 'schedule-lag', 'outbound-hop', 'upstream-queue', 'service', 'return-hop'].map(
      (stage) => ({
        stage,
        durations: durations(),
      }),
    ),
  },
};
const fault = {
  windowNs: own(),
  holdNs: own(),
  timeToDetect: { kind: 'value' as const, ns: own() },
  timeToRecover: { kind: 'value' as const, ns: own() },
  dip: { lostGoodCalls: own(), depth: own() },
  afterFault: {
    metastability: { verdict: 'metastable', reason: null },
    blastRadius: {
      radius: own(),
      reason: null,
      routes: ['search', 'list'].map((label) => ({ label, touched: true, loss: own() })),
    },
  },
  note: null,
};
const drain = { ns: own(), observedNs: own(), fluidNs: own() };
const run = {
  effects: { calls: own(), duplicates: own(), lost: own(), orphans: own(), acknowledged: own() },
  drift: { breaking: own(), informational: own() },
  gateway: {
    joins: { rate: own() },
    messages: {
      lists: 0,
      perCall: own(),
      byMethod: ['tools/call', 'tools/list', 'initialize'].map((method) => ({ method, perCall: own() })),
      bystanderPerCall: own(),
    },
    arrival: { customMeta: own(), metaTrace: own(), headerTrace: own(), clientToken: own() },
    deliveries: { hiddenRetries: own(), addressed: own(), misrouted: own() },
    toolLists: {
      views: [{ tokens: own() }, { tokens: own() }],
      otherOrders: own(),
      changed: [1],
      missing: [1, 2],
      added: [1, 2, 3],
      collisions: [{ services: ['a', 'b', 'c'] }],
    },
    linkCosts: [{ fault: 'slow', longestNs: own(), roundTrips: own() }],
    availabilities: [{ fault: 'errors', whole: { offered: 200, excess: 50 } }],
    coldStart: { firstCallNs: 3_000, firstAnswerNs: own(), tenthCallNs: 2_000 },
    returns: [{ fault: 'restart', kind: 'after-failures', failed: own(), recoveredSessions: 1, sessions: 4 }],
    costs: [
      { process: 'gate', phase: 'steady', cpuPerCallNs: own() },
      { process: 'gate', phase: 'fault', cpuPerCallNs: own() },
    ],
  },
  capacities: [
    {
      phase: 'search',
      without: null,
      passedPerSecond: own(),
      failedPerSecond: own(),
      recovery: null,
      efficiency: null,
    },
    {
      ...{ phase: 'lossy', without: 'beta', passedPerSecond: own(), failedPerSecond: own() },
      recovery: { headroom: own() },
      efficiency: { value: own(), low: own(), high: own(), reason: null },
    },
  ],
};
const trend = (quantity: string) => ({
  quantity,
  verdict: 'growing',
  slopePerHour: { value: own(), low: own(), high: own() },
  reason: null,
});
const trends = ['rss', 'descriptors', 'sockets', 'threads', 'sessions'].map(trend);
const judged = {
  results: (['failed', 'passed', 'failed'] as const).map((verdict) => ({
    text: 'goodput ratio >= 99 %',
    before: { verdict: 'passed' as const, why: '' },
    after: { verdict, why: '' },
  })),
};

type Fixture = ReturnType<typeof durations>;
const quantiles = (of: Fixture) => of.quantiles.map(({ ns }) => ns);
/** Of p50, p90, p95, p99, p99.9, mean and max, in this order. */
const lengths = (of: Fixture) => [...quantiles(of), of.meanNs, of.maxNs];
const zipped = (...parts: readonly Fixture[]) =>
  lengths(parts[0] ?? durations()).map((_, i) => parts.map((part) => lengths(part)[i]));

const waits = phase.stageSplit.stages[3]?.durations ?? durations();
const slopeOf = (i: number) => [[trends[i]?.slopePerHour.value]];

/** Values of each statistic, in the order of the metric's statistics. */
const VALUES: Readonly<Record<GateMetric, readonly (readonly (number | undefined)[])[]>> = {
  'response-time': zipped(phase.responseTime.ok, phase.responseTime.all),
  'latency-from-send': zipped(phase.latencyFromSend.ok, phase.latencyFromSend.all),
  'schedule-lag': zipped(phase.scheduleLag),
  'queue-age': [[phase.queueAge.p99Ns], [phase.queueAge.maxNs], [phase.queueAge.slope.nsPerSecond]],
  'upstream-queue': zipped(waits),
  goodput: [[phase.goodputPerSecond], [0.65]],
  'deadline-miss-ratio': [[0.35]],
  'error-ratio': [[0.25]],
  'error-classes': [[3]],
  throughput: [[phase.completedPerSecond]],
  'time-to-detect': [[fault.timeToDetect.ns]],
  'time-to-recover': [[fault.timeToRecover.ns]],
  'backlog-drain': [[drain.ns]],
  'dip-area': [[fault.dip.lostGoodCalls]],
  metastable: [[1]],
  duplicates: [[run.effects.duplicates]],
  lost: [[run.effects.lost]],
  orphans: [[run.effects.orphans]],
  'retry-amplification': [[phase.retryAmplification]],
  'rss-growth': slopeOf(0),
  'descriptor-growth': slopeOf(1),
  'socket-growth': slopeOf(2),
  'thread-growth': slopeOf(3),
  'session-growth': slopeOf(4),
  'sessions-open': [[0.75]],
  'contract-drift': [[run.drift.breaking]],
  'failed-hypotheses': [[2]],
  'load-line': [[run.capacities[0]?.passedPerSecond]],
  headroom: [[run.capacities[1]?.recovery?.headroom]],
  'scaling-efficiency': [[run.capacities[1]?.efficiency?.value]],
  'link-cost': [[run.gateway.linkCosts[0]?.longestNs], [run.gateway.linkCosts[0]?.roundTrips]],
  'blast-radius': [[fault.afterFault.blastRadius.radius]],
  'route-loss': [fault.afterFault.blastRadius.routes.map(({ loss }) => loss)],
  'sessions-recovered': [[0.25]],
  'failed-after-session-loss': [[run.gateway.returns[0]?.failed]],
  'excess-loss': [[0.25]],
  'lists-per-call': [[run.gateway.messages.byMethod[1]?.perCall]],
  'handshakes-per-call': [[run.gateway.messages.byMethod[2]?.perCall]],
  'bystander-messages': [[run.gateway.messages.bystanderPerCall]],
  'cold-start': [[run.gateway.coldStart.firstAnswerNs]],
  'first-call': [[run.gateway.coldStart.firstCallNs], [1.5]],
  'messages-per-call': [[run.gateway.messages.perCall]],
  'join-rate': [[run.gateway.joins.rate]],
  'meta-kept': [[run.gateway.arrival.customMeta]],
  'meta-trace-kept': [[run.gateway.arrival.metaTrace]],
  'header-trace-kept': [[run.gateway.arrival.headerTrace]],
  'token-passed': [[run.gateway.arrival.clientToken]],
  'hidden-retries': [[run.gateway.deliveries.hiddenRetries]],
  misroutes: [[run.gateway.deliveries.misrouted]],
  'changed-tools': [[1]],
  // Two that are not there, and two hidden behind a third one's name.
  'missing-tools': [[4]],
  'added-tools': [[3]],
  'list-order-changes': [[run.gateway.toolLists.otherOrders]],
  'context-tokens': [[run.gateway.toolLists.views[0]?.tokens]],
  'cpu-per-call': [run.gateway.costs.map(({ cpuPerCallNs }) => cpuPerCallNs)],
};

function valuesOf<Source>(stats: Stats<Source>, source: Source): readonly (readonly unknown[])[] {
  return Object.values(stats).map((stat) =>
    stat.read(source).map((reading) => ('value' in reading ? reading.value : reading.kind)),
  );
}

function read(name: GateMetric): readonly (readonly unknown[])[] {
  const metric = metricOf(name);
  switch (metric.per) {
    case 'calls':
      return valuesOf(metric.stats, phase);
    case 'phase':
      return valuesOf(metric.stats, phase);
    case 'judged phase':
      return valuesOf(metric.stats, judged);
    case 'fault':
      return valuesOf(metric.stats, fault);
    case 'phase or fault':
      return valuesOf(metric.stats, drain);
    case 'run':
      return valuesOf(metric.stats, run);
    case 'process':
      return valuesOf(metric.stats, { isNamed: true, trends });
    case 'stretch':
      return valuesOf(metric.stats, stretch);
  }
}

describe('each statistic of a metric', () => {
  it.each(GATE_METRICS)('of %s is the number that its definition names', (name) => {
    expect(read(name)).toEqual(VALUES[name]);
  });

  it.each(GATE_METRICS.filter((name) => METRICS[name].stretch !== null && name !== 'contract-drift'))(
    'of %s is the same number in a stretch of a phase',
    (name) => {
      const { stretch: stats } = METRICS[name];
      expect(stats === null ? null : valuesOf<never>(stats as Stats<never>, stretch as never)).toEqual(VALUES[name]);
    },
  );

  it('of contract-drift counts tools off their contract in a stretch', () => {
    expect(valuesOf(METRICS['contract-drift'].stretch, stretch)).toEqual([[stretch.toolsOffContract]]);
  });

  it('of durations carries the interval of its quantile', () => {
    const { ok } = phase.responseTime;
    expect(METRICS['response-time'].stats.p90.read(phase)[0]).toEqual({
      part: 'ok calls (75 % of all)',
      kind: 'value',
      value: ok.quantiles[1]?.ns,
      low: ok.quantiles[1]?.lowNs,
      high: ok.quantiles[1]?.highNs,
      // What a comparison needs: the same name in every run, and a tenth of the samples.
      partId: 'ok calls',
      samplesBeyond: Math.round(ok.n / 10),
    });
  });

  it('that is a time after a fault says how fine it was measured, and is a bound while it is censored', () => {
    const { max } = METRICS['time-to-recover'].stats;
    expect(max.read(fault)).toMatchObject([{ kind: 'value', step: fault.windowNs }]);
    expect(max.read({ ...fault, timeToRecover: { kind: 'censored', ns: 7 } })).toEqual([
      { kind: 'censored', atLeast: 7 },
    ]);
    expect(max.read({ ...fault, timeToRecover: { kind: 'not-degraded' } })).toEqual([{ kind: 'not-degraded' }]);
    expect(max.read({ ...fault, timeToRecover: { kind: 'unknown' }, note: 'no baseline' })).toEqual([
      { kind: 'absent', why: 'no baseline' },
    ]);
  });

  it('of durations with calls given up is a lower bound where it is a mean or a maximum', () => {
    const given = { ...phase, scheduleLag: { ...phase.scheduleLag, censored: 1 } };
    const { mean, max } = METRICS['schedule-lag'].stats;
    expect(mean.read(given)).toEqual([{ kind: 'censored', atLeast: phase.scheduleLag.meanNs }]);
    expect(max.read(given)).toEqual([{ kind: 'censored', atLeast: phase.scheduleLag.maxNs }]);
  });

  it('is absent, not zero, where nothing was measured', () => {
    const idle = { ...phase, offered: 0, retryAmplification: null };
    const none = [{ kind: 'absent', why: 'no calls were offered' }];
    expect(METRICS.goodput.stats.rate.read(idle)).toEqual(none);
    expect(METRICS.goodput.stats.ratio.read(idle)).toEqual(none);
    expect(METRICS['deadline-miss-ratio'].stats.ratio.read(idle)).toEqual(none);
    expect(METRICS['error-ratio'].stats.ratio.read(idle)).toEqual(none);
    expect(METRICS['error-classes'].stats.count.read(idle)).toEqual(none);
    expect(METRICS['retry-amplification'].stats.ratio.read(idle)).toEqual(none);
    expect(METRICS.lost.stats.count.read({ ...run, effects: null })).toMatchObject([{ kind: 'absent' }]);
    expect(METRICS['contract-drift'].stats.count.read({ ...run, drift: null })).toMatchObject([{ kind: 'absent' }]);
    expect(METRICS['upstream-queue'].stats.p50.read({ ...phase, stageSplit: null })).toMatchObject([
      { kind: 'absent' },
    ]);
    expect(METRICS['sessions-open'].stats.ratio.read({ ...stretch, sessions: { fewest: 0, opened: 0 } })).toMatchObject(
      [{ kind: 'absent' }],
    );
  });

  it('that is a trend too short to fit says why, and one of an unnamed process without numbers is left out', () => {
    const short = { quantity: 'rss', verdict: 'unknown', slopePerHour: null, reason: 'not reported' };
    const { slope } = METRICS['rss-growth'].stats;
    expect(slope.read({ isNamed: true, trends: [short] })).toEqual([{ kind: 'not-estimable', why: 'not reported' }]);
    expect(slope.read({ isNamed: false, trends: [short] })).toEqual([]);
  });
});
