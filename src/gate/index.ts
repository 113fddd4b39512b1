/**
 * Gates: bounds of the scenario held against a summary. Pure.
 *
 * Owns absolute gates, their verdicts, `gate.json`, JUnit XML and what a pipeline prints. Does not own: the numbers
 * (`analysis`). A gate whose metric has no samples fails; a run that is invalid makes every gate invalid.
 */
export { evaluateGates, gateExitCode, type GateReport } from './evaluate.js';
export { junitXml } from './junit.js';
