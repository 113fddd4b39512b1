/**
 * What a scenario can name, one file each, with its schema, defaults, checks and wording.
 *
 * Owns the grammar's building blocks (`grammar/`) and the lists of what can be named. Does not own: reading a scenario
 * (`scenario`), its meaning in time (`plan`), or any effect.
 */
export * from './grammar/index.js';
export * from './faults/index.js';
export * from './metrics/index.js';
export * from './regimes/index.js';
export * from './operations/index.js';
export * from './gateways/index.js';
