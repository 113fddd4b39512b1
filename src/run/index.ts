/**
 * The run: stack, faults and load in order, and the run record they leave; and the runs of an experiment in turn.
 *
 * Owns the order, interruption, and that nothing is left behind however a run ends. Each thing that is started is a
 * scope in `scopes/`: a new one is one file and one line in `conduct.ts`. Does not own: how any
 * part does its work (`stack`, `faults`, `toxiproxy`, `mcp`, `load`), the files (`record`), or any number (`analysis`).
 */
export { conductRun, type ConductedRun } from './conduct.js';
export { conductExperiment, type BeginningTrial, type ConductedExperiment, type ExperimentArm } from './experiment.js';
export type { RunListener, RunRequest, RunWatcher } from './context.js';
