/**
 * Gates: bounds of the scenario, judged by a summary. Pure.
 *
 * Owns absolute gates, the default ones, their verdicts, and the exit code of each. Does not own: the numbers
 * (`analysis`). A gate whose metric has no samples fails; a run that is invalid makes every gate invalid.
 */
export { evaluateGates, gateExitCode, gateFile, type GateReport } from './evaluate.js';
