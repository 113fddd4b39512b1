/** Polling one process: what it takes of the machine, and of a mock its sessions. */
import { usageOf, type ProcessUsage } from '../platform/index.js';
import type { ResourceRow } from '../record/index.js';
import { stateAt } from './server-counters.js';

/** Less than the time between two polls, so that a mock that stands still delays nothing. */
const STATE_WITHIN_MS = 800;

/** A process to poll. */
export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
  /** Where a mock reports its state; null for everything else. */
  readonly stateUrl: string | null;
  /** Where its usage comes from, when it is not read of the process itself. Never rejects. */
  readonly usage?: () => Promise<ProcessUsage>;
}

/** One row for one process, now. Never throws: a process that is gone gives nulls with the reason. */
export async function sampleProcess(process: WatchedProcess, atNs: number): Promise<ResourceRow> {
  const [usage, state] = await Promise.all([
    process.usage?.() ?? usageOf(process.pid),
    process.stateUrl === null ? null : stateAt(process.stateUrl, STATE_WITHIN_MS),
  ]);
  const row = { atNs, process: process.name, pid: process.pid, ...usage, sessions: null };
  if (state !== null) return { ...row, sessions: state.sessions.open };
  const why =
    process.stateUrl === null ? 'only a mock reports its sessions' : 'the mock did not report its sessions in time';
  return { ...row, reason: row.reason === undefined ? why : `${row.reason}; ${why}` };
}
