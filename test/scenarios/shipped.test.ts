/**
 * Every shipped scenario as a whole run, with the answer that its own head states. Shortened, unless PLIMSOLL_FULL=1
 * asks for each as it is shipped (`npm run nightly`).
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FULL, LEAVES_OUT, asWholeRuns } from '../whole-runs.js';
import { SHIPPED, SHIPPED_EXPERIMENTS } from './answers.js';
import { FOLDER, testRun } from './whole-run.js';

/** What their heads state needs gateways that are installed: `test/gateways`. */
const ELSEWHERE = ['gateways', 'gateways-federating', 'gateways-many', 'gateways-replicas', 'gateways-sizes'];

it('every shipped scenario has its answer here', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  const answered = [...[...SHIPPED, ...SHIPPED_EXPERIMENTS].map(({ name }) => name), ...ELSEWHERE];
  expect([...new Set(answered)].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
});

describe.skipIf(LEAVES_OUT).concurrent(asWholeRuns('the answer of the shipped scenario'), () => {
  for (const shipped of SHIPPED)
    if ((shipped.nightly !== true || FULL) && shipped.alone !== true) testRun(shipped);
});
