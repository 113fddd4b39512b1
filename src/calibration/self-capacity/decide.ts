/** What is known of this machine's self-capacity when a run wants to know. Pure. */
import type { KeptCapacity } from './cache.js';

/** From this rate on a run measures for itself: any machine can offer less, and one that can't makes it invalid. */
export const WORTH_MEASURING_PER_SECOND = 1_000;

/** Whether the machine may be tried for a plan with this highest rate: where it is not known whether it is enough. */
export const isWorthTrying = (neededPerSecond: number | null): boolean =>
  neededPerSecond !== null && neededPerSecond >= WORTH_MEASURING_PER_SECOND;

export type Known =
  /** It is known to be enough (or nothing is asked), or not to be. */
  | { readonly kind: 'enough' | 'too-little'; readonly kept: KeptCapacity }
  /** Not known, and worth the two seconds it takes to try. */
  | { readonly kind: 'try'; readonly ratePerSecond: number }
  | { readonly kind: 'unknown'; readonly reason: string };

const UNMEASURED = 'not measured on this machine of late: plimsoll doctor measures it';

/** @param neededPerSecond the highest rate planned; null when none is. */
export function whatIsKnown(kept: KeptCapacity | null, neededPerSecond: number | null): Known {
  const held = kept?.heldPerSecond ?? null;
  if (kept !== null && held !== null && held >= (neededPerSecond ?? 0)) return { kind: 'enough', kept };
  const unheld = 'this machine held none of the rates that were tried';
  if (neededPerSecond === null) return { kind: 'unknown', reason: kept === null ? UNMEASURED : unheld };
  const notHeld = kept?.notHeldPerSecond ?? null;
  // Where not even the lowest rung was held, nothing is known of what lies below it.
  if (kept !== null && notHeld !== null && (held !== null || neededPerSecond >= notHeld))
    return { kind: 'too-little', kept };
  if (!isWorthTrying(neededPerSecond))
    return { kind: 'unknown', reason: notHeld === null ? UNMEASURED : `${unheld}, from ${notHeld}/s` };
  return { kind: 'try', ratePerSecond: neededPerSecond };
}
