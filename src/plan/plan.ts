/** Phases into segments, faults into phases, relative rates into rates. */
import { setsLoadLine, type Load, type Phase, type Rate } from '../catalog/index.js';
import type { Scenario } from '../scenario/index.js';
import { callsOf } from './arrivals.js';
import type { LoadSegment, Plan, PlannedFault, PlannedPhase, Stage } from './types.js';

/** A rate per second, or null for a multiple of a load line that is not known. */
export function resolveRate(rate: Rate, loadLinePerSecond: number | null): number | null {
  if (rate.kind === 'absolute') return rate.perSecond;
  return loadLinePerSecond === null ? null : rate.timesLoadLine * loadLinePerSecond;
}

/** What capacity phases have measured, by the index of the phase; a phase that found no load line has no entry. */
export type MeasuredLoadLines = ReadonlyMap<number, number>;

/**
 * The plan of a scenario.
 * @param measured what `x` means in phases after a capacity phase: what the last one before them measured, or one rate
 *   for all of them. Before any, and in scenarios without one, the scenario's declared load line counts; one rate
 *   stands in where none is declared.
 */
export function planOf(scenario: Scenario, measured: MeasuredLoadLines | number | null = null): Plan {
  const forAll = measured === null || typeof measured === 'number' ? measured : null;
  let loadLine = scenario.loadLinePerSecond ?? forAll;
  const phases = scenario.phases.map((phase, index) => {
    const planned = plannedPhase(phase, index, loadLine);
    if (setsLoadLine(phase.load))
      loadLine = measured === null || typeof measured === 'number' ? forAll : (measured.get(index) ?? null);
    return planned;
  });
  return {
    scenario,
    loadLinePerSecond: loadLine,
    phases,
    faults: scenario.faults.map((fault): PlannedFault => ({
      ...fault,
      phaseIndex: scenario.phases.findIndex(({ name }) => name === fault.phase),
    })),
    scheduledNs: phases.reduce((sum, { forNs }) => sum + forNs, 0),
  };
}

function plannedPhase(phase: Phase, index: number, loadLine: number | null): PlannedPhase {
  const { name, regime, warmupNs, forNs, load } = phase;
  const segment = segmentOf(load, index, loadLine);
  return {
    index,
    name,
    regime,
    loop: load.kind === 'callers' ? 'closed' : 'open',
    warmupNs,
    forNs,
    phase,
    segment,
    plannedCalls: segment?.loop === 'open' ? Math.round(callsOf(segment)) : null,
  };
}

/** Null for a search, and while a rate of the stages is not known. */
function segmentOf(load: Load, phase: number, loadLine: number | null): LoadSegment | null {
  switch (load.kind) {
    case 'search':
      return null;
    case 'callers': {
      const { concurrency, thinkNs, forNs } = load;
      return { loop: 'closed', phase, concurrency, thinkNs, forNs };
    }
    case 'stages': {
      const stages: Stage[] = [];
      for (const { label, rate, rampTo, forNs } of load.stages) {
        const ratePerSecond = resolveRate(rate, loadLine);
        const rampToPerSecond = rampTo === undefined ? undefined : resolveRate(rampTo, loadLine);
        if (ratePerSecond === null || rampToPerSecond === null) return null;
        stages.push({ label, ratePerSecond, ...(rampToPerSecond === undefined ? {} : { rampToPerSecond }), forNs });
      }
      const [first, ...rest] = stages;
      return first === undefined ? null : { loop: 'open', phase, arrivals: load.arrivals, stages: [first, ...rest] };
    }
    case 'recording': {
      const { offsetsNs, forNs } = load;
      const stages = [{ label: 'replay', ratePerSecond: (offsetsNs.length * 1e9) / forNs, forNs }] as const;
      return { loop: 'open', phase, arrivals: 'recorded', offsetsNs, stages };
    }
  }
}
