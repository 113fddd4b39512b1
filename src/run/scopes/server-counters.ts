import { WORK_EVERY_NS, type WorkRow } from '../../record/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';

/** Reads the counters of our own servers' work. */
export interface ServerCountersReader {
  /** In the background unless it is waited for. Never rejects: a server that can't be reached gives no rows. */
  readonly read: (when: Exclude<WorkRow['when'], 'leaving'>) => Promise<void>;
  /** No more samples. */
  readonly pause: () => void;
}

/** The counters of the stack's servers: before the load, every 250 ms, at each edge of a fault, and after the load. */
export const serverCounters: Scope<{ readonly run: RunContext; readonly stack: RunningStack }, ServerCountersReader> = {
  name: 'the server-side counters',
  start: async ({ run: { record }, stack }) => {
    let reading: Promise<void> = Promise.resolve();
    let timer: NodeJS.Timeout | undefined;
    const read: ServerCountersReader['read'] = (when) => {
      reading = reading.then(async () => record.rows('work', await stack.work(when)));
      return reading;
    };
    const sampleLater = (): void => {
      timer = setTimeout(
        () => void read('sample').then(() => timer !== undefined && sampleLater()),
        WORK_EVERY_NS / 1e6,
      );
      timer.unref();
    };
    await read('begin');
    if (stack.services.some(({ kind }) => kind === 'mock')) sampleLater();
    return {
      read,
      pause: () => {
        clearTimeout(timer);
        timer = undefined;
      },
    };
  },
  collect: async ({ read, pause }) => {
    pause();
    await read('end');
  },
  stop: { withinMs: 1_000, act: async ({ pause }) => pause() },
};
