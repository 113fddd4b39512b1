/**
 * What is asked of the kernel and of V8 so that a process of ours keeps its times: how exactly its threads sleep, who
 * makes way for whom, and when garbage is collected.
 *
 * Owns those requests. Each is for the calling process or thread alone, needs no privilege, and changes nothing where
 * the system has no such thing. Does not own: how time is waited for (load/pacing, mock-servers/alarm), nor anything of
 * processes that are not ours.
 */
export { helperThreads, letHelpersYield } from './helpers.js';
export { setUpTiming } from './timing-setup.js';
export { tightenTimerSlack } from './slack.js';
