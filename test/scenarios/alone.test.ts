/** Shipped scenarios whose answer is about times of programs that take a core for themselves: one after the other. */
import { describe } from 'vitest';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';
import { SHIPPED, SHIPPED_EXPERIMENTS } from './answers.js';
import { testComparison, testRun } from './whole-run.js';

describe.skipIf(LEAVES_OUT)(asWholeRuns('the answer of the shipped scenario'), () => {
  for (const shipped of SHIPPED) if (shipped.alone === true) testRun(shipped);
  for (const experiment of SHIPPED_EXPERIMENTS) testComparison(experiment);
});
