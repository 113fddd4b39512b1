/** The age of the oldest call in the queue of the target, whose caller may have given up long before. */
import { maxAgesNs, type Calls, type EffectRow } from '../../record/index.js';

/**
 * The largest age in every window among the calls that the ledger of an upstream shows to have been executed after
 * their caller had given up: from the intended start to the execution. Null without such a call.
 */
export function abandonedAgesNs(
  calls: Pick<Calls, 'length' | 'callId' | 'intendedNs' | 'doneNs'>,
  effects: readonly EffectRow[],
  { fromNs, windowNs, windows }: { readonly fromNs: number; readonly windowNs: number; readonly windows: number },
): readonly number[] | null {
  const executedNs = new Map<number, number>();
  for (const { callId, atNs } of effects)
    if (callId !== null) executedNs.set(callId, Math.max(atNs, executedNs.get(callId) ?? 0));
  const waits: { readonly intendedNs: number; readonly leftNs: number }[] = [];
  for (let i = 0; i < calls.length; i++) {
    const leftNs = executedNs.get(calls.callId[i] ?? -1) ?? -Infinity;
    const intendedNs = calls.intendedNs[i] ?? NaN;
    if (leftNs > (calls.doneNs[i] ?? Infinity)) waits.push({ intendedNs, leftNs });
  }
  if (waits.length === 0) return null;
  waits.sort((a, b) => a.intendedNs - b.intendedNs);
  const line = {
    intendedNs: Float64Array.from(waits, (wait) => wait.intendedNs),
    leftNs: Float64Array.from(waits, (wait) => wait.leftNs),
  };
  return maxAgesNs([line], fromNs, windowNs, windows);
}
