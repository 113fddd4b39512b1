/**
 * Process timing: the settings of V8 and of the kernel with which a process of ours sends or serves on time.
 *
 * Owns noticing a standstill, and those settings: how exactly threads sleep, which threads give way to which, when
 * garbage is collected, and how early code is optimised. They
 * hold for the whole process (the timer slack for the calling thread) and can't be taken back: a program that uses
 * Plimsoll as a library would keep them for good, so only worker threads and child processes of ours, and the command,
 * set them. They need no privilege, and change nothing where the system has no such setting. A floor room below `load`,
 * `toxiproxy` and the mock servers, which all call it; `calibration` judges what comes of it. Does not own: how time is
 * waited for (load/pacing, mock-servers/alarm), nor anything of
 * processes that are not ours.
 */
export { helperThreads, letHelpersYield } from './helpers.js';
export { compileLater } from './late-compiling.js';
export { setUpTiming } from './timing-setup.js';
export { LATE_TURN_NS, STANDSTILL_NS, onStandstill } from './standstill.js';
export { tightenTimerSlack } from '../platform/index.js';
