import { traitsOf } from '../../catalog/index.js';
import type { HealthRow, MachineRow } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { AnalysedPhase, PhasesResults } from '../phases/index.js';
import type { Topic } from '../topic.js';
import { loopbackReferenceOf, selfCapacityOf, selfCapacityUnknownOf, spinLostShareOf } from './facts.js';
import { protocolOf, type ProtocolSummary } from './protocol.js';
import type { FloorSummary, GeneratorSummary, OtherProcessesSummary } from './types.js';

export interface EnvironmentPart {
  readonly floor: FloorSummary | null;
  readonly generator: GeneratorSummary;
  /**
   * Share of a core used by other processes while the machine was probed with a spin loop, the worst of the probes;
   * null when not probed.
   */
  readonly spinLostShare: number | null;
  /** Null where the system does not report it, and for records from before it was read. */
  readonly otherProcesses: OtherProcessesSummary | null;
  readonly protocol: ProtocolSummary;
}

function generatorOf(
  health: readonly HealthRow[],
  phases: readonly AnalysedPhase[],
  envelope: unknown,
): GeneratorSummary {
  const loadNs = phases.reduce((sum, { frame }) => sum + frame.drainedNs - frame.startNs, 0);
  const rates = phases.flatMap(({ frame }) =>
    frame.stages.flatMap(({ planned: { ratePerSecond, rampToPerSecond = ratePerSecond } }) => [
      ratePerSecond,
      rampToPerSecond,
    ]),
  );
  return {
    loopDelayMaxNs: health.length === 0 ? null : health.reduce((max, row) => Math.max(max, row.loopDelayMaxNs), 0),
    gcShare: health.length === 0 || loadNs === 0 ? null : health.reduce((sum, row) => sum + row.gcNs, 0) / loadNs,
    selfCapacityPerSecond: selfCapacityOf(envelope),
    selfCapacityUnknown: selfCapacityUnknownOf(envelope),
    highestRatePerSecond: rates.length === 0 ? null : Math.max(...rates),
  };
}

function floorOf(phases: readonly AnalysedPhase[], envelope: unknown): FloorSummary | null {
  const floor = phases.find(({ summary }) => traitsOf(summary.regime).measuresIdleLatency)?.summary;
  return floor === undefined
    ? null
    : { phase: floor.name, responseTimeOk: floor.responseTime.ok, loopbackReference: loopbackReferenceOf(envelope) };
}

function otherProcessesOf(
  machine: readonly MachineRow[],
  phases: readonly AnalysedPhase[],
): OtherProcessesSummary | null {
  let watchedNs = 0;
  let coresTimesNs = 0;
  let ofCores = 0;
  for (const { fromNs, atNs, cores, othersCores } of machine) {
    if (cores === null || othersCores === null) continue;
    for (const { frame } of phases) {
      const ns = Math.min(atNs, frame.scheduledEndNs) - Math.max(fromNs, frame.measuredFromNs);
      if (ns <= 0) continue;
      watchedNs += ns;
      coresTimesNs += ns * othersCores;
      ofCores = cores;
    }
  }
  return watchedNs === 0 ? null : { meanCores: coresTimesNs / watchedNs, ofCores };
}

export const environmentTopic: Topic<RunInput & PhasesResults, EnvironmentPart, EnvironmentPart> = {
  name: 'environment',
  compute: (run) => {
    const {
      record: { envelope, health, machine },
      phases,
    } = run;
    const summary = {
      floor: floorOf(phases, envelope),
      generator: generatorOf(health, phases, envelope),
      spinLostShare: spinLostShareOf(envelope),
      otherProcesses: otherProcessesOf(machine, phases),
      protocol: protocolOf(run),
    };
    return { summary, results: summary };
  },
};
