/** For work that runs once, when nothing has a time to keep any more. */
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 optimise a function after four times as much of it as by default. What is made from a record runs once: of
 * the CPU time of a small one a quarter went into compiling functions that were done before it was. Loops over
 * millions of calls are compiled milliseconds later.
 */
export function compileLater(): void {
  setFlagsFromString('--interrupt-budget=500000');
}
