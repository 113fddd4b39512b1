/** What a gate finds when it looks its metric up in a summary. */
import {
  CLOSED_LOOP,
  absentReading as absent,
  callReadings,
  durationsReading,
  knownReading as value,
  phaseLabel,
  type GrowthQuantity,
  type GrowthTrend,
  type Metastability,
  type PhaseHypotheses,
  type PhaseSummary,
  type Reading,
  type RecoverySummary,
  type Summary,
} from '../analysis/index.js';
import type { Gate, GateMetric } from '../scenario/index.js';

function ofQueueAge(gate: Gate, phase: PhaseSummary): Reading {
  const where = phaseLabel(phase);
  const { slope, maxNs, p99Ns } = phase.queueAge;
  if (phase.offered === 0) return absent(where, 'no calls were offered');
  if (gate.stat === 'max') return value(where, maxNs);
  if (gate.stat === 'p99') return value(where, p99Ns);
  return slope === null
    ? { where, kind: 'not-estimable', why: 'a slope takes 5 s of measured schedule' }
    : { where, kind: 'trend', value: slope.nsPerSecond, low: slope.low, high: slope.high };
}

function ofUpstreamQueue(gate: Gate, phase: PhaseSummary): Reading {
  const stage = phase.stageSplit?.stages.find((candidate) => candidate.stage === 'upstream-queue');
  if (stage === undefined) return absent(phaseLabel(phase), 'the upstream does not report its own times');
  return durationsReading(phaseLabel(phase), stage.durations, gate);
}

function ofPhase(gate: Gate, phase: PhaseSummary): readonly Reading[] {
  const where = phaseLabel(phase);
  if (gate.metric === 'schedule-lag') return [durationsReading(where, phase.scheduleLag, gate)];
  if (gate.metric === 'queue-age') return [ofQueueAge(gate, phase)];
  if (gate.metric === 'upstream-queue') return [ofUpstreamQueue(gate, phase)];
  if (gate.metric === 'throughput')
    return [phase.offered === 0 ? absent(where, 'no calls were offered') : value(where, phase.completedPerSecond)];
  if (gate.tool === null) return callReadings(gate, where, phase);
  const tool = phase.tools.find((candidate) => candidate.label === gate.tool);
  const named = `${gate.tool} in ${where}`;
  return tool === undefined ? [absent(named, 'no calls were offered')] : callReadings(gate, named, tool);
}

/** 1 when it stayed down, 0 when it came back; what was looked at too briefly or under a changing load is neither. */
function ofMetastability(where: string, { verdict, reason }: Metastability): Reading {
  if (verdict === 'recovered' || verdict === 'metastable') return value(where, verdict === 'metastable' ? 1 : 0);
  return { where, kind: 'not-estimable', why: `whether it stayed down was not settled (${reason ?? verdict})` };
}

/** Why nothing is concluded of the faults of a phase: a hypothesis was broken before they came. Null otherwise. */
function baseless(hypotheses: readonly PhaseHypotheses[], phase: string): string | null {
  const broken = hypotheses
    .find((each) => each.phase === phase)
    ?.results.find(({ before }) => before.verdict === 'broken');
  return broken === undefined
    ? null
    : `there was no steady state to begin with: ${broken.text} was broken (${broken.before.why})`;
}

/** The label of a phase of which only the name is at hand. */
function labelOf(name: string, { phases }: Summary): string {
  return phaseLabel(phases.find((phase) => phase.name === name) ?? { name, loop: 'open' });
}

function ofRecovery(gate: Gate, recovery: RecoverySummary, summary: Summary): Reading {
  const closed = summary.phases.some(({ name, loop }) => name === recovery.phase && loop === 'closed');
  const where = `${recovery.fault}${closed ? CLOSED_LOOP : ''}`;
  const why = baseless(summary.hypotheses, recovery.phase);
  if (why !== null) return { where, kind: 'not-estimable', why };
  const unknown = absent(where, recovery.note ?? 'the recovery could not be told');
  if (gate.metric === 'dip-area') return recovery.dip === null ? unknown : value(where, recovery.dip.lostGoodCalls);
  if (gate.metric === 'backlog-drain') {
    if (recovery.drain === null) return absent(where, 'the end of the fault was never confirmed');
    return recovery.drain.ns === null
      ? { where, kind: 'censored', atLeast: recovery.drain.observedNs }
      : value(where, recovery.drain.ns);
  }
  if (gate.metric === 'metastable') return ofMetastability(where, recovery.afterFault.metastability);
  const time = gate.metric === 'time-to-detect' ? recovery.timeToDetect : recovery.timeToRecover;
  if (time.kind === 'value')
    return { where, kind: 'value', value: time.ns, low: null, high: null, step: recovery.windowNs };
  if (time.kind === 'censored') return { where, kind: 'censored', atLeast: time.ns };
  return time.kind === 'not-degraded' ? { where, kind: 'never-left' } : unknown;
}

function ofFaults(gate: Gate, summary: Summary): readonly Reading[] {
  return summary.recoveries
    .filter(
      (recovery) =>
        (gate.fault === null || recovery.fault === gate.fault) &&
        (gate.phase === null || recovery.phase === gate.phase),
    )
    .map((recovery) => ofRecovery(gate, recovery, summary));
}

function ofDrains(gate: Gate, summary: Summary): readonly Reading[] {
  if (gate.fault !== null) return [];
  return summary.phases.flatMap(({ name, drain }): readonly Reading[] => {
    if (drain === null || (gate.phase !== null && name !== gate.phase)) return [];
    return [
      drain.drainNs === null
        ? { where: name, kind: 'censored', atLeast: drain.observedNs }
        : value(name, drain.drainNs),
    ];
  });
}

function ofEffects(gate: Gate, summary: Summary): readonly Reading[] {
  const { effects } = summary;
  if (effects === null) return [absent('the run', 'no upstream kept a ledger of what it executed')];
  const field = gate.metric === 'duplicates' ? 'duplicates' : gate.metric === 'lost' ? 'lost' : 'orphans';
  if (gate.phase === null && gate.tool === null) {
    return [
      effects.calls === 0
        ? absent('the run', 'no call with exactly one effect was made')
        : value('the run', effects[field]),
    ];
  }
  const slices = effects.slices.filter(
    (slice) => (gate.phase === null || slice.phase === gate.phase) && (gate.tool === null || slice.label === gate.tool),
  );
  return slices.length === 0
    ? []
    : [
        value(
          'the run',
          slices.reduce((sum, slice) => sum + slice[field], 0),
        ),
      ];
}

function ofDrift({ drift }: Summary): Reading {
  return drift === null ? absent('the run', 'the tool list was not watched') : value('the run', drift.breaking);
}

/**
 * Of each phase with hypotheses: how many were broken after its faults; unknown where one was broken before them, or
 * could not be judged.
 */
function ofHypotheses(gate: Gate, summary: Summary): readonly Reading[] {
  return summary.hypotheses
    .filter(({ phase }) => gate.phase === null || phase === gate.phase)
    .map(({ phase, results }): Reading => {
      const why = baseless(summary.hypotheses, phase);
      const where = labelOf(phase, summary);
      if (why !== null) return { where, kind: 'not-estimable', why };
      const broken = results.filter(({ after }) => after.verdict === 'broken').length;
      const open = results.flatMap(({ before, after, text }) =>
        [before, after].flatMap((each) =>
          each.verdict === 'not-judged' ? [`${text} was not judged: ${each.why}`] : [],
        ),
      );
      // Those not judged may be broken too: only a bound that is exceeded without them is decided.
      const exceeded = gate.max !== null && broken > gate.max;
      return open[0] === undefined || exceeded ? value(where, broken) : { where, kind: 'not-estimable', why: open[0] };
    });
}

const GROWTH_OF: Readonly<Partial<Record<GateMetric, GrowthQuantity>>> = {
  'rss-growth': 'rss',
  'descriptor-growth': 'descriptors',
  'socket-growth': 'sockets',
  'thread-growth': 'threads',
  'session-growth': 'sessions',
};

function ofTrend(where: string, { slopePerHour, reason }: GrowthTrend): Reading {
  if (slopePerHour === null) return { where, kind: 'not-estimable', why: reason ?? 'no trend' };
  return { where, kind: 'trend', value: slopePerHour.value, low: slopePerHour.low, high: slopePerHour.high };
}

/** Of a process that was named, the trend or why there is none; of all, those that tell the quantity. */
function ofGrowth(gate: Gate, quantity: GrowthQuantity, summary: Summary): readonly Reading[] {
  return summary.growth
    .filter(({ phase }) => gate.phase === null || phase === gate.phase)
    .flatMap(({ phase, processes }) =>
      processes
        .filter(({ process }) => gate.process === null || process === gate.process)
        .flatMap(({ process, trends }) =>
          trends
            .filter((trend) => trend.quantity === quantity && (gate.process !== null || trend.verdict !== 'unknown'))
            .map((trend) => ofTrend(`${process} in ${labelOf(phase, summary)}`, trend)),
        ),
    );
}

const FAULT_METRICS: readonly GateMetric[] = ['time-to-detect', 'time-to-recover', 'dip-area', 'metastable'];
const EFFECT_METRICS: readonly GateMetric[] = ['duplicates', 'lost', 'orphans'];

/** Whether a phase has the metric when the gate names no phase: one that sent nothing, or not this tool, has not. */
function hasMetric(gate: Gate, phase: PhaseSummary): boolean {
  if (phase.offered === 0) return false;
  if (gate.tool !== null) return phase.tools.some((tool) => tool.label === gate.tool);
  return gate.metric !== 'upstream-queue' || phase.stageSplit?.source === 'upstream';
}

function phasesOf(gate: Gate, summary: Summary): readonly PhaseSummary[] {
  return summary.phases.filter((phase) => (gate.phase === null ? hasMetric(gate, phase) : phase.name === gate.phase));
}

/** Metrics that say nothing of how long one looked: the generator's own, and the one that is a trend itself. */
const FREE_OF_TRENDS: readonly GateMetric[] = [
  'schedule-lag',
  'queue-age',
  'backlog-drain',
  'contract-drift',
  'broken-hypotheses',
  ...FAULT_METRICS,
  ...EFFECT_METRICS,
];

/** Phases behind a gate's numbers that had no steady state, so that a longer run would have told other numbers. */
export function unsteadyPhases(gate: Gate, summary: Summary): readonly string[] {
  if (FREE_OF_TRENDS.includes(gate.metric)) return [];
  return phasesOf(gate, summary)
    .filter(({ steadyState }) => steadyState?.verdict === 'none')
    .map(phaseLabel);
}

/** The phases whose numbers a gate is held against; none for what is told of the run as a whole. */
export function phasesBehind(gate: Gate, summary: Summary): readonly PhaseSummary[] {
  const named = (names: readonly string[]): readonly PhaseSummary[] =>
    summary.phases.filter(({ name }) => names.includes(name));
  const faulty = summary.recoveries
    .filter(({ fault }) => gate.fault === null || gate.fault === fault)
    .map(({ phase }) => phase);
  if (gate.phase !== null) return named([gate.phase]);
  if (gate.fault !== null || FAULT_METRICS.includes(gate.metric)) return named(faulty);
  if (EFFECT_METRICS.includes(gate.metric) || gate.metric === 'contract-drift') return [];
  if (gate.metric === 'backlog-drain')
    return named([...faulty, ...summary.phases.flatMap(({ name, drain }) => (drain === null ? [] : [name]))]);
  if (gate.metric === 'broken-hypotheses') return named(summary.hypotheses.map(({ phase }) => phase));
  if (GROWTH_OF[gate.metric] !== undefined) return named(summary.growth.map(({ phase }) => phase));
  return phasesOf(gate, summary);
}

/** Everything a gate has to hold for; empty when the summary has nothing of the kind. */
export function readingsOf(gate: Gate, summary: Summary): readonly Reading[] {
  if (EFFECT_METRICS.includes(gate.metric)) return ofEffects(gate, summary);
  if (FAULT_METRICS.includes(gate.metric)) return ofFaults(gate, summary);
  if (gate.metric === 'backlog-drain') return [...ofDrains(gate, summary), ...ofFaults(gate, summary)];
  if (gate.metric === 'contract-drift') return [ofDrift(summary)];
  if (gate.metric === 'broken-hypotheses') return ofHypotheses(gate, summary);
  const growing = GROWTH_OF[gate.metric];
  if (growing !== undefined) return ofGrowth(gate, growing, summary);
  return phasesOf(gate, summary).flatMap((phase) => ofPhase(gate, phase));
}
