/** What the processes of one run wait for together, until this one is stopped. */
import { ANNOUNCED_NS } from '../load/index.js';
import { ProblemError } from '../problem/index.js';
import type { PhasesSetup } from './phases-setup.js';

/**
 * When the processes of a run begin a phase, or a further part of it; undefined: there is no other. Null: this one was
 * stopped meanwhile.
 */
export async function commonStart(
  { shard, interrupt }: Pick<PhasesSetup, 'shard' | 'interrupt'>,
  phase: number,
  part = 0,
): Promise<number | undefined | null> {
  if (shard === null) return undefined;
  return unlessStopped(interrupt, () => shard.begin(phase, ANNOUNCED_NS, part));
}

/** Null where this process was stopped meanwhile. Rejects where the run of all can't go on. */
export async function unlessStopped<T>(interrupt: AbortSignal, act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (thrown) {
    if (interrupt.aborted && !(thrown instanceof ProblemError)) return null;
    throw thrown;
  }
}
