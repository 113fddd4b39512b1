/** Whether the numbers of a run can be trusted. */

export type ValidityCode =
  | 'schedule-lag'
  | 'achieved-below-offered'
  | 'consistency-check'
  | 'generator-saturated'
  | 'over-self-capacity'
  | 'generator-cpu'
  | 'machine-pressure'
  | 'machine-assumed'
  | 'cpu-steal'
  | 'contended-machine'
  | 'capacity-contradiction'
  | 'not-stationary'
  | 'hypothesis-failed-before-fault'
  | 'arrival-process'
  | 'fault-proxy-wedged'
  | 'fault-engine-died'
  | 'fault-not-confirmed'
  | 'service-died'
  | 'clock-problem'
  | 'interrupted'
  | 'record-incomplete'
  | 'samples-unaccounted'
  | 'no-samples';

export interface ValidityReason {
  readonly code: ValidityCode;
  /** `invalid` makes the run invalid; `warning` is reported and does not. */
  readonly severity: 'invalid' | 'warning';
  readonly phase: string | null;
  /** What was seen, with numbers and units, and the limit it broke. */
  readonly what: string;
  readonly remedy: string;
}

export interface Validity {
  readonly verdict: 'valid' | 'invalid';
  /** True when the machine was so busy that no gate may pass or fail on these numbers. */
  readonly gatesInconclusive: boolean;
  readonly reasons: readonly ValidityReason[];
}
