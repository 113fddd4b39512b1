/** Single processes: which group, since when, whether they stand still. */
import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LINUX } from './linux-files.js';
import { psRow } from './ps.js';
import { IS_LINUX } from './system.js';

/** Start time of a process in clock ticks since boot; null where the system does not show it. */
export const startOf = (pid: number): string | null => statFields(pid)?.[19] ?? null;

/** Whether it has ended and was not waited for yet; false where the system does not show it. */
export const hasEnded = (pid: number): boolean => statFields(pid)?.[0] === 'Z';

/** Process group of a process; null where the system does not show it, or the process is gone. */
export function groupOf(pid: number): number | null {
  const field = statFields(pid)?.[2];
  return field === undefined ? null : Number(field);
}

/**
 * Fields of /proc/PID/stat from the third on (proc(5)): the second is the command in brackets and may hold anything.
 */
export function statFields(pid: number): readonly string[] | null {
  if (!IS_LINUX) return null;
  try {
    const stat = readFileSync(LINUX.ofProcess(pid, 'stat'), 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Which set of process numbers this one counts in: containers of one host have sets of their own. '' if unknown. */
export const processNumbers = (): string => namespaceOf(LINUX.processNumbers);

/** Which network this process is in, loopback included: containers of one host have networks of their own. */
export const networkOfProcess = (): string => namespaceOf(LINUX.network);

function namespaceOf(path: string): string {
  try {
    return IS_LINUX ? readlinkSync(path) : '';
  } catch {
    return '';
  }
}

/**
 * Waits until a process that was sent SIGSTOP is seen to stand still. Where that can't be seen, having sent it is all
 * that is known.
 * @returns false when it did not within `withinMs`.
 */
export async function standsStill(pid: number, withinMs: number): Promise<boolean> {
  const pauseMs = IS_LINUX ? 1 : 25;
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += pauseMs) {
    const state = IS_LINUX ? statFields(pid)?.[0] : await psRow(pid).then((row) => row?.state.charAt(0));
    if (state === undefined && !IS_LINUX) return true;
    if (state === 'T') return true;
    await sleep(pauseMs);
  }
  return false;
}

/**
 * Whether this process was started with `signal` ignored, as by nohup (`SigIgn` of proc(5), a bit for each signal, the
 * first being 1). False where the system does not show it. Ask before listening to the signal: that ends the ignoring.
 */
export function isIgnored(signal: NodeJS.Signals): boolean {
  if (!IS_LINUX) return false;
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(LINUX.status, 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
