/** Looks at every process of the run once a second. */
import type { NowNs } from '../clock/index.js';
import type { ResourceRow } from '../record/index.js';
import { sampleProcess, type WatchedProcess } from '../stack/index.js';

export interface ProcessWatch {
  stop(): Promise<void>;
}

/** `processes` is asked anew each second, so that one that ended is no longer looked at. */
export function watchProcesses(
  processes: () => readonly WatchedProcess[],
  nowNs: NowNs,
  row: (row: ResourceRow) => void,
): ProcessWatch {
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    const atNs = nowNs();
    looking = Promise.all(processes().map((process) => sampleProcess(process, atNs))).then((rows) => rows.forEach(row));
  };
  look();
  const timer = setInterval(look, 1_000);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      look();
      await looking;
    },
  };
}
