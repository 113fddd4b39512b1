/** The published JSON Schema of summary.json. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/index.js';
import { fixtureSummary } from '../report/fixture.js';
import { schemaErrors } from '../summary-schema.js';
import { recordOf } from './fixtures/record.js';
import { callSpec, S, sketchPlan, stage } from './fixtures/scenario.js';
import { poissonArrivals, serve } from './fixtures/simulation.js';
import { analyse } from '../../src/analysis/index.js';

const GENERATE = fileURLToPath(new URL('../../schema/generate.mjs', import.meta.url));

describe('the schema of summary.json', () => {
  it('is the one that the types of the summary make', async () => {
    const { stderr } = await promisify(execFile)(process.execPath, [GENERATE, '--check']);
    expect(stderr).toBe('');
  }, 60_000);

  it('fits the summary of an analysed run, and one that holds every part', () => {
    const attempts = serve(poissonArrivals(100, 10 * S, seededRandom(1, 'schema')), { serviceNs: () => 5e6 });
    const plan = sketchPlan({
      calls: [callSpec('search')],
      phases: [{ name: 'steady', stages: [stage('steady', 100, 10 * S)] }],
    });
    const { summary } = analyse({ plan, record: recordOf(plan, attempts) });
    expect(schemaErrors(summary)).toEqual([]);
    expect(schemaErrors(fixtureSummary())).toEqual([]);
  });

  it.each([
    ['a field that is missing', { runId: undefined }, ' must have required property'],
    ['a field that it does not know', { runID: 'x' }, ' must NOT have additional properties'],
    ['another version', { schema: 'plimsoll/summary-v1' }, '/schema must be equal to constant'],
    ['a number that is none', { durationNs: NaN }, '/durationNs must be number'],
  ])('refuses %s', (_, wrong, error) => {
    expect(schemaErrors({ ...fixtureSummary(), ...wrong })).toEqual([expect.stringContaining(error)]);
  });
});
