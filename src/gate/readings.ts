/** The readings a gate is compared with: of each phase, fault, process, or of the run, as its metric says. */
import {
  CLOSED_LOOP,
  phaseLabel,
  placed,
  type PlacedReading,
  type PhaseSummary,
  type Summary,
} from '../analysis/index.js';
import { metricOf, readStat, type DrainReadings, type Metric, type MetricSelection } from '../catalog/index.js';

/** Phases that have the metric: the one that is named, or each that sent something of it. */
function phasesOf(gate: MetricSelection, summary: Summary): readonly PhaseSummary[] {
  const metric = metricOf(gate.metric);
  const isIn = (phase: PhaseSummary): boolean => {
    if (metric.per === 'phase') return metric.isIn(phase);
    return phase.offered > 0 && (gate.tool === null || phase.tools.some(({ label }) => label === gate.tool));
  };
  return summary.phases.filter((phase) => (gate.phase === null ? isIn(phase) : phase.name === gate.phase));
}

/** What failed before the faults of a phase, so that nothing can be concluded of them; null when nothing was. */
function failedBefore(summary: Summary, phase: string): string | null {
  const failed = summary.hypotheses
    .find((each) => each.phase === phase)
    ?.results.find(({ before }) => before.verdict === 'failed');
  return failed === undefined
    ? null
    : `there was no steady state to begin with: ${failed.text} failed (${failed.before.why})`;
}

/** The readings of a fault or of hypotheses, unless there was no steady state to compare with. */
function unlessFailedBefore(
  summary: Summary,
  phase: string,
  where: string,
  readings: () => readonly PlacedReading[],
): readonly PlacedReading[] {
  const why = failedBefore(summary, phase);
  return why === null ? readings() : placed(where, [{ kind: 'not-estimable', why }]);
}

/** The label of a phase of which only the name is at hand. */
function labelOf(name: string, { phases }: Summary): string {
  return phaseLabel(phases.find((phase) => phase.name === name) ?? { name, loop: 'open' });
}

function ofCalls(
  gate: MetricSelection,
  metric: Extract<Metric, { per: 'calls' }>,
  phase: PhaseSummary,
): readonly PlacedReading[] {
  const where = phaseLabel(phase);
  if (gate.tool === null) return placed(where, readStat(metric.stats, gate.stat, phase));
  const tool = phase.tools.find(({ label }) => label === gate.tool);
  const named = `${gate.tool} in ${where}`;
  return tool === undefined
    ? placed(named, [{ kind: 'absent', why: 'no calls were offered' }])
    : placed(named, readStat(metric.stats, gate.stat, tool));
}

function ofFaults(
  gate: MetricSelection,
  summary: Summary,
  read: (recovery: Summary['recoveries'][number], where: string) => readonly PlacedReading[],
): readonly PlacedReading[] {
  return summary.recoveries
    .filter(({ fault, phase }) => (gate.fault ?? fault) === fault && (gate.phase ?? phase) === phase)
    .flatMap((recovery) => {
      const isClosed = summary.phases.some(({ name, loop }) => name === recovery.phase && loop === 'closed');
      const where = `${recovery.fault}${isClosed ? CLOSED_LOOP : ''}`;
      return unlessFailedBefore(summary, recovery.phase, where, () => read(recovery, where));
    });
}

function ofDrains(
  gate: MetricSelection,
  metric: Extract<Metric, { per: 'phase or fault' }>,
  summary: Summary,
): readonly PlacedReading[] {
  const read = (where: string, drain: DrainReadings): readonly PlacedReading[] =>
    placed(where, readStat(metric.stats, gate.stat, drain));
  const ofPhases = summary.phases.flatMap(({ name, drain }) =>
    gate.fault !== null || drain === null || (gate.phase ?? name) !== name
      ? []
      : read(name, { ns: drain.drainNs, observedNs: drain.observedNs }),
  );
  return [...ofPhases, ...ofFaults(gate, summary, ({ drain }, where) => read(where, drain))];
}

function ofProcesses(
  gate: MetricSelection,
  metric: Extract<Metric, { per: 'process' }>,
  summary: Summary,
): readonly PlacedReading[] {
  return summary.growth
    .filter(({ phase }) => (gate.phase ?? phase) === phase)
    .flatMap(({ phase, processes }) =>
      processes
        .filter(({ process }) => (gate.process ?? process) === process)
        .flatMap(({ process, trends }) =>
          placed(
            `${process} in ${labelOf(phase, summary)}`,
            readStat(metric.stats, gate.stat, { isNamed: gate.process !== null, trends }),
          ),
        ),
    );
}

/** Everything a gate has to hold for; empty when the summary has nothing of the kind. */
export function readingsOf(gate: MetricSelection, summary: Summary): readonly PlacedReading[] {
  const metric = metricOf(gate.metric);
  switch (metric.per) {
    case 'calls':
      return phasesOf(gate, summary).flatMap((phase) => ofCalls(gate, metric, phase));
    case 'phase':
      return phasesOf(gate, summary).flatMap((phase) =>
        placed(phaseLabel(phase), readStat(metric.stats, gate.stat, phase)),
      );
    case 'judged phase':
      return summary.hypotheses
        .filter(({ phase }) => (gate.phase ?? phase) === phase)
        .flatMap(({ phase, results }) => {
          const where = labelOf(phase, summary);
          const read = (): readonly PlacedReading[] => placed(where, readStat(metric.stats, gate.stat, { results }));
          return unlessFailedBefore(summary, phase, where, read);
        });
    case 'fault':
      return ofFaults(gate, summary, (recovery, where) => placed(where, readStat(metric.stats, gate.stat, recovery)));
    case 'phase or fault':
      return ofDrains(gate, metric, summary);
    case 'run':
      return placed('the run', readStat(metric.stats, gate.stat, summary));
    case 'process':
      return ofProcesses(gate, metric, summary);
    case 'stretch':
      return [];
  }
}

/** The phases whose numbers a gate is compared with; none for what is known of the run as a whole. */
export function phasesBehind(gate: MetricSelection, summary: Summary): readonly PhaseSummary[] {
  if (gate.phase !== null) return summary.phases.filter(({ name }) => name === gate.phase);
  const { per } = metricOf(gate.metric);
  if (per === 'calls' || per === 'phase') return phasesOf(gate, summary);
  const ofFault = summary.recoveries.filter(({ fault }) => (gate.fault ?? fault) === fault).map(({ phase }) => phase);
  const drained = summary.phases.flatMap(({ name, drain }) => (drain === null || gate.fault !== null ? [] : [name]));
  const names: readonly string[] = {
    fault: ofFault,
    'phase or fault': [...ofFault, ...drained],
    'judged phase': summary.hypotheses.map(({ phase }) => phase),
    process: summary.growth.map(({ phase }) => phase),
    run: [],
    stretch: [],
  }[per];
  return summary.phases.filter(({ name }) => names.includes(name));
}

/** Phases behind a gate's numbers that were not stationary, so that a longer run would have given other numbers. */
export function nonStationaryPhases(gate: MetricSelection, summary: Summary): readonly string[] {
  if (!metricOf(gate.metric).dependsOnLength) return [];
  return phasesOf(gate, summary)
    .filter(({ stationarity }) => stationarity?.verdict === 'not-stationary')
    .map(phaseLabel);
}
