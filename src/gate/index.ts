/**
 * Gates: bounds of the scenario held against a summary. Pure.
 *
 * Owns absolute gates, their verdicts, and the exit code of each. Does not own: the numbers
 * (`analysis`). A gate whose metric has no samples fails; a run that is invalid makes every gate invalid.
 */
export { evaluateGates, gateExitCode, type GateReport } from './evaluate.js';
