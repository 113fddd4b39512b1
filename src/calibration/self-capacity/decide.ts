/** What is known of this machine's self-capacity when a run wants to know. Pure. */
import type { KeptCapacity } from './cache.js';

/**
 * From this rate on a run measures for itself: every machine that runs Node.js can offer less, and a run that can't is
 * invalid.
 */
export const WORTH_MEASURING_PER_SECOND = 1_000;

export type Known =
  /** It is known to be enough, or nothing is asked. */
  | { readonly kind: 'enough'; readonly kept: KeptCapacity; readonly heldPerSecond: number }
  /** It is known not to be enough. */
  | { readonly kind: 'too-little'; readonly kept: KeptCapacity }
  /** Not known, and worth the two seconds it takes to try. */
  | { readonly kind: 'try'; readonly ratePerSecond: number }
  | { readonly kind: 'unknown'; readonly reason: string };

const UNMEASURED = 'not measured on this machine of late: plimsoll doctor measures it';

/** @param neededPerSecond the highest rate planned; null when none is. */
export function whatIsKnown(kept: KeptCapacity | null, neededPerSecond: number | null): Known {
  const held = kept?.heldPerSecond ?? null;
  if (kept !== null && held !== null && held >= (neededPerSecond ?? 0))
    return { kind: 'enough', kept, heldPerSecond: held };
  if (neededPerSecond === null)
    return {
      kind: 'unknown',
      reason: kept === null ? UNMEASURED : 'this machine held none of the rates that were tried',
    };
  const notHeld = kept?.notHeldPerSecond ?? null;
  // Where not even the lowest rung was held, nothing is known of what lies below it.
  if (kept !== null && notHeld !== null && (held !== null || neededPerSecond >= notHeld))
    return { kind: 'too-little', kept };
  if (neededPerSecond < WORTH_MEASURING_PER_SECOND)
    return {
      kind: 'unknown',
      reason: notHeld === null ? UNMEASURED : `this machine held none of the rates that were tried, from ${notHeld}/s`,
    };
  return { kind: 'try', ratePerSecond: neededPerSecond };
}
