/**
 * Comparisons: several arms of the same scenario, trial by trial, against a reference. Pure.
 *
 * Owns the statistics of trials, effects with their intervals, the rule that judges them, gates on a change (from a
 * reference or a stored baseline), what a calibration says, and the verdict on each arm. Does not own: the files of
 * baselines (`record`), the numbers of a run (`analysis`, `catalog/metrics`), which environments are alike
 * (`envelope`), running trials (`run`), or how a comparison is shown (`report`).
 */
export * from './baseline/index.js';
export {
  calibrationOf,
  detectableEffects,
  detectableWith,
  usableRows,
  type CalibrationOrder,
  type DetectableEffect,
} from './calibration/index.js';
export { compareTrials, comparisonExitCode } from './compare.js';
export { defaultComparativeGates } from './default-gates.js';
export type { ComparedCurves, Curve, PercentileComparison, RecoveryComparison, TrialFigures } from './curves.js';
export { driftOf, type Drift } from './drift.js';
export {
  numbersOf,
  read as readOf,
  subjectKey,
  type Effect,
  type EffectSubject,
  type Estimated,
  type Read,
} from './effects.js';
export { rankingOf, type Rank, type Ranking } from './ranking.js';
export { gatewaysOf, trialFindings } from './gateways.js';
export { isInterleaved, rowsByTime } from './rows.js';
export { decide, FALSE_ALARM, type Decision, type Evidence } from './rule.js';
export { stackPicture, type StackPart, type StackPicture } from './stack-picture.js';
export type * from './types.js';
export { minimumDetectableEffect } from './statistics/power.js';
