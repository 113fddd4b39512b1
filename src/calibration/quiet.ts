/** Waiting, before anything of ours runs, until others leave the machine alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineWatch } from './machine-watch.js';

/** Stretches in a row that must be quiet, and how long one is. */
const IN_A_ROW = 3;
const EVERY_MS = 500;

export interface QuietWait {
  /** A stretch is quiet when processes other than ours use less than so much of a core. */
  readonly belowCores: number;
  readonly withinNs: number;
  readonly abort: AbortSignal;
  /** The first stretch that is not quiet, with what others used in it. */
  readonly isBusy: (othersCores: number) => void;
  /** Length of a stretch; shorter in tests. */
  readonly everyMs?: number;
}

/**
 * Waits until the machine is quiet for a second and a half. Resolves to `quiet`, `busy` (it was not within
 * the time), or
 * `unknown` where the system does not report what others use; at once when `abort` is aborted.
 */
export async function waitUntilQuiet(watch: MachineWatch, wait: QuietWait): Promise<'quiet' | 'busy' | 'unknown'> {
  const { belowCores, withinNs, abort, isBusy, everyMs = EVERY_MS } = wait;
  const beganMs = performance.now();
  const nowNs = (): number => (performance.now() - beganMs) * 1e6;
  await watch.poll(nowNs());
  let inARow = 0;
  let isSaid = false;
  while (!abort.aborted) {
    await sleep(everyMs, undefined, { signal: abort }).catch(() => undefined);
    const row = await watch.poll(nowNs());
    // A judge that assumes a quiet machine has no rows.
    const othersCores = row === null ? 0 : row.othersCores;
    if (othersCores === null) return 'unknown';
    inARow = othersCores < belowCores ? inARow + 1 : 0;
    if (inARow >= IN_A_ROW) return 'quiet';
    if (inARow > 0) continue;
    if (nowNs() >= withinNs) return 'busy';
    if (!isSaid) isBusy(othersCores);
    isSaid = true;
  }
  return 'busy';
}
