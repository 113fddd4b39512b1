/**
 * A run through a gateway against its recomputation: what is known of sessions and of work in vain when somebody stands
 * in between.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareLeaves, compareSummary } from './compare.js';
import { recompute, type Recomputed } from './recompute.js';
import { readRunFiles } from './run-files.js';
import { syntheticGateway } from './synthetic-gateway.js';
import type { SyntheticRun } from './synthetic-record.js';

let run: SyntheticRun;
let again: Recomputed;
beforeAll(async () => {
  run = await syntheticGateway();
  again = recompute(await readRunFiles(run.dir));
}, 60_000);
afterAll(() => {
  rmSync(dirname(run.dir), { recursive: true, force: true });
});

describe('a run through a gateway', () => {
  it('tells no number that its own raw files do not bear out', () => {
    expect(compareLeaves(JSON.parse(JSON.stringify(run.summary)), again)).toEqual([]);
  });

  it('knows that sessions kept their state only where every upstream told of them before and after, opened none and lived on', () => {
    expect(
      run.summary.sideEffects.sessions.map(({ phase, transparent, statePreserved }) => [
        phase,
        transparent,
        statePreserved,
      ]),
    ).toEqual([
      ['unheard', 3, null],
      ['kept', 4, 4],
      ['anew', 3, null],
      ['other life', 3, null],
    ]);
  });

  it('counts work in vain as at least so much, though every account is whole', () => {
    expect(run.summary.sideEffects.work.map(({ service, complete }) => [service, complete])).toEqual([
      ['backend', true],
      ['second', true],
    ]);
    expect(run.summary.sideEffects.wastedWork).toMatchObject({ from: 'counters', lowerBound: true });
  });

  it('is compared on both: a bound that became a count, and a state that is taken for kept, show', () => {
    const { sideEffects } = run.summary;
    const forged = {
      ...sideEffects,
      wastedWork: { ...sideEffects.wastedWork, lowerBound: false },
      sessions: sideEffects.sessions.map((each) => ({ ...each, statePreserved: each.transparent })),
    };
    expect(
      compareLeaves({ sideEffects: forged }, { sideEffects: again.sideEffects })
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      'sideEffects.sessions.0.statePreserved',
      'sideEffects.sessions.2.statePreserved',
      'sideEffects.sessions.3.statePreserved',
      'sideEffects.wastedWork.lowerBound',
    ]);
  });

  it('finds a changed number in a copy of its summary.json', async () => {
    const copy = mkdtempSync(join(dirname(run.dir), 'copy-'));
    cpSync(run.dir, copy, { recursive: true });
    const path = join(copy, 'summary.json');
    const truth = run.summary.durationNs;
    const text = readFileSync(path, 'utf8').replace(`"durationNs": ${truth},`, `"durationNs": ${truth + 1},`);
    writeFileSync(path, text);
    expect(await compareSummary(copy)).toContainEqual({ path: 'durationNs', summary: truth + 1, recomputed: truth });
  });
});
