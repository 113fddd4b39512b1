/**
 * Scopes: what is started in order and stopped in reverse order, whatever happens in between.
 *
 * Owns the order, the bound in time of each stop, and reporting a stop that failed. Does not own: anything that is
 * started (`run`, `calibration`).
 */
export { Scopes, type Scope } from './scopes.js';
