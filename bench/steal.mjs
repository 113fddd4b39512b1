/** Who took a core away from whom, as Linux counts it. Elsewhere nothing is told. */
import { readFileSync, readdirSync } from 'node:fs';

/** Milliseconds that the host has taken from a core since it started (steal, in steps of 10 ms); 0 elsewhere. */
export function stolenMs(core) {
  try {
    const line = readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`cpu${core} `));
    return Number(line?.split(' ')[8] ?? 0) * 10;
  } catch {
    return 0;
  }
}

/**
 * Of each thread of this process: milliseconds it ran, and milliseconds it could have run but others on this machine
 * did; empty elsewhere.
 */
export function ranAndWaited() {
  try {
    return new Map(
      readdirSync('/proc/self/task').map((thread) => {
        const [ran, waited] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
        return [thread, { ranMs: ran / 1e6, waitedMs: waited / 1e6 }];
      }),
    );
  } catch {
    return new Map();
  }
}
