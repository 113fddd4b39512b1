/**
 * What the calls of a run hold: the arguments of each, and the text that a right answer has.
 *
 * Does not own: how a request travels (`transports`), or how often one is made (`load`).
 */
export { makeRequestGenerator } from './request-generator.js';
