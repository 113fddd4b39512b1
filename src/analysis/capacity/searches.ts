/** What a run's capacity searches found, from their events. */
import { traitsOf } from '../../catalog/index.js';
import type { ProbeEvent, RunEvent } from '../../record/index.js';
import type { Phase } from '../../scenario/index.js';
import { probesOf } from '../calls/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { kneeOf } from './knee.js';
import type { CapacityProbe, CapacitySummary } from './types.js';

/** The searches of the capacity phases that were begun, in order. */
export function capacitiesOf(
  phases: readonly AnalysedPhase[],
  events: readonly RunEvent[],
): readonly CapacitySummary[] {
  return phases
    .filter(({ frame }) => traitsOf(frame.planned.regime).searches)
    .map(({ frame: { planned } }) => {
      const end = events.find((event) => event.type === 'search-end' && event.phase === planned.index);
      const probes = probesOf(events, planned.index).map(probeSummary);
      const ended = end?.type === 'search-end' ? end : null;
      return {
        phase: planned.name,
        ended: ended?.ended ?? null,
        passedPerSecond: ended?.passedPerSecond ?? null,
        failedPerSecond: ended?.failedPerSecond ?? null,
        probes,
        knee: kneeOf(probes),
        ...recoveryOf(planned.phase, ended?.passedPerSecond ?? null, ended?.failedPerSecond ?? null),
      };
    });
}

function recoveryOf(
  phase: Phase,
  passed: number | null,
  failed: number | null,
): Pick<CapacitySummary, 'without' | 'recovery'> {
  const loss = phase.load.kind === 'search' ? phase.load.loss : null;
  const operating = loss?.operatingPerSecond ?? null;
  return {
    without: loss?.service ?? null,
    recovery:
      operating === null || passed === null
        ? null
        : {
            operatingPerSecond: operating,
            lowPerSecond: passed - operating,
            highPerSecond: failed === null ? null : failed - operating,
            headroom: 1 - operating / passed,
          },
  };
}

function probeSummary({
  probe,
  purpose,
  ratePerSecond,
  startNs,
  measuredFromNs,
  scheduledEndNs,
  drainedNs,
  verdict,
  why,
  evidence,
}: ProbeEvent): CapacityProbe {
  return { probe, purpose, ratePerSecond, startNs, measuredFromNs, scheduledEndNs, drainedNs, verdict, why, evidence };
}
