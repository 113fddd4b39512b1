/** Calls sorted into windows of equal length. */
import type { Calls } from '../../record/index.js';

/** Entries of `Calls` sorted into windows: window w holds `order[from[w]]` to `order[from[w + 1] - 1]`. */
export interface Bins {
  readonly order: Uint32Array;
  readonly from: Uint32Array;
}

/** By intended start; calls outside of the windows are left out. */
export function binByIntended(calls: Calls, fromNs: number, windowNs: number, windows: number): Bins {
  const windowOf = (i: number): number => Math.floor(((calls.intendedNs[i] ?? NaN) - fromNs) / windowNs);
  const inside = (w: number): boolean => w >= 0 && w < windows;
  const from = new Uint32Array(windows + 1);
  for (let i = 0; i < calls.length; i++) {
    const w = windowOf(i);
    if (inside(w)) from[w + 1] = (from[w + 1] ?? 0) + 1;
  }
  for (let w = 0; w < windows; w++) from[w + 1] = (from[w + 1] ?? 0) + (from[w] ?? 0);
  const next = from.slice();
  const order = new Uint32Array(from[windows] ?? 0);
  for (let i = 0; i < calls.length; i++) {
    const w = windowOf(i);
    if (!inside(w)) continue;
    const place = next[w] ?? 0;
    order[place] = i;
    next[w] = place + 1;
  }
  return { order, from };
}
