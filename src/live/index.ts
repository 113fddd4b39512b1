/**
 * Live: what is known of a run while it goes on.
 *
 * Owns the seconds of a run, made from the samples that the load threads have handed over already, the phases and
 * faults beside them, all of it bounded, and the server of the page that shows them. Does not own: that page
 * (`report`), the samples and events themselves (`record`), the counters of the generator (`load`), or the numbers of a
 * run (`analysis`: what is here is gone when the run ends).
 */
export { LiveRun } from './live-run.js';
export { startLiveServer, type LiveServer } from './server.js';
export type * from './types.js';
