/** What is demanded: of a run, and of its steady state. */
import type { Unit } from '../../format/index.js';
import type { GateMetric, HypothesisMetric } from './list.js';
import type { GateStat } from './stats.js';

/** The unit a gate's bound was written in, so that verdicts can be printed in it. */
export type BoundUnit = Unit;

/** The numbers of a run that a gate is about. */
export interface MetricSelection {
  /** Position in the list that it stands in, from 0. */
  readonly index: number;
  readonly metric: GateMetric;
  readonly stat: GateStat;
  /** Null: every phase that has the metric must pass. */
  readonly phase: string | null;
  /** A call label, or null for all. */
  readonly tool: string | null;
  /** A fault id, or null for every fault (only for per-fault metrics). */
  readonly fault: string | null;
  /** A service, `plimsoll` or `fault-engine`, or null for every process that was watched (only for growth). */
  readonly process: string | null;
  readonly unit: BoundUnit;
}

export interface Gate extends MetricSelection {
  /** In `unit`; at least one of the two is set. */
  readonly min: number | null;
  readonly max: number | null;
}

/** A bound that is to hold before and after the faults of a phase. `phase` null: of every phase with a fault. */
export interface Hypothesis extends Gate {
  readonly metric: HypothesisMetric;
  readonly fault: null;
  readonly process: null;
}
