/** Stored baselines: what is kept of a run, which baseline a run may be judged by, and the judging. */
export { baselineFor, calibrationFor, type CalibrationChoice } from './choose.js';
export {
  expectedOf,
  judgeByBaseline,
  LEAST_SESSIONS,
  type BaselineOutcome,
  type Expected,
  type JudgedGate,
} from './judge.js';
export { baselineResults } from './of-run.js';
export { emptyBaseline, keepingRuns, keyOf, withRun, type StorableRun } from './stored.js';
