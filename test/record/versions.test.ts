import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { FILES, readRecord } from '../../src/record/index.js';
import { checkVersion } from '../../src/record/layout.js';
import { makeFolder, newRecord, removeFolder } from './folder.js';

const V1 = fileURLToPath(new URL('fixtures/format-v1', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/bin/plimsoll.js', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function plimsoll(...args: readonly string[]): Promise<Exit> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function problemOf(found: Readonly<Record<string, unknown>>): Problem | undefined {
  try {
    checkVersion('run', found);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0];
    throw error;
  }
  return undefined;
}

describe('a record of another format version', () => {
  it.each([
    ['report', [V1]],
    ['report', ['--recover', V1]],
    ['gate', [V1]],
  ])('ends %s %j with one message that names both versions, and exit code 2', async (verb, args) => {
    const { code, stdout, stderr } = await plimsoll(verb, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining(
        `${V1} is a run record of format version 1; this version of plimsoll reads format version 2`,
      ),
      expect.stringContaining(
        'run the scenario again, or read the record with the version of plimsoll that wrote it (0.0.9)',
      ),
    ]);
  });

  it('asks for an update when the record is the newer one', () => {
    expect(problemOf({ formatVersion: 3, plimsollVersion: '9.1.0' })).toEqual({
      code: 'run-format-version',
      what: 'run is a run record of format version 3; this version of plimsoll reads format version 2',
      remedy: 'update plimsoll to the version that wrote the record (9.1.0) or a later one',
    });
    expect(problemOf({ formatVersion: 3 })?.remedy).toBe(
      'update plimsoll to the version that wrote the record or a later one',
    );
    expect(problemOf({ formatVersion: 2 })).toBeUndefined();
  });

  it('is recognised by its manifest too', async () => {
    const record = newRecord(join(folder, 'manifest'));
    await record.seal('complete');
    const path = join(record.dir, FILES.manifest);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"formatVersion": 2', '"formatVersion": 1'));
    await expect(readRecord(record.dir)).rejects.toThrow(/format version 1; this version of plimsoll reads/);
  });
});
