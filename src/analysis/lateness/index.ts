/**
 * Lateness: what our own processes did to the numbers of the target, by standing still or by sending late.
 *
 * Owns which calls a standstill touched, the numbers without it, and which numbers are therefore not valid. Does not
 * own noticing a standstill (`load`, `toxiproxy`), or what follows for the run (`validity`) and its gates (`gate`).
 */
export { type MovedNumber, type PhaseWithout, movedTo } from './effect.js';
export { type LatenessEffect, type LatenessResults, latenessTopic } from './topic.js';
