/**
 * The run: the one room where effects live. It conducts stack, faults and load in order, and leaves a run record.
 *
 * Owns the order of things, interruption, and that nothing is left behind however a run ends. Does not own: how any
 * part does its work (`stack`, `faults`, `toxiproxy`, `mcp`, `load`), the files (`record`), or any number (`analysis`).
 */
export { conductRun, type ConductedRun, type RunListener, type RunRequest } from './conduct.js';
