/** The threads that V8 works with beside our own: they compile and collect garbage. */
import { setPriority } from 'node:os';
import { othersInOrderOfBirth, threadName } from '../platform/index.js';

/** The lowest there is. */
const NICE = 19;
/**
 * Without names: a process has these before it reads a line of script, one that waits for delayed tasks and four that
 * work.
 */
const MADE_FIRST = 5;

/**
 * Lets the compiler's and the collector's threads of this process give way to every other thread of the machine:
 * setpriority(2), which Linux applies to the one thread that is named.
 *
 * With equal rights such a helper keeps a core for up to 4 ms while the thread that has a call to send or an answer to
 * give on time waits behind it: on two cores, some 100 ms of waiting in 9 s of 350 calls/s, of which 40 are left. To be
 * called when what is hot has been compiled: where both cores are taken, a helper that gives way gets next to nothing.
 * It can't be taken back without privilege.
 *
 * @param threads as `helperThreads` found them.
 * @returns how many threads give way now; 0 where the system is not Linux or does not grant it.
 */
export function letHelpersYield(threads: readonly number[]): number {
  let yielding = 0;
  for (const thread of threads) {
    try {
      setPriority(thread, NICE);
      yielding++;
    } catch {
      // Ended since it was listed, or not granted: things are as they were.
    }
  }
  return yielding;
}

/**
 * Ids of the threads that V8 works with in this process; none where the system is not Linux. Node.js names
 * its threads from version 22 on; before that, those that were made first are taken.
 */
export function helperThreads(): readonly number[] {
  const threads = othersInOrderOfBirth();
  const named = threads.filter((thread) => threadName(thread).includes('V8Worker'));
  return named.length > 0 ? named : threads.slice(0, MADE_FIRST);
}
