/**
 * Frames: when each phase and stage of the run really was, from its events, and from plan and samples where a run broke
 * off before it could say so.
 */
import { traitsOf } from '../../catalog/index.js';
import type { Calls, ProbeEvent, RunEvent } from '../../record/index.js';
import type { Plan, PlannedPhase, StageRates } from '../../plan/index.js';
import { select } from './selection.js';

export interface StageFrame {
  readonly label: string;
  /** Rate at its start, and all along unless it is a ramp. */
  readonly ratePerSecond: number;
  /** What was planned of it, whether or not it came to its end; for the rate at any moment. */
  readonly planned: StageRates;
  readonly fromNs: number;
  /** End of the stage's own warm-up: `fromNs` but for probes, each of which has one. */
  readonly measuredFromNs: number;
  readonly toNs: number;
  /** False for a probe that the generator spoiled. */
  readonly valid: boolean;
}

/** One phase that was run. Times since the run's epoch; startNs <= measuredFromNs <= scheduledEndNs <= drainedNs. */
export interface PhaseFrame {
  readonly planned: PlannedPhase;
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** False when the record does not say that the schedule was kept to its end. */
  readonly ended: boolean;
  /** Open loop: the stages of the schedule. Capacity: the probes that were judged, with pauses between them. */
  readonly stages: readonly StageFrame[];
  /**
   * Entries of the phase in `Calls`: all, and without the warm-up. A capacity phase as a whole measures none: its
   * probes do.
   */
  readonly all: Uint32Array;
  readonly measured: Uint32Array;
}

/** Length of what is measured, in seconds; the interval all rates of the phase refer to. */
export function measuredSeconds(frame: Pick<PhaseFrame, 'measuredFromNs' | 'scheduledEndNs'>): number {
  return (frame.scheduledEndNs - frame.measuredFromNs) / 1e9;
}

/**
 * When a phase began or ended. A capacity phase begins and ends once a probe: its first start and its last ends count.
 */
function edge(
  events: readonly RunEvent[],
  phase: number,
  wanted: 'start' | 'scheduled-end' | 'drained',
): number | null {
  const isIt = (event: RunEvent): boolean => event.type === 'phase' && event.phase === phase && event.edge === wanted;
  return (wanted === 'start' ? events.find(isIt) : events.findLast(isIt))?.atNs ?? null;
}

/** Frames of the phases that left a trace in the record; a phase that was never begun has none. */
export function framesOf(plan: Plan, events: readonly RunEvent[], calls: Calls): readonly PhaseFrame[] {
  const frames: PhaseFrame[] = [];
  for (const planned of plan.phases) {
    const from = calls.phaseFrom[planned.index] ?? 0;
    const to = calls.phaseFrom[planned.index + 1] ?? from;
    const all = new Uint32Array(to - from);
    for (let k = 0; k < all.length; k++) all[k] = from + k;
    const startNs = edge(events, planned.index, 'start') ?? (all.length > 0 ? (calls.intendedNs[from] ?? 0) : null);
    if (startNs === null) continue;
    let lastDoneNs = startNs;
    let lastIntendedNs = startNs;
    for (const i of all) {
      lastDoneNs = Math.max(lastDoneNs, calls.doneNs[i] ?? startNs);
      lastIntendedNs = Math.max(lastIntendedNs, calls.intendedNs[i] ?? startNs);
    }
    const recordedEndNs = edge(events, planned.index, 'scheduled-end');
    const plannedEndNs = startNs + planned.forNs;
    // A killed run recorded no end: it is measured as far as its calls reach. An interrupted run recorded an early one.
    const scheduledEndNs = recordedEndNs ?? Math.max(lastIntendedNs, Math.min(plannedEndNs, lastDoneNs));
    const ended = recordedEndNs !== null && recordedEndNs >= plannedEndNs - 1;
    const drainedNs = Math.max(edge(events, planned.index, 'drained') ?? lastDoneNs, scheduledEndNs);
    frames.push({
      planned,
      startNs,
      measuredFromNs: Math.min(startNs + planned.warmupNs, scheduledEndNs),
      scheduledEndNs,
      drainedNs,
      ended,
      stages: stagesOf(planned, events, startNs, scheduledEndNs),
      all,
      measured: traitsOf(planned.regime).searches ? new Uint32Array(0) : select(all, (i) => calls.warmup[i] === 0),
    });
  }
  return frames;
}

/** The probes of a capacity phase, in order. */
export function probesOf(events: readonly RunEvent[], phase: number): readonly ProbeEvent[] {
  return events.filter((event) => event.type === 'probe').filter((event) => event.phase === phase);
}

function stagesOf(
  planned: PlannedPhase,
  events: readonly RunEvent[],
  startNs: number,
  scheduledEndNs: number,
): readonly StageFrame[] {
  if (traitsOf(planned.regime).searches) {
    return probesOf(events, planned.index).map(
      ({ probe, ratePerSecond, startNs, measuredFromNs, scheduledEndNs, verdict }) => ({
        label: `probe ${probe + 1}`,
        ratePerSecond,
        planned: { ratePerSecond, forNs: scheduledEndNs - startNs },
        fromNs: startNs,
        measuredFromNs,
        toNs: scheduledEndNs,
        valid: verdict !== 'invalid',
      }),
    );
  }
  if (planned.segment?.loop !== 'open') return [];
  const stages: StageFrame[] = [];
  let next = startNs;
  planned.segment.stages.forEach((stage, index) => {
    const started = events.find(
      (event) => event.type === 'stage' && event.phase === planned.index && event.stage === index,
    );
    const fromNs = Math.min(started?.atNs ?? next, scheduledEndNs);
    const before = stages[index - 1];
    if (before !== undefined) stages[index - 1] = { ...before, toNs: fromNs };
    stages.push({
      label: stage.label,
      ratePerSecond: stage.ratePerSecond,
      planned: stage,
      fromNs,
      measuredFromNs: fromNs,
      toNs: scheduledEndNs,
      valid: true,
    });
    next = fromNs + stage.forNs;
  });
  return stages;
}
