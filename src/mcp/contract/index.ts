/**
 * Contract drift: how a server's `tools/list` changes while a run goes on.
 *
 * Owns the classing of a change of a tool as breaking or informational, and the session that watches for changes. Does
 * not own what of a tool is its contract (`preflight`), or what is made of the changes (`analysis`).
 */
export { watchContract, type RunningContractWatch } from './watch.js';
