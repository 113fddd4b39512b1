/** One process distinguished from another: its number is given to a new process some day, with its start time never. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); null where there is no such file. */
export function processStart(pid: number): string | null {
  return statFields(pid)?.[19] ?? null;
}

/** Process group of a process; null where it is not reported, or the process is gone. */
export function groupOf(pid: number): number | null {
  const field = statFields(pid)?.[2];
  return field === undefined ? null : Number(field);
}

/**
 * Whether the process `pid` that began at `start` still runs; one that has ended and was not waited for yet does not.
 * With a null start any process of that number counts.
 */
export function isRunning(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it is somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const fields = statFields(pid);
  return fields?.[0] !== 'Z' && (start === null || fields?.[19] === start);
}

/**
 * Fields of /proc/PID/stat from the third on (proc(5)): the second is the command in brackets and may hold anything.
 */
function statFields(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/**
 * Whether this process was started with `signal` ignored, as by nohup (`SigIgn` of proc(5), a bit for each signal, the
 * first being 1). False where there is no such file. Ask before listening to the signal: that ends the ignoring.
 */
export function isIgnored(signal: NodeJS.Signals): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
