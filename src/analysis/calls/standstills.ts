/** Standstills of our own processes: when they were, which calls they touched, and the calls without them. */
import { duration } from '../../format/index.js';
import { type Calls, isGivenUp, outcomeCode, type RunEvent } from '../../record/index.js';
import type { PhaseFrame } from './frames.js';

const OK = outcomeCode('ok');
const GENERATOR = outcomeCode('generator');

/** One standstill: [fromNs, toNs). */
export interface Standstill {
  readonly of: 'generator' | 'fault-engine';
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * Where a test assumes the machine quiet, only a standstill of the generator itself is this long: other work stops it
 * for tens of milliseconds.
 */
export const ASSUMED_QUIET_NS = 250_000_000;

/** After a standstill a queue at the target has this many times its length to go: the drain at a load of 0.9. */
const LONGEST_BURST = 10;
/** Share of the time that a call was given that it may lose to us without having failed for that. */
const MUCH_SHARE = 0.1;

/** The standstills of a run of at least `leastNs`, in order; those of several workers at once are one. */
export function standstillsOf(events: readonly RunEvent[], leastNs = 0): readonly Standstill[] {
  const merged: { of: Standstill['of']; fromNs: number; toNs: number }[] = [];
  const found = events.flatMap((event) =>
    event.type === 'standstill' && event.lengthNs >= leastNs
      ? [{ of: event.of, fromNs: event.atNs, toNs: event.atNs + event.lengthNs }]
      : [],
  );
  for (const each of found.sort((a, b) => a.fromNs - b.fromNs)) {
    const before = merged.findLast(({ of }) => of === each.of);
    if (before !== undefined && each.fromNs <= before.toNs) before.toNs = Math.max(before.toNs, each.toNs);
    else merged.push(each);
  }
  return merged;
}

const WHO = { generator: 'the generator', 'fault-engine': 'the fault engine' } as const;

export const lengthNs = ({ fromNs, toNs }: Pick<Standstill, 'fromNs' | 'toNs'>): number => toNs - fromNs;

export function longestOf(standstills: readonly Standstill[]): Standstill | null {
  return standstills.reduce<Standstill | null>(
    (longest, each) => (longest === null || lengthNs(each) > lengthNs(longest) ? each : longest),
    null,
  );
}

/** Who stood still, for how long, and when: from `startNs`, of what is named. */
export function standstillText(
  standstills: readonly Standstill[],
  { startNs, of }: { readonly startNs: number; readonly of: 'run' | 'phase' | 'probe' },
): string {
  const longest = longestOf(standstills);
  if (longest === null) return 'nothing stood still';
  const at = `${duration(longest.fromNs - startNs)} into the ${of}`;
  const who = WHO[longest.of];
  if (standstills.length === 1) return `${who} stood still for ${duration(lengthNs(longest))}, ${at}`;
  const totalNs = standstills.reduce((sum, each) => sum + lengthNs(each), 0);
  return (
    `${who} stood still ${standstills.length} times, ${duration(totalNs)} in all, the longest for ` +
    `${duration(lengthNs(longest))}, ${at}`
  );
}

/**
 * How long the standstills lasted, in all, that touched each call of `frame.all`; 0: none did. A standstill touches the
 * calls that were open during it, and those intended until as few are open as before (`usual`, when it was fewer then):
 * the burst that follows makes a queue at the target. No call is later by more than the sum.
 */
export function touchedForNs(
  calls: Calls,
  { all }: Pick<PhaseFrame, 'all'>,
  standstills: readonly Standstill[],
  usual: number,
): Float64Array {
  const touched = new Float64Array(all.length);
  if (standstills.length === 0) return touched;
  const intended = (k: number): number => calls.intendedNs[all[k] ?? -1] ?? Infinity;
  const doneNs = Float64Array.from(all, (i) => calls.doneNs[i] ?? NaN).sort();
  const done = (k: number): number => doneNs[k] ?? Infinity;
  // The last end among the calls up to each: those before the first that reaches a moment were all over by then.
  let last = -Infinity;
  const overByNs = Float64Array.from(all, (i) => (last = Math.max(last, calls.doneNs[i] ?? NaN)));
  for (const { fromNs, toNs } of standstills) {
    const open = firstAtLeast(all.length, intended, fromNs) - firstAtLeast(all.length, done, fromNs);
    const level = Math.max(open, usual);
    const lastNs = toNs + LONGEST_BURST * (toNs - fromNs);
    let next = firstAtLeast(all.length, intended, toNs);
    let ended = firstAtLeast(all.length, done, toNs);
    while (next - ended > level && intended(next) <= lastNs) {
      if (intended(next) < done(ended)) next++;
      else ended++;
    }
    for (let k = firstAtLeast(all.length, (at) => overByNs[at] ?? 0, fromNs); k < next; k++)
      if ((calls.doneNs[all[k] ?? -1] ?? NaN) > fromNs) touched[k] = (touched[k] ?? 0) + toNs - fromNs;
  }
  return touched;
}

/**
 * The calls as they would have been had each entry of `all` ended `byNs` earlier. One that the generator failed, or
 * that was given up after a time of which that is much, then ends `ok`.
 * @param sends the sends were earlier too, so that the latency from them stays.
 */
export function earlier(calls: Calls, all: Uint32Array, byNs: Float64Array, sends: boolean): Calls {
  const [doneNs, lastSentNs, servedNs] = [calls.doneNs.slice(), calls.lastSentNs.slice(), calls.servedNs.slice()];
  const [firstSentNs, outcome] = [calls.firstSentNs.slice(), calls.outcome.slice()];
  all.forEach((i, k) => {
    const by = byNs[k] ?? 0;
    if (by === 0) return;
    const intended = calls.intendedNs[i] ?? NaN;
    const moved = (ns: number | undefined): number => Math.max(intended, (ns ?? NaN) - by);
    doneNs[i] = moved(calls.doneNs[i]);
    servedNs[i] = moved(calls.servedNs[i]);
    firstSentNs[i] = moved(calls.firstSentNs[i]);
    lastSentNs[i] = sends ? moved(calls.lastSentNs[i]) : Math.min(calls.lastSentNs[i] ?? NaN, doneNs[i] ?? NaN);
    const isMuch = by > MUCH_SHARE * ((calls.doneNs[i] ?? NaN) - intended);
    if ((isGivenUp(calls, i) && isMuch) || calls.outcome[i] === GENERATOR) outcome[i] = OK;
  });
  return { ...calls, doneNs, lastSentNs, servedNs, firstSentNs, outcome };
}

/** First of `n` ascending values that is at least `wanted`. */
function firstAtLeast(n: number, valueAt: (k: number) => number, wanted: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
