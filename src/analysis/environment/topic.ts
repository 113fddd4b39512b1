import { traitsOf } from '../../catalog/index.js';
import type { HealthRow } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { AnalysedPhase, PhasesResults } from '../phases/index.js';
import type { Topic } from '../topic.js';
import { loopbackReferenceOf, selfCapacityOf, selfCapacityUnknownOf, spinLostShareOf } from './facts.js';
import type { FloorSummary, GeneratorSummary } from './types.js';

export interface EnvironmentPart {
  readonly floor: FloorSummary | null;
  readonly generator: GeneratorSummary;
  /**
   * Share of a core used by other processes while the machine was probed with a spin loop, the worst of the probes;
   * null when not probed.
   */
  readonly spinLostShare: number | null;
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

export const environmentTopic: Topic<RunInput & PhasesResults, EnvironmentPart, EnvironmentPart> = {
  name: 'environment',
  compute: ({ record: { envelope, health }, phases }) => {
    const summary = {
      floor: floorOf(phases, envelope),
      generator: generatorOf(health, phases, envelope),
      spinLostShare: spinLostShareOf(envelope),
    };
    return { summary, results: summary };
  },
};
