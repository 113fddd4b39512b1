import type { Arrivals, Fault, Phase, Rate, Scenario } from '../scenario/index.js';

/** One rate held for a time on an open-loop schedule. */
export interface Stage {
  /** `main`, or for overload `before`, `overload`, `after`. */
  readonly label: 'main' | 'before' | 'overload' | 'after';
  readonly ratePerSecond: number;
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
    };

export interface PlannedPhase {
  readonly index: number;
  readonly name: string;
  readonly regime: Phase['regime'];
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
  /** Rates as written, for explanation. */
  readonly rates: readonly { readonly label: Stage['label']; readonly rate: Rate; readonly forNs: number }[];
}

/** A fault with its times from the start of its phase. */
export interface PlannedFault extends Fault {
  readonly phaseIndex: number;
}

export interface Plan {
  readonly scenario: Scenario;
  /** Load line used for relative rates; null when not known yet. */
  readonly loadLinePerSecond: number | null;
  readonly phases: readonly PlannedPhase[];
  readonly faults: readonly PlannedFault[];
  /** Sum of the phases' schedules, without drains. */
  readonly scheduledNs: number;
}
