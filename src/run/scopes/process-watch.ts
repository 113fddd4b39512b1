import type { Scope } from '../../scopes/index.js';
import { sampleProcess, type RunningStack, type WatchedProcess } from '../../stack/index.js';
import type { FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';

interface Needs {
  readonly run: RunContext;
  readonly stack: RunningStack;
  readonly engine: FaultEngine | null;
}

interface ProcessWatch {
  stop(): Promise<void>;
}

/** Polls the resources of every process of the run once a second; which there are is asked anew each time. */
export const processWatch: Scope<Needs, ProcessWatch> = {
  name: 'watching processes',
  start: ({ run: { nowNs, record }, stack, engine }) => {
    const processes = (): readonly WatchedProcess[] => [
      { name: 'plimsoll', pid: process.pid, stateUrl: null },
      ...stack.processes(),
      ...(engine?.pid == null ? [] : [{ name: 'fault-engine', pid: engine.pid, stateUrl: null }]),
    ];
    let polling: Promise<void> = Promise.resolve();
    const poll = (): void => {
      const atNs = nowNs();
      polling = Promise.all(processes().map((each) => sampleProcess(each, atNs))).then((rows) =>
        rows.forEach((row) => record.resource(row)),
      );
    };
    poll();
    const timer = setInterval(poll, 1_000);
    let ended: Promise<void> | null = null;
    const end = async (): Promise<void> => {
      clearInterval(timer);
      await polling;
      // The last second belongs to the run as well.
      poll();
      await polling;
    };
    return { stop: () => (ended ??= end()) };
  },
  collect: (watch) => watch.stop(),
  stop: { withinMs: 5_000, act: (watch) => watch.stop() },
};
