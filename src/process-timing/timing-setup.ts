/** For a process that begins to send or to serve. */
import { setFlagsFromString } from 'node:v8';
import { helperThreads, letHelpersYield } from './helpers.js';

/**
 * What is called all the time has been compiled after so much of it; compilers that have to wait would only keep it
 * slow for longer.
 */
const SETTLED_MS = 4_000;

/**
 * Keeps V8 out of the way of whatever has a time to keep in this process, from its event loop and its workers on.
 *
 * At once: no collection for the sake of a small heap. Where little is called V8 collects everything some twenty
 * seconds after the load began, 10 to 20 ms at a stretch in each thread, and makes the young generation so small that
 * it has to be collected three times a second from then on, instead of once in five. In four seconds: compilers
 * and collectors give way (see `letHelpersYield`).
 */
export function setUpTiming(): void {
  setFlagsFromString('--no-memory-reducer');
  // Found at once, because in four seconds there are calls to be sent.
  const helpers = helperThreads();
  setTimeout(() => letHelpersYield(helpers), SETTLED_MS).unref();
}
