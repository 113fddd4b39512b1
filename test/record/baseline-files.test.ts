/** Stored baselines and calibrations that were edited, merged or damaged: refused by name, never a bug. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { readBaselines, readCalibrations, type BaselineFile, type CalibrationFile } from '../../src/record/index.js';

const key = { name: 'gate', fingerprint: 'f'.repeat(64), environment: [{ field: 'host.cpuModel', value: null }] };
const run = {
  ...{ runId: 'a', startedUtc: '2026-11-01T10:00:00.000Z', seed: 1, bootId: null, gitCommit: null, node: 'v20' },
};
const number = { metric: 'goodput', stat: 'rate', tool: null, where: 'steady', values: [5] };
const baseline: BaselineFile = { schema: 'plimsoll/baseline-v1', ...key, runs: [run], numbers: [number] };

const interval = { estimate: 0.1, low: 0.05, high: 0.2 };
const gate = {
  ...{ text: 'p50', metric: 'response-time', stat: 'p50', tool: null, where: 'steady', change: 'ratio' as const },
  ...{ margin: 0.1, spread: interval, detectable: null },
};
const calibration: CalibrationFile = {
  ...{ schema: 'plimsoll/calibration-v1', ...key, startedUtc: run.startedUtc, measuredPairs: 20, pairs: 10 },
  ...{ falseAlarms: interval, gates: [gate] },
};

const scratch = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-baselines-'));

type Change = readonly (string | number)[];

/** Every value in it by its path, those of containers included. */
function pathsIn(value: unknown, at: Change = []): readonly Change[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, each]) => pathsIn(each, [...at, name]));
  return at.length === 0 ? inner : [at, ...inner];
}

/** A copy in which one value is another; undefined: it is missing. */
function changed(whole: object, path: Change, to: unknown): unknown {
  const copy = structuredClone(whole) as Record<string | number, unknown>;
  const holder = path.slice(0, -1).reduce((each, name) => each[name] as typeof copy, copy);
  holder[path.at(-1) ?? ''] = to;
  return copy;
}

/** What may be anything; and a value of a run that is missing is null. */
const FREE = ['environment.0.value', 'numbers.0.values.0'];
/** None of the types that a value has. */
const WRONG: readonly unknown[] = [{}, true, [[]], undefined];

describe.each([
  ['baseline', baseline, readBaselines],
  ['calibration', calibration, readCalibrations],
] as const)('a %s', (kind, whole, read) => {
  const inFolder = (text: string): string => {
    const folder = scratch();
    writeFileSync(join(folder, `x.${kind}.json`), text);
    return folder;
  };

  it('is read as it was written', async () => {
    expect((await read(inFolder(JSON.stringify(whole)))).map(({ file }) => file)).toEqual([whole]);
  });

  it('is refused with its path when any of its values is of another type or missing', async () => {
    const taken: string[] = [];
    for (const path of pathsIn(whole))
      for (const wrong of WRONG) {
        const folder = inFolder(JSON.stringify(changed(whole, path, wrong)));
        const outcome = await read(folder).then(
          () => 'read',
          (thrown: unknown) => (thrown instanceof ProblemError ? (thrown.problems[0]?.what ?? '') : String(thrown)),
        );
        if (outcome === 'read') taken.push(path.join('.'));
        else expect(outcome).toContain(join(folder, `x.${kind}.json`));
      }
    expect(taken.filter((path) => !FREE.includes(path))).toEqual([]);
  });

  it('is refused when it is a folder', async () => {
    const folder = scratch();
    mkdirSync(join(folder, `x.${kind}.json`));
    await expect(read(folder)).rejects.toThrow(`x.${kind}.json can't be read (EISDIR)`);
  });
});
