/**
 * The operating system: the one place that names one, reads `/proc` and `/sys`, and knows what another system offers
 * instead.
 *
 * Owns which system this is, the paths of Linux's files, and what can be learnt of processes and threads: on Linux from
 * those files, elsewhere from `ps`, and else null. Nothing here has to work for a run to be made. Does not own: what
 * the facts mean (`envelope`, `calibration`), or starting and ending processes (`processes`, `stack`).
 */
export { HAS_GROUPS, PLATFORM, openerOf, thisSystem, type System } from './system.js';
export { LINUX, TICKS_PER_SECOND } from './linux-files.js';
export { groupOf, hasEnded, isIgnored, networkOfProcess, startOf, processNumbers, standsStill } from './identity.js';
export { usageOf, type ProcessUsage } from './usage.js';
export { PIDS_WITH_VARIABLE, withVariable, type MarkedProcess } from './environments.js';
export { cpuSecondsUnder, listenersOn } from './trees.js';
export { othersInOrderOfBirth, openThreadCpu, threadName, tightenTimerSlack } from './threads.js';
export { CAN_PIN, cpuCount, givenCpus, pinnedCommand, pinOurselves } from './cpus.js';
export { firstLocalPort } from './ports.js';
export { locale, timeZone } from './time-zone.js';
