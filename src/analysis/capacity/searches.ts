/** What a run's capacity searches found, from their events. */
import type { Search } from '../../catalog/index.js';
import type { ProbeEvent, RunEvent } from '../../record/index.js';
import { probesOf } from '../calls/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { intervalOf } from './interval.js';
import { kneeOf } from './knee.js';
import type { CapacityInterval, CapacityProbe, CapacitySummary } from './types.js';

/** The searches of the capacity phases that were begun, in order. */
export function capacitiesOf(
  phases: readonly AnalysedPhase[],
  events: readonly RunEvent[],
): readonly CapacitySummary[] {
  return phases.flatMap(({ frame: { planned } }) => {
    const { load } = planned.phase;
    if (load.kind !== 'search') return [];
    const end = events.find((event) => event.type === 'search-end' && event.phase === planned.index);
    const probes = probesOf(events, planned.index).map(probeSummary);
    const interval = intervalOf(probes, load.slopeLimitNsPerSecond);
    return [
      {
        phase: planned.name,
        ended: end?.type === 'search-end' ? end.ended : null,
        ...interval,
        slopeLimitNsPerSecond: load.slopeLimitNsPerSecond,
        probes,
        knee: kneeOf(probes),
        ...recoveryOf(load, interval),
      },
    ];
  });
}

function recoveryOf(
  { loss }: Search,
  { passedPerSecond: passed, failedPerSecond: failed }: CapacityInterval,
): Pick<CapacitySummary, 'without' | 'recovery'> {
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
