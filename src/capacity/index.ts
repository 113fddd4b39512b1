/**
 * The capacity search: which rate to try next, and what a probe says of the target.
 *
 * Owns the search strategy, the verdict on one probe with its limits, the shape of a probe, and the pause after it.
 * Pure: no socket, clock, process or file. Does not own: running probes (`run`), how a number is defined (`analysis`),
 * or the words and pictures of the result (`report`).
 */
export { CapacitySearch, type SearchBounds, type SearchResult, type SearchStep } from './search.js';
export { judgeProbe, type JudgedProbe, type ProbeLoad } from './judge.js';
export { coolDownNs, probeSegment, type ProbeOrder, type ProbeSegment } from './probe.js';
