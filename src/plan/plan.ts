/** Phases into segments, faults into phases, relative rates into rates. */
import type { Arrivals, Phase, Rate, Scenario } from '../scenario/index.js';
import { callsOf } from './arrivals.js';
import type { LoadSegment, Plan, PlannedFault, PlannedPhase, PlannedRate, Stage } from './types.js';

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
 *   for all of
 *   them. Before any, and in scenarios without one, the scenario's declared load line counts; one rate stands in where
 * none is declared.
 */
export function planOf(scenario: Scenario, measured: MeasuredLoadLines | number | null = null): Plan {
  const forAll = measured === null || typeof measured === 'number' ? measured : null;
  let loadLine = scenario.loadLinePerSecond ?? forAll;
  const phases = scenario.phases.map((phase, index) => {
    const planned = plannedPhase(phase, index, loadLine);
    if (setsLoadLine(phase))
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
  const rates = ratesOf(phase);
  const segment = segmentOf(phase, index, rates, loadLine);
  return {
    index,
    name: phase.name,
    regime: phase.regime,
    loop: rates.length > 0 || phase.regime === 'capacity' || phase.regime === 'replay' ? 'open' : 'closed',
    warmupNs: 'warmupNs' in phase ? phase.warmupNs : 0,
    forNs: lengthNs(phase),
    phase,
    segment,
    plannedCalls: segment?.loop === 'open' ? Math.round(callsOf(segment)) : null,
    rates,
  };
}

/**
 * Whether `x` means what this phase found from here on: what a stack sustains without one of its parts is not its load
 * line.
 */
export function setsLoadLine(phase: Phase): boolean {
  return phase.regime === 'capacity' && phase.loss === null;
}

/**
 * Length of a phase's schedule. A capacity search has none beforehand: its probes are counted when they are made, so it
 * adds nothing here.
 */
function lengthNs(phase: Phase): number {
  switch (phase.regime) {
    case 'floor':
    case 'steady':
    case 'replay':
    case 'soak':
      return phase.forNs;
    case 'overload':
      return (phase.before?.forNs ?? 0) + phase.forNs + phase.after.forNs;
    case 'stages':
    case 'spike':
      return phase.stages.reduce((sum, { forNs }) => sum + forNs, 0);
    case 'capacity':
      return 0;
  }
}

function ratesOf(phase: Phase): readonly PlannedRate[] {
  switch (phase.regime) {
    case 'floor':
    case 'capacity':
    case 'replay':
      return [];
    case 'stages':
    case 'spike':
      return phase.stages;
    case 'steady':
    case 'soak':
      return phase.load.loop === 'open' ? [{ label: 'main', rate: phase.load.rate, forNs: phase.forNs }] : [];
    case 'overload':
      return [
        ...(phase.before === null ? [] : [{ label: 'before', ...phase.before } as const]),
        { label: 'overload', rate: phase.rate, forNs: phase.forNs },
        { label: 'after', ...phase.after },
      ];
  }
}

function segmentOf(
  phase: Phase,
  index: number,
  rates: readonly PlannedRate[],
  loadLine: number | null,
): LoadSegment | null {
  switch (phase.regime) {
    case 'capacity':
      return null;
    case 'floor':
      // One call in flight and no pause: the queue is empty whenever a call arrives.
      return { loop: 'closed', phase: index, concurrency: 1, thinkNs: 0, forNs: phase.forNs };
    case 'steady':
    case 'soak':
      if (phase.load.loop === 'closed')
        return {
          loop: 'closed',
          phase: index,
          concurrency: phase.load.concurrency,
          thinkNs: phase.load.thinkNs,
          forNs: phase.forNs,
        };
      return openSegment(index, phase.load.arrivals, rates, loadLine);
    case 'overload':
    case 'stages':
    case 'spike':
      return openSegment(index, phase.arrivals, rates, loadLine);
    case 'replay': {
      const { offsetsNs, forNs } = phase;
      return {
        loop: 'open',
        phase: index,
        arrivals: 'recorded',
        offsetsNs,
        stages: [{ label: 'replay', ratePerSecond: (offsetsNs.length * 1e9) / forNs, forNs }],
      };
    }
  }
}

function openSegment(
  phase: number,
  arrivals: Arrivals,
  rates: readonly PlannedRate[],
  loadLine: number | null,
): LoadSegment | null {
  const stages: Stage[] = [];
  for (const { label, rate, rampTo, forNs } of rates) {
    const ratePerSecond = resolveRate(rate, loadLine);
    const rampToPerSecond = rampTo === undefined ? undefined : resolveRate(rampTo, loadLine);
    if (ratePerSecond === null || rampToPerSecond === null) return null;
    stages.push({ label, ratePerSecond, ...(rampToPerSecond === undefined ? {} : { rampToPerSecond }), forNs });
  }
  const [first, ...rest] = stages;
  return first === undefined ? null : { loop: 'open', phase, arrivals, stages: [first, ...rest] };
}
