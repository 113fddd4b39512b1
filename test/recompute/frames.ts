/** When each phase and each stage of a run was, by its events. */
import type { PhaseEvent, RunFiles, StageEvent } from './run-files.js';
import type { PhaseFacts, ScenarioFacts } from './scenario-facts.js';

export interface Stage {
  readonly label: string;
  readonly ratePerSecond: number;
  /** Null where the rate is held. */
  readonly rampToPerSecond: number | null;
  readonly fromNs: number;
  readonly toNs: number;
}

/** A phase that ran from its start to the end of its schedule. Times in nanoseconds since the run's epoch. */
export interface Frame {
  readonly index: number;
  readonly facts: PhaseFacts;
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** Of an open loop; none in a closed loop. */
  readonly stages: readonly Stage[];
}

/** The frames of all phases of the scenario; an error when one of them was not run to its end. */
export function framesOf(files: RunFiles, scenario: ScenarioFacts): readonly Frame[] {
  return scenario.phases.map((facts, index) => {
    const at = (edge: PhaseEvent['edge']): number => {
      const event = files.events.find(
        (candidate) => candidate.type === 'phase' && candidate.phase === index && candidate.edge === edge,
      );
      if (event === undefined) throw new Error(`no event for the ${edge} of phase ${facts.name}`);
      return event.atNs;
    };
    const scheduledEndNs = at('scheduled-end');
    const begun = files.events.filter((event): event is StageEvent => event.type === 'stage' && event.phase === index);
    return {
      index,
      facts,
      startNs: at('start'),
      measuredFromNs: at('start') + facts.warmupNs,
      scheduledEndNs,
      drainedNs: at('drained'),
      stages: begun.map(({ label, ratePerSecond, rampToPerSecond = null, atNs }, stage) => ({
        label,
        ratePerSecond,
        rampToPerSecond,
        fromNs: atNs,
        toNs: begun[stage + 1]?.atNs ?? scheduledEndNs,
      })),
    };
  });
}

/** Calls a schedule plans between two moments: the area under its rate, trapezium by trapezium. */
export function scheduledBetween(stages: readonly Stage[], fromNs: number, toNs: number): number {
  return stages.reduce((sum, stage) => {
    const a = Math.max(stage.fromNs, fromNs);
    const b = Math.min(stage.toNs, toNs);
    const rateAt = (ns: number): number =>
      stage.ratePerSecond +
      (((stage.rampToPerSecond ?? stage.ratePerSecond) - stage.ratePerSecond) * (ns - stage.fromNs)) /
        (stage.toNs - stage.fromNs);
    return sum + (b > a ? (((rateAt(a) + rateAt(b)) / 2) * (b - a)) / 1e9 : 0);
  }, 0);
}
