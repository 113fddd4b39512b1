/** Polling one process: CPU, memory, descriptors, sockets, from `/proc` (proc(5)); elsewhere null with a reason. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import type { ResourceRow } from '../record/index.js';
import { stateAt } from './server-counters.js';

/** USER_HZ: the unit of CPU times in /proc/PID/stat; 100 on every Linux Node runs on. */
const TICKS_PER_SECOND = 100;
/** Telling sockets from files takes one system call each: over this many descriptors the poll would disturb the run. */
const MOST_DESCRIPTORS = 1_024;

/** Less than the time between two polls, so that a mock that stands still delays nothing. */
const STATE_WITHIN_MS = 800;

/** A process to poll. */
export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
  /** Where a mock reports its state; null for everything else. */
  readonly stateUrl: string | null;
}

/** One row for one process, now. Never throws: a process that is gone gives nulls with the reason. */
export async function sampleProcess(process: WatchedProcess, atNs: number): Promise<ResourceRow> {
  const [row, state] = await Promise.all([
    poll(process, atNs),
    process.stateUrl === null ? null : stateAt(process.stateUrl, STATE_WITHIN_MS),
  ]);
  if (state !== null) return { ...row, sessions: state.sessions.open };
  const why =
    process.stateUrl === null ? 'only a mock reports its sessions' : 'the mock did not report its sessions in time';
  return { ...row, reason: row.reason === undefined ? why : `${row.reason}; ${why}` };
}

const NOTHING = {
  cpuUserS: null,
  cpuSystemS: null,
  rssBytes: null,
  fileDescriptors: null,
  sockets: null,
  threads: null,
  sessions: null,
};

async function poll({ name, pid }: WatchedProcess, atNs: number): Promise<ResourceRow> {
  const row = { atNs, process: name, pid, ...NOTHING };
  if (process.platform !== 'linux') return { ...row, reason: `no /proc on ${process.platform}` };
  try {
    const [stat, status, descriptors] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
      readdir(`/proc/${pid}/fd`).catch(() => null),
    ]);
    // The second field is the program's name in parentheses and may hold blanks: count from the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rssKb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    const tooMany = descriptors !== null && descriptors.length > MOST_DESCRIPTORS;
    const threads = /^Threads:\s+(\d+)$/m.exec(status)?.[1];
    return {
      ...row,
      cpuUserS: Number(fields[11]) / TICKS_PER_SECOND,
      cpuSystemS: Number(fields[12]) / TICKS_PER_SECOND,
      rssBytes: rssKb === undefined ? null : Number(rssKb) * 1024,
      fileDescriptors: descriptors?.length ?? null,
      sockets: descriptors === null || tooMany ? null : await countSockets(pid, descriptors),
      threads: threads === undefined ? null : Number(threads),
      ...(tooMany ? { reason: `sockets are not counted over ${MOST_DESCRIPTORS} descriptors` } : {}),
    };
  } catch {
    return { ...row, reason: 'the process has ended, or may not be read' };
  }
}

async function countSockets(pid: number, descriptors: readonly string[]): Promise<number> {
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith('socket:')).length;
}
