/** What a run's capacity searches found, from their events. */
import type { Search } from '../../catalog/index.js';
import type { ProbeEvent, RunEvent } from '../../record/index.js';
import type { Stack } from '../../scenario/index.js';
import { probesOf } from '../calls/index.js';
import type { PlannedPhase } from '../../plan/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { efficiencyOf } from './efficiency.js';
import { intervalOf } from './interval.js';
import { kneeOf } from './knee.js';
import type { CapacityInterval, CapacityProbe, CapacitySummary } from './types.js';

/** The searches of the capacity phases that were begun, in order. @param cores that the run could use, where known. */
export function capacitiesOf(
  phases: readonly AnalysedPhase[],
  events: readonly RunEvent[],
  stack: Stack,
  cores: number | null,
): readonly CapacitySummary[] {
  const searches = phases.flatMap(({ frame: { planned } }) => {
    const { load } = planned.phase;
    return load.kind === 'search' ? [{ lost: load.loss?.services ?? null, ...searchOf(planned, load, events) }] : [];
  });
  const whole = searches.find(({ lost }) => lost === null);
  return searches.map(({ lost, ...search }) => ({
    ...search,
    efficiency:
      lost === null || whole === undefined ? null : efficiencyOf({ whole, fewer: search, lost, stack, cores }),
  }));
}

function searchOf(
  planned: PlannedPhase,
  load: Search,
  events: readonly RunEvent[],
): Omit<CapacitySummary, 'efficiency'> {
  const end = events.find((event) => event.type === 'search-end' && event.phase === planned.index);
  const probes = probesOf(events, planned.index).map(probeSummary);
  const interval = intervalOf(probes, load.slopeLimitNsPerSecond);
  return {
    phase: planned.name,
    ended: end?.type === 'search-end' ? end.ended : null,
    ...interval,
    slopeLimitNsPerSecond: load.slopeLimitNsPerSecond,
    probes,
    knee: kneeOf(probes),
    ...recoveryOf(load, interval),
  };
}

function recoveryOf(
  { loss }: Search,
  { passedPerSecond: passed, failedPerSecond: failed }: CapacityInterval,
): Pick<CapacitySummary, 'without' | 'recovery'> {
  const operating = loss?.operatingPerSecond ?? null;
  return {
    without: loss?.services.join(', ') ?? null,
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
