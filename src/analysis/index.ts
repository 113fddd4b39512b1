/**
 * Analysis: from a run record to every number of the summary. Pure: no socket, clock, process or file.
 *
 * Owns the definitions of all metrics, the statistics under them, the validity verdict, and the data of the charts.
 * Does not own: reading files (`record`), judging gates (`gate`), or the layout of reports (`report`).
 */
export { type Analysis, analyse } from './analyse.js';
export type { AnalysisInput } from './input.js';
export type { Summary } from './summary.js';
export {
  CLOSED_LOOP,
  type GateChange,
  type GateResult,
  type Judged,
  type PlacedReading,
  deciding,
  judge,
  phaseLabel,
  placed,
  sourceMark,
  worstOf,
} from './bounds/index.js';
export {
  type ArrivalFit,
  type CallStats,
  type Durations,
  type OutcomeCounts,
  type Quantile,
  ASSUMED_QUIET_NS,
  lengthNs,
  standstillText,
} from './calls/index.js';
export {
  type CapacityInterval,
  type CapacityProbe,
  type CapacitySummary,
  type Fitted,
  MOST_MISSED_OF_HUNDRED,
  type Pool,
  type ProbeSlice,
  type RatedProbe,
  type ScalingPoint,
  type ScalingSummary,
  contradictions,
  evidenceWithoutLag,
  evidenceWithoutStandstills,
  intervalOf,
  probeEvidence,
  standstillsIn,
  poolsOf,
  shownBy,
  throughputOf,
} from './capacity/index.js';
export type { DriftChange, DriftSummary } from './contract/index.js';
export type * from './effects/index.js';
export type { AnswerGap, FailureKind, ForeignAnswers, ServerRequests, SessionTurnover } from './events/index.js';
export type { FloorSummary, ProtocolSummary } from './environment/index.js';
export { DURATION_BOUNDS_NS, operationDurations, type OperationDurations } from './figures/index.js';
export type * from './figures/index.js';
export { gatewayFindings } from './gateway/index.js';
export type * from './gateway/index.js';
export type { HypothesisJudgement, HypothesisResult, PhaseHypotheses } from './hypotheses/index.js';
export { type LatenessEffect, type PhaseWithout, movedTo } from './lateness/index.js';
export type { PhaseSummary, StageStats, ToolStats } from './phases/index.js';
export {
  type AgeAsBefore,
  type Attribution,
  type Drain,
  type EndedInStage,
  type FluidLimit,
  growthRank,
  LEAST_WINDOWS,
  mainAttribution,
  type QueueAge,
  type StageName,
  type StageSplit,
} from './queue/index.js';
export { worstRecovery } from './recovery/index.js';
export type * from './recovery/index.js';
export type { MetricSeries, ServerMetric } from './server-metrics/index.js';
export type { ShardSummary, ShardsSummary } from './shards/index.js';
export type * from './stability/index.js';
export { kendallTrend, logGamma, median, proportionInterval, ranks } from './statistics/index.js';
export { disturbedByOthers, OTHERS_ARE_BUSY_CORES } from './validity/index.js';
export type { Validity, ValidityReason } from './validity/index.js';
