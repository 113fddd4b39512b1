/**
 * History: the numbers of one scenario over its runs, in the order of time. Pure.
 *
 * Owns which runs stand in one line, the changes of level in a line and how they are found, and what else changed
 * where a level did. Does not own: the numbers of a run (`analysis`, `catalog/metrics`), verdicts on a change
 * (`compare`: that takes runs made for it), reading runs, or how a history is shown (`report`).
 */
export { CHANGE_RULE, changePoints, type LevelChange } from './change-points.js';
export { historyOf } from './history.js';
export type * from './types.js';
