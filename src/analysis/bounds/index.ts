/**
 * Bounds: how a stated bound (a gate, a hypothesis) is read out of numbers, judged and put in words.
 *
 * Owns the readings of sets of calls, the verdict on a reading, and the words of both. Does not own which numbers a
 * bound is held against, nor what follows from a verdict.
 */
export { deciding, judge, worstOf, type GateResult, type Judged } from './judge.js';
export {
  absent as absentReading,
  ofCalls as callReadings,
  readDurations as durationsReading,
  value as knownReading,
  type Reading,
} from './readings.js';
export { CLOSED_LOOP, gateText, hypothesisText, phaseLabel } from './words.js';
