/**
 * The metrics that a gate or a hypothesis can name. Each file holds the definition, units, statistics and needs of one
 * metric or of a family, and how its value is read from the numbers of a run; `list.ts` lists them.
 *
 * Owns how a bound is read and how a gate is worded. Does not own: computing the numbers (`analysis`), or verdicts
 * (`gate`).
 */
export * from './types.js';
export * from './bounds.js';
export * from './comparative.js';
export { GateText } from './gate-grammar.js';
export { hypotheses, HypothesisText } from './hypothesis-grammar.js';
export { GATE_METRICS, HYPOTHESIS_METRICS, metricOf, METRICS, type GateMetric, type HypothesisMetric } from './list.js';
export { METRIC_GROUPS, readStat, type Metric, type MetricGroup, type Need, type Stats } from './metric.js';
export type * from './reading.js';
export { GATE_STATS, type GateStat } from './stats.js';
export { boundOf, boundReason, gateText, hypothesisText, selectionText, statText } from './words.js';
