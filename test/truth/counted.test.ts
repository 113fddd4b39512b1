/** A whole run whose side effects and swapped answers are known to the call. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { RunEvent, StruckRow, ToolRow, WorkRow } from '../../src/record/index.js';
import { compareSummary } from '../recompute/compare.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const first = (count: number): string => `[${Array.from({ length: count }, (_, n) => n + 1).join(', ')}]`;

// Each fault is on for far longer than the calls it is to strike take to come, and the next one only begins when it is over.
const SCENARIO = `version: 1
name: counted
stack:
  services:
    backend: { mock: tools, workers: 200, service-time: { constant: 60ms } }
  target: backend
protocol: { sessions: 4 }
calls:
  - { tool: book, weight: 70, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, deadline: 10s }
  - { tool: search, weight: 30, arguments: { query: { unique: uuid } }, expect: derived, deadline: 10s }
phases:
  - { name: counted, regime: steady, rate: 300/s, for: 2s, warmup: 0s }
faults:
  - { id: twice, phase: counted, at: 100ms, for: 500ms, on: backend, type: duplicate-effect, calls: ${first(37)} }
  - { id: never, phase: counted, at: 650ms, for: 300ms, on: backend, type: lost-effect, calls: ${first(11)} }
  - { id: untold, phase: counted, at: 1s, for: 250ms, on: backend, type: error, after-effect: true, tool: book, calls: ${first(5)} }
  - { id: swapped, phase: counted, at: 1300ms, for: 400ms, on: backend, type: misdelivered, tool: search, calls: [3] }
`;

function rowsOf(dir: string, name: string): readonly unknown[] {
  return readFileSync(join(dir, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

describe('a run with counted faults', () => {
  it('tells exactly 37 duplicates, 11 lost, 5 orphans and 2 misdelivered, and whom each fault struck', async () => {
    const folder = scratchFolder();
    const { exitCode, stdout, stderr, leftBehind } = await plimsoll(['run', scenarioFile(SCENARIO), '--out', folder, '--quiet', '--json']);
    // 4: the machine was too busy for times to be believed; counts hold all the same.
    expect([0, 4], stderr).toContain(exitCode);
    expect(leftBehind).toEqual([]);
    const { summary } = JSON.parse(stdout) as { summary: Summary };
    const { effects, consequences } = summary;
    const [phase] = summary.phases;
    expect(effects).toMatchObject({ duplicates: 37, lost: 11, orphans: 5, unattributed: 0 });
    expect(effects?.exactlyOnce).toBe((effects?.calls ?? 0) - 37 - 11 - 5);
    expect(phase?.outcomes).toMatchObject({ effect: 37 + 11, transport: 5, semantic: 2 });

    const dir = onlyRun(folder);
    const struck = rowsOf(dir, 'struck.ndjson') as readonly StruckRow[];
    const events = rowsOf(dir, 'events.ndjson') as readonly RunEvent[];
    const counted = events.flatMap((event) => (event.type === 'fault' && event.edge === 'off' ? [[event.fault, event.struck?.struck]] : []));
    expect(counted).toEqual([['twice', 37], ['never', 11], ['untold', 5], ['swapped', 2]]);
    expect(counted.map(([fault]) => [fault, struck.filter((row) => row.fault === fault && !row.afterLift).length])).toEqual(counted);
    expect(struck.filter(({ fault }) => fault === 'swapped').map(({ tool }) => tool)).toEqual(['search', 'search']);
    expect(new Set(struck.map(({ callId }) => callId)).size).toBe(37 + 11 + 5 + 2);

    // What is done twice or not at all is told to nobody; an error is.
    expect(consequences.legibility.notAttributable).toEqual([]);
    expect(consequences.legibility.classes.map(({ type, struck: calls, notSeen, reported, silent }) => [type, calls, notSeen, reported, silent])).toEqual([
      ['duplicate-effect', 37, 0, 0, 37],
      ['lost-effect', 11, 0, 0, 11],
      ['error', 5, 0, 5, 0],
      ['misdelivered', 2, 0, 0, 2],
    ]);
    expect(rowsOf(dir, 'tools.ndjson') as readonly ToolRow[]).toMatchObject([{ tool: 'book', readOnlyHint: false, idempotentHint: false, destructiveHint: false }, { tool: 'search', readOnlyHint: true }]);
    expect(consequences.effectsByAnnotation.classes).toMatchObject([{ annotation: 'additive', tools: ['book'], duplicates: 37, lost: 11, orphans: 5 }]);

    const work = rowsOf(dir, 'work.ndjson') as readonly WorkRow[];
    expect([work[0]?.when, work.at(-1)?.when]).toEqual(['begin', 'end']);
    expect(consequences.work).toMatchObject([{ service: 'backend', lives: 1, served: summary.samples.attempts, wasted: 0, unfinished: 0, complete: true }]);
    expect(await compareSummary(dir)).toEqual([]);
  }, 60_000);
});
