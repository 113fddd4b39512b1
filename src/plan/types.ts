import type { Arrivals, Phase, RegimeName } from '../catalog/index.js';
import type { Fault, Scenario } from '../scenario/index.js';

/** A stretch of an open-loop schedule over which the rate is held, or changes evenly. */
export interface Stage {
  /** `main`; `before`, `overload`, `after`; `before`, `spike`, `after`; the names of stages; `replay`; `probe 1`. */
  readonly label: string;
  /** Rate at the stage's start, and all along unless it is a ramp. Of a replay: its mean. */
  readonly ratePerSecond: number;
  /** A ramp's rate at its end. */
  readonly rampToPerSecond?: number;
  readonly forNs: number;
}

/** What the generator runs without a break: it starts with nothing in flight and ends when everything is answered. */
export type LoadSegment =
  | {
      readonly loop: 'closed';
      /** Index of the phase this belongs to. */
      readonly phase: number;
      readonly concurrency: number;
      readonly thinkNs: number;
      readonly forNs: number;
    }
  | {
      readonly loop: 'open';
      readonly phase: number;
      readonly arrivals: Arrivals;
      /** Continuous: a backlog of one stage is carried into the next. */
      readonly stages: readonly [Stage, ...Stage[]];
      /** Number of its first stage; 0 unless it is a probe: the probes of a search are the stages of its phase. */
      readonly firstStage?: number;
    }
  | {
      readonly loop: 'open';
      readonly phase: number;
      readonly arrivals: 'recorded';
      /** Whole nanoseconds from the start of the segment, never decreasing, all before the stage's end. */
      readonly offsetsNs: readonly number[];
      readonly stages: readonly [Stage];
    };

export interface PlannedPhase {
  readonly index: number;
  readonly name: string;
  readonly regime: RegimeName;
  readonly loop: 'closed' | 'open';
  /** Start of what is measured, from the phase's start: everything before is kept and labelled warm-up. */
  readonly warmupNs: number;
  /** Length of the schedule, without the drain. */
  readonly forNs: number;
  readonly phase: Phase;
  /** Null while a relative rate waits for a capacity phase to set the load line. */
  readonly segment: LoadSegment | null;
  /** Logical calls planned; null for closed loops and unresolved rates (their number depends on the target). */
  readonly plannedCalls: number | null;
}

/** A fault with its times from the start of its phase. */
export type PlannedFault = Fault & { readonly phaseIndex: number };

export interface Plan {
  readonly scenario: Scenario;
  /** Load line used for relative rates; null when not known yet. */
  readonly loadLinePerSecond: number | null;
  readonly phases: readonly PlannedPhase[];
  readonly faults: readonly PlannedFault[];
  /** Sum of the phases' schedules, without drains. */
  readonly scheduledNs: number;
}
