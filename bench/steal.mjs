import { readFileSync } from 'node:fs';

/** Milliseconds that the host has taken from a core since it started (steal; Linux counts it in steps of 10 ms); 0 elsewhere. */
export function stolenMs(core) {
  try {
    const line = readFileSync('/proc/stat', 'utf8').split('\n').find((each) => each.startsWith(`cpu${core} `));
    return Number(line?.split(' ')[8] ?? 0) * 10;
  } catch {
    return 0;
  }
}
