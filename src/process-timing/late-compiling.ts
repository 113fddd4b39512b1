/** For work that runs once, when nothing has a time to keep any more. */
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 optimise a function after four times as much of it as by default. What is made from a record runs once: of
 * the CPU time of a small one a quarter went into compiling functions that were done before it was. Loops over
 * millions of calls are compiled milliseconds later. The flag is of the V8 in Node.js 20; later ones do not know it,
 * complain of it on stderr, and compile once with a cheaper compiler first.
 */
export function compileLater(v8Version: string = process.versions.v8): void {
  if (Number.parseInt(v8Version, 10) < 12) setFlagsFromString('--interrupt-budget=500000');
}
