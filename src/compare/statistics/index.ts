/**
 * Statistics of trials: what paired differences say, how sure they are, and how many it takes.
 *
 * Pure numbers in, numbers out; knows nothing of runs, metrics or units.
 */
export { chiSquareCdf, chiSquareQuantile, deviationInterval } from './chi-square.js';
export { hodgesLehmann, signedRankBound, type RankEstimate } from './hodges-lehmann.js';
export { holmAdjusted } from './holm.js';
export { meanOf, pairedMean, pValueAboveZero, type Interval, type PairedMean } from './paired.js';
export { minimumDetectableEffect, minimumDetectableFurther, trialsNeeded } from './power.js';
export { pValueOfFurther, predictionInterval } from './prediction.js';
export { tCdf, tQuantile } from './student-t.js';
