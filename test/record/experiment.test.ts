/** experiment.json: written, read back, and refused where it can't be true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPERIMENT_FILE, readExperiment, writeExperiment, type ExperimentFile } from '../../src/record/index.js';
import { makeFolder, removeFolder } from './folder.js';

let folder = '';
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const attempt = (row: number, arm: string, more: Partial<ExperimentFile['attempts'][number]> = {}) => ({
  ...{ row, arm, repeat: 0, run: `runs/${arm}-${row}`, standing: 'used' as const, reason: null },
  ...more,
});

const experiment: ExperimentFile = {
  schema: 'plimsoll/experiment-v1',
  experimentId: 'c0ffee',
  name: 'gateways',
  startedUtc: '2026-11-20T19:05:06.789Z',
  plimsollVersion: '0.1.0',
  scenarioDigest: 'd1',
  seed: 7,
  arms: [
    { name: 'direct', isReference: true, scenarioDigest: 'd2', git: null },
    { name: 'gateway', isReference: false, scenarioDigest: 'd3', git: null },
  ],
  variables: ['identity.scenarioDigest'],
  trials: 2,
  order: [
    ['direct', 'gateway'],
    ['gateway', 'direct'],
  ],
  carryOverBalanced: true,
  elapsedNs: 0,
  attempts: [
    attempt(0, 'direct', { run: 'runs/direct-0-first', standing: 'disturbed', reason: 'another process took 40 %' }),
    attempt(0, 'gateway', { run: 'runs/gateway-0-first', standing: 'disturbed', reason: 'its row was run again' }),
    attempt(0, 'direct', { repeat: 1 }),
    attempt(0, 'gateway', { repeat: 1 }),
    attempt(1, 'gateway'),
    attempt(1, 'direct'),
  ],
  disturbedBlocks: [{ row: 0, repeat: 0, arms: ['direct'], reason: 'another process took 40 %' }],
};

async function refusal(change: Readonly<Record<string, unknown>>): Promise<string> {
  writeFileSync(join(folder, EXPERIMENT_FILE), JSON.stringify({ ...experiment, ...change }));
  return readExperiment(folder).then(
    () => 'read',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('experiment.json', () => {
  it('is read back as it was written, and fits the published schema', async () => {
    await writeExperiment(folder, experiment);
    expect(await readExperiment(folder)).toEqual(experiment);
    const schema = JSON.parse(
      readFileSync(new URL('../../schema/experiment-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);
    expect(validate(experiment), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...experiment, winner: 'direct' })).toBe(false);
  });

  it('that can not be written is no bug, but an output that failed', async () => {
    const blocked = join(folder, 'no-folder');
    writeFileSync(blocked, '');
    await expect(writeExperiment(blocked, experiment)).rejects.toMatchObject({ kind: 'output' });
  });

  it('is not there in the folder of a run', async () => {
    expect(await readExperiment(join(folder, 'none'))).toBeNull();
  });

  it.each([
    ['another format', { schema: 'plimsoll/experiment-v9' }, 'plimsoll/experiment-v1'],
    ['no attempts', { attempts: null }, 'no list "attempts"'],
    ['an arm twice', { arms: [experiment.arms[0], experiment.arms[0]] }, 'an arm twice'],
    ['no reference', { arms: experiment.arms.map(({ name }) => ({ name, isReference: false })) }, 'one reference'],
    [
      'a row without an arm',
      {
        order: [
          ['direct', 'direct'],
          ['gateway', 'direct'],
        ],
      },
      'each arm once',
    ],
    ['an unknown arm', { attempts: [attempt(0, 'other')] }, 'unknown arm "other"'],
    ['an unknown row', { attempts: [attempt(5, 'direct')] }, 'row 5'],
    ['a run elsewhere', { attempts: [attempt(0, 'direct', { run: '../../etc' })] }, 'outside of its folder'],
    ['a trial twice', { attempts: [attempt(0, 'direct'), attempt(0, 'direct')] }, 'two runs as the same trial'],
  ])('is refused with %s', async (_what, change, said) => {
    expect(await refusal(change)).toContain(said);
  });

  it('is refused when it is not JSON', async () => {
    writeFileSync(join(folder, EXPERIMENT_FILE), '{');
    await expect(readExperiment(folder)).rejects.toThrow('not JSON');
  });
});
