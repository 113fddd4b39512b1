/** Threads of this process, which Linux shows and other systems do not. */
import { opendirSync, openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { pid } from 'node:process';
import { LINUX } from './linux-files.js';
import { IS_LINUX } from './system.js';

/**
 * Ids of the threads of this process but the main one, as they were made: Linux lists them so. `readdir` of Node.js
 * would sort them by their numbers, which begin again from below one day. None where the system is not Linux.
 */
export function othersInOrderOfBirth(): readonly number[] {
  if (!IS_LINUX) return [];
  const threads: number[] = [];
  try {
    const listing = opendirSync(LINUX.threads);
    for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) threads.push(Number(entry.name));
    listing.closeSync();
  } catch {
    // No such listing on this system.
  }
  return threads.filter((thread) => thread !== pid);
}

/** '' when it is gone. */
export function threadName(thread: number): string {
  try {
    return readFileSync(LINUX.threadName(thread), 'utf8');
  } catch {
    return '';
  }
}

/**
 * Asks Linux to wake this thread within a microsecond of the time it asked for, instead of the default 50 us (prctl(2),
 * PR_SET_TIMERSLACK). The calling thread only; true when it was granted. Elsewhere nothing happens.
 */
export function tightenTimerSlack(): boolean {
  if (!IS_LINUX) return false;
  try {
    // The process's own folder would be the main thread's; a thread's own answers under its thread id.
    const thread = readlinkSync(LINUX.thisThread).split('/').at(-1) ?? '';
    writeFileSync(LINUX.timerSlack(thread), '1000');
    return true;
  } catch {
    return false;
  }
}

/** An open file whose first number is the CPU time of the calling thread in nanoseconds; null where there is none. */
export function openThreadCpu(): number | null {
  if (!IS_LINUX) return null;
  try {
    return openSync(LINUX.threadCpu, 'r');
  } catch {
    return null;
  }
}
