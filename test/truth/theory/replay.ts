/**
 * The replay of a first-in-first-out queue: start = max(arrival, earliest free worker) (Lindley 1952; Kiefer and
 * Wolfowitz 1955). Written without a look at the mock's own queue, because it is there to check it: a plain list of
 * workers, no heap.
 */

/** Start of service of each arrival, in the unit of the arrivals. Arrivals in order of time. */
export function fifoStarts(arrivals: ArrayLike<number>, services: ArrayLike<number>, workers: number): Float64Array {
  const free = new Array<number>(workers).fill(-Infinity);
  const starts = new Float64Array(arrivals.length);
  for (let n = 0; n < arrivals.length; n++) {
    let first = 0;
    for (let w = 1; w < workers; w++) if ((free[w] ?? 0) < (free[first] ?? 0)) first = w;
    const start = Math.max(arrivals[n] ?? NaN, free[first] ?? NaN);
    starts[n] = start;
    free[first] = start + (services[n] ?? NaN);
  }
  return starts;
}
