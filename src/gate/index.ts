/**
 * Gates: bounds of the scenario, judged by a summary. Pure.
 *
 * Owns absolute gates, the default ones, their verdicts, the exit code of each, and where in a summary the readings of
 * a metric are. Does not own: the numbers (`analysis`), or gates on a change (`compare`). A gate whose metric has no
 * samples fails; a run that is invalid makes every gate invalid.
 */
export {
  evaluateGates,
  gateExitCode,
  gateFile,
  loopMark,
  reasonOf,
  spoiltByLateness,
  withResults,
  type GateReport,
} from './evaluate.js';
export { readingsOf } from './readings.js';
