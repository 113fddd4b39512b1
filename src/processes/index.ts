/**
 * Processes of this machine: which one is meant, whether it still runs, and that none is left behind.
 *
 * Owns how one process is distinguished from another, process groups, the mark that the processes of a run carry, and
 * the reaper that ends what a killed run has started. Does not own: what is started and why (`stack`, `toxiproxy`,
 * `mcp`).
 */
export { isRunning, processStart } from './identity.js';
export { HAS_GROUPS, isIgnored } from '../platform/index.js';
export { endOf, releasePipes, signalGroup, type ProcessEnd } from './group.js';
export type { ProcessMark, Survivor } from './mark.js';
export { startReaper, type ProcessKeeper, type Reaper } from './reaper.js';
