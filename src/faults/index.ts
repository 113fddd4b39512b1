/**
 * What goes wrong and when: the timeline that puts a phase's faults on the run's clock.
 *
 * Owns when each edge is asked for, that every fault that was set is lifted, and the record of planned, asked and
 * confirmed times. Asks the engine behind a link, the mock, or the supervisor of a process. Does not own: how a link is
 * made to fail (`toxiproxy`), processes (`stack`), or what the fault did to the target (`analysis`).
 */
export type { FaultPlaces } from './actor.js';
export { startFaultTimeline, type FaultTimeline, type FaultTimelineSetup } from './timeline.js';
