/** The manifests of `plimsoll distribute` by the schemas that Kubernetes publishes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { plimsoll, scratchFolder } from '../e2e/plimsoll.js';
import { distribution, secretScenario } from './pods.js';
import { SCHEMAS, suite } from './tools.js';

const { skip, title } = suite('the manifest by the schemas of', SCHEMAS);

describe.skipIf(skip)(title, () => {
  const judged = async (version: string, manifest: string) => {
    const file = join(scratchFolder(), 'job.yaml');
    writeFileSync(file, manifest);
    const parameters = ['--strict', '--kubernetes-version', version, file];
    const { exitCode, all } = await execa(SCHEMAS.path, parameters, { reject: false, all: true });
    return { exitCode, all };
  };

  it.each(['1.31.0', '1.36.0'])('Kubernetes %s is valid, and by them another one is not', async (version) => {
    const { stdout, exitCode } = await plimsoll(
      distribution(secretScenario(2), 'valid', '--print', '--namespace', 'load'),
    );
    expect(exitCode).toBe(0);
    const { exitCode: judgement, all } = await judged(version, stdout);
    expect([judgement, all?.match(/passed for resource/g)?.length], all).toEqual([0, 4]);
    const wrong = await judged(version, stdout.replace('maxFailedIndexes: 0', 'maxFailedIndexes: none'));
    expect(wrong.exitCode).toBe(1);
    expect(wrong.all).toMatch(/did not validate for resource job/);
  });
});
