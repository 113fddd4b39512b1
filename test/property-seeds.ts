/**
 * Property tests draw the same examples each time, so that a change is judged by what it changes. `npm run nightly`
 * (PLIMSOLL_FULL=1) draws others each night; what it finds is kept as an example of its own.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { FULL } from './whole-runs.js';

const SEED = 1876;

const { testPath } = expect.getState();
if (!FULL && testPath !== undefined && readFileSync(testPath, 'utf8').includes("from 'fast-check'")) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed: SEED });
}
