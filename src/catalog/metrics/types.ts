/** What is demanded: of a run, and of its steady state. */
import type { Unit } from '../../format/index.js';

/** What an absolute gate can look at. `metrics` of the analysis room says what each means. */
export const GATE_METRICS = [
  'response-time',
  'latency-from-send',
  'schedule-lag',
  'queue-age',
  'upstream-queue',
  'goodput',
  'deadline-miss-ratio',
  'error-ratio',
  'error-classes',
  'throughput',
  'time-to-detect',
  'time-to-recover',
  'backlog-drain',
  'dip-area',
  'metastable',
  'duplicates',
  'lost',
  'orphans',
  'retry-amplification',
  'rss-growth',
  'descriptor-growth',
  'socket-growth',
  'thread-growth',
  'session-growth',
  'sessions-open',
  'contract-drift',
  'broken-hypotheses',
] as const;
export type GateMetric = (typeof GATE_METRICS)[number];

export const GATE_STATS = [
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'mean',
  'max',
  'count',
  'ratio',
  'rate',
  'slope',
] as const;
export type GateStat = (typeof GATE_STATS)[number];

/** The unit a gate's bound was written in, so that verdicts can be printed in it. */
export type BoundUnit = Unit;

export interface Gate {
  /** Position in the scenario's list, from 0. */
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
  /** In `unit`; at least one of the two is set. */
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: BoundUnit;
}

/** What a hypothesis can look at: what a stretch of a phase has a value of. */
export const HYPOTHESIS_METRICS = [
  'response-time',
  'latency-from-send',
  'queue-age',
  'goodput',
  'deadline-miss-ratio',
  'error-ratio',
  'error-classes',
  'throughput',
  'retry-amplification',
  'sessions-open',
  'contract-drift',
] as const satisfies readonly GateMetric[];
export type HypothesisMetric = (typeof HYPOTHESIS_METRICS)[number];

/**
 * A bound that is to hold before the faults of a phase and again after them. `phase` null: in every phase with a fault.
 */
export interface Hypothesis extends Gate {
  readonly metric: HypothesisMetric;
  readonly fault: null;
  readonly process: null;
}
