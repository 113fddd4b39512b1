/** What one process takes: CPU, memory, descriptors, sockets, threads. */
import { readFileSync, readlinkSync } from 'node:fs';
import { LINUX, TICKS_PER_SECOND, kernelNames } from './linux-files.js';
import { psRow } from './ps.js';
import { IS_LINUX, PLATFORM } from './system.js';

/** Null is what can't be known; the reason says why. */
export interface ProcessUsage {
  readonly cpuUserS: number | null;
  readonly cpuSystemS: number | null;
  readonly rssBytes: number | null;
  readonly fileDescriptors: number | null;
  readonly sockets: number | null;
  readonly threads: number | null;
  readonly reason?: string;
}

/** Telling sockets from files takes one system call each: over this many descriptors the poll would disturb the run. */
const MOST_DESCRIPTORS = 1_024;

const NOTHING = {
  ...{ cpuUserS: null, cpuSystemS: null, rssBytes: null },
  ...{ fileDescriptors: null, sockets: null, threads: null },
};
const GONE: ProcessUsage = { ...NOTHING, reason: 'the process has ended, or may not be read' };

/** Never rejects: a process that is gone gives nulls with the reason. */
export function usageOf(pid: number): Promise<ProcessUsage> {
  return IS_LINUX ? Promise.resolve(fromProc(pid)) : fromPs(pid);
}

function fromProc(pid: number): ProcessUsage {
  try {
    const stat = readFileSync(LINUX.ofProcess(pid, 'stat'), 'utf8');
    const status = readFileSync(LINUX.ofProcess(pid, 'status'), 'utf8');
    const descriptors = kernelNames(LINUX.ofProcess(pid, 'fd'));
    // The second field is the program's name in parentheses and may hold blanks: count from the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rssKb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    const tooMany = descriptors !== null && descriptors.length > MOST_DESCRIPTORS;
    const threads = /^Threads:\s+(\d+)$/m.exec(status)?.[1];
    return {
      cpuUserS: Number(fields[11]) / TICKS_PER_SECOND,
      cpuSystemS: Number(fields[12]) / TICKS_PER_SECOND,
      rssBytes: rssKb === undefined ? null : Number(rssKb) * 1024,
      fileDescriptors: descriptors?.length ?? null,
      sockets: descriptors === null || tooMany ? null : countSockets(pid, descriptors),
      threads: threads === undefined ? null : Number(threads),
      ...(tooMany ? { reason: `sockets are not counted over ${MOST_DESCRIPTORS} descriptors` } : {}),
    };
  } catch {
    return GONE;
  }
}

function countSockets(pid: number, descriptors: readonly string[]): number {
  return descriptors.filter((fd) => {
    try {
      return readlinkSync(LINUX.ofProcess(pid, `fd/${fd}`)).startsWith('socket:');
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

async function fromPs(pid: number): Promise<ProcessUsage> {
  const row = await psRow(pid);
  if (row === null) return GONE;
  if (row === undefined) return { ...NOTHING, reason: `neither /proc nor a ps of macOS on ${PLATFORM}` };
  const { cpuUserS, cpuSystemS, rssBytes } = row;
  const reason = 'from ps, which does not count descriptors, sockets and threads';
  return { ...NOTHING, cpuUserS, cpuSystemS, rssBytes, reason };
}
