/**
 * Statistics under the analysis: exact quantiles, how many samples they need, intervals, robust trends.
 *
 * Pure numbers in, numbers out; knows nothing of calls, phases or units. Where chance is needed a seeded stream is
 * passed in.
 */
export { ranks } from './correlation.js';
export { growthInterval } from './growth.js';
export { kendallTrend, type KendallTrend } from './kendall.js';
export { mserTruncation } from './mser.js';
export { levelShift, type LevelShift } from './pettitt.js';
export { binomialCdf, logGamma } from './binomial.js';
export { median, minimumSamples, orderStatisticInterval, quantileRank, type RankInterval } from './order-statistics.js';
export { partMeans } from './part-means.js';
export { proportionInterval } from './proportion.js';
export { ascending } from './sort.js';
export { strataTrend } from './strata-trend.js';
export { theilSen, trendInterval, type Line, type TrendInterval } from './trend.js';
