/**
 * Metrics of the servers themselves, as their pages had them once a second.
 *
 * Owns their series on the clock of the run, and their numbers by phase. Does not own what they mean: that is the
 * server's.
 */
export { type ServerMetric, type ServerMetricPart, serverMetricsTopic } from './topic.js';
export { type MetricSeries, seriesOf } from './series.js';
