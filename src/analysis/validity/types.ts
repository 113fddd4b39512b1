/** Whether the numbers of a run can be trusted. */

export type ValidityCode =
  | 'schedule-lag'
  | 'achieved-below-offered'
  | 'consistency-check'
  | 'generator-standstill'
  | 'fault-engine-standstill'
  | 'generator-saturated'
  | 'over-self-capacity'
  | 'generator-cpu'
  | 'machine-pressure'
  | 'machine-assumed'
  | 'cpu-steal'
  | 'contended-machine'
  | 'held-up-machine'
  | 'capacity-undecided'
  | 'not-stationary'
  | 'hypothesis-failed-before-fault'
  | 'arrival-process'
  | 'fault-proxy-wedged'
  | 'fault-engine-died'
  | 'fault-not-confirmed'
  | 'service-died'
  | 'clock-problem'
  | 'aborted'
  | 'interrupted'
  | 'record-incomplete'
  | 'samples-unaccounted'
  | 'no-samples';

export interface ValidityReason {
  readonly code: ValidityCode;
  /** `invalid` makes the run invalid, `doubtful` makes it doubtful; `warning` is reported and does neither. */
  readonly severity: 'invalid' | 'doubtful' | 'warning';
  readonly phase: string | null;
  /** What was seen, with numbers and units, and the limit it broke. */
  readonly what: string;
  readonly remedy: string;
}

export interface Validity {
  /**
   * `invalid`: a headline number is known not to measure the target. `doubtful`: the machine was disturbed while it was
   * measured, or it was ended early, so that no gate may pass or fail on these numbers; none is known to be wrong.
   */
  readonly verdict: 'valid' | 'doubtful' | 'invalid';
  readonly reasons: readonly ValidityReason[];
}
