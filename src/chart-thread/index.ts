/**
 * The charts of a report on a thread of their own: what drawing takes is loaded beside the reading of the scenario, and
 * charts are drawn beside the rest of the page.
 *
 * Owns the thread, and that nothing is left of it to do while the machine is probed or calls are under way. Does not
 * own what is drawn or how (`report`).
 */
export { startChartThread, type ChartThread } from './thread.js';
