import type { Scope } from '../../scopes/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { RunContext } from '../context.js';

/** Reads the counters of our own servers' work. */
export interface ServerCountersReader {
  /** In the background unless it is waited for. Never rejects: a server that can't be reached gives no rows. */
  readonly read: (when: 'begin' | 'edge' | 'end') => Promise<void>;
}

/** The counters of the stack's servers: before the load, at each edge of a fault, and after the load. */
export const serverCounters: Scope<{ readonly run: RunContext; readonly stack: RunningStack }, ServerCountersReader> = {
  name: 'the server-side counters',
  start: async ({ run: { record }, stack }) => {
    let reading: Promise<void> = Promise.resolve();
    const read: ServerCountersReader['read'] = (when) => {
      reading = reading.then(async () => record.rows('work', await stack.work(when)));
      return reading;
    };
    await read('begin');
    return { read };
  },
  collect: ({ read }) => read('end'),
  stop: null,
};
