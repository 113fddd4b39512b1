/**
 * Faults of the `tools` mock: errors, stalls, wrong and broken answers, lost and doubled effects, on command.
 *
 * Owns what each kind does, which calls it affects, and the count of those. Does not own: the queue and the
 * answering (`calls`), which ask here what to do differently, or the plan of a run's faults (the harness's `faults`
 * room).
 */
export { answerFaults } from './endpoints.js';
export { MockFaults } from './mock-faults.js';
export { WorkingTime } from './working-time.js';
export type { Answer, Chosen, InFlight, FaultHit } from './behaviour.js';
