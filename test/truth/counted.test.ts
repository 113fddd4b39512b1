/** A whole run whose side effects and swapped answers are known to the call. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { RunEvent, FaultHitRow, ToolRow, WorkRow } from '../../src/record/index.js';
import { compareSummary } from '../recompute/compare.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const first = (count: number): string => `[${Array.from({ length: count }, (_, n) => n + 1).join(', ')}]`;

// Each fault has a tool of its own and is on for far longer than the calls it is to affect take to arrive.
const SCENARIO = `version: 1
name: counted
stack:
  services:
    backend:
      mock: tools
      workers: 300
      service-time: { constant: 100ms }
      tools:
        book: { effect: true, annotations: { idempotent: true } }
        order: { effect: true }
        pay: { effect: true, annotations: { destructive: true } }
        search: {}
  target: backend
protocol: { sessions: 4 }
calls:
  - { tool: book, weight: 40, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 10s }
  - { tool: order, weight: 15, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 10s }
  - { tool: pay, weight: 15, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 10s }
  - { tool: search, weight: 30, arguments: { query: { unique: uuid } }, expect: derived, deadline: 10s }
phases:
  - { name: counted, regime: steady, rate: 300/s, for: 1500ms, warmup: 0s }
faults:
  - { id: twice, phase: counted, at: 100ms, for: 1200ms, on: backend, type: duplicate-effect, tool: book, calls: \
${first(37)} }
  - { id: never, phase: counted, at: 100ms, for: 1200ms, on: backend, type: lost-effect, tool: order, calls: \
${first(11)} }
  - { id: untold, phase: counted, at: 100ms, for: 1200ms, on: backend, type: error, after-effect: true, tool: pay, \
calls: ${first(5)} }
  - { id: swapped, phase: counted, at: 100ms, for: 1200ms, on: backend, type: misdelivered, tool: search, calls: [3] }
default-gates: false
`;

function rowsOf(dir: string, name: string): readonly unknown[] {
  return readFileSync(join(dir, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

describe('a run with counted faults', () => {
  it('reports exactly 37 duplicates, 11 lost, 5 orphans, 2 misdelivered, and the affected calls', async () => {
    const folder = scratchFolder();
    const { exitCode, stdout, stderr, leftBehind } = await plimsoll([
      'run',
      scenarioFile(SCENARIO),
      '--out',
      folder,
      '--quiet',
      '--json',
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(leftBehind).toEqual([]);
    const { summary } = JSON.parse(stdout) as { summary: Summary };
    const { effects, sideEffects } = summary;
    expect(summary.validity.verdict).toBe('valid');
    const [phase] = summary.phases;
    expect(effects).toMatchObject({ duplicates: 37, lost: 11, orphans: 5, unattributed: 0 });
    expect(effects?.exactlyOnce).toBe((effects?.calls ?? 0) - 37 - 11 - 5);
    expect(phase?.outcomes).toMatchObject({ effect: 37 + 11, protocol: 5, semantic: 2 });

    const dir = onlyRun(folder);
    const affected = rowsOf(dir, 'fault-hits.ndjson') as readonly FaultHitRow[];
    const events = rowsOf(dir, 'events.ndjson') as readonly RunEvent[];
    for (const [fault, times] of [
      ['twice', 37],
      ['never', 11],
      ['untold', 5],
      ['swapped', 2],
    ]) {
      const own = affected.filter((row) => row.fault === fault);
      expect([fault, own.length]).toEqual([fault, times]);
      const off = events.find((event) => event.type === 'fault' && event.edge === 'off' && event.fault === fault);
      expect(off).toMatchObject({ affected: { affected: own.filter(({ afterLift }) => !afterLift).length } });
    }
    expect(affected.filter(({ fault }) => fault === 'swapped').map(({ tool }) => tool)).toEqual(['search', 'search']);
    expect(new Set(affected.map(({ callId }) => callId)).size).toBe(37 + 11 + 5 + 2);

    // A duplicate or lost effect is not reported to the caller; an error is.
    expect(sideEffects.errorVisibility.notAttributable).toEqual([]);
    const fates = sideEffects.errorVisibility.classes.map(({ type, affected: calls, notSeen, reported, silent }) => [
      type,
      calls,
      notSeen,
      reported,
      silent,
    ]);
    expect(fates.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['duplicate-effect', 37, 0, 0, 37],
      ['error', 5, 0, 5, 0],
      ['lost-effect', 11, 0, 0, 11],
      ['misdelivered', 2, 0, 0, 2],
    ]);
    expect(rowsOf(dir, 'tools.ndjson') as readonly ToolRow[]).toEqual([
      { tool: 'book', readOnlyHint: null, idempotentHint: true, destructiveHint: null },
      { tool: 'order', readOnlyHint: false, idempotentHint: false, destructiveHint: false },
      { tool: 'pay', readOnlyHint: null, idempotentHint: null, destructiveHint: true },
      { tool: 'search', readOnlyHint: true, idempotentHint: null, destructiveHint: null },
    ]);
    // The duplicates are of a tool for which a second execution does no harm.
    expect(sideEffects.effectsByAnnotation.classes).toMatchObject([
      { annotation: 'destructive', tools: ['pay'], duplicates: 0, lost: 0, orphans: 5 },
      { annotation: 'additive', tools: ['order'], duplicates: 0, lost: 11, orphans: 0 },
      { annotation: 'idempotent', tools: ['book'], duplicates: 37, lost: 0, orphans: 0 },
    ]);

    const work = rowsOf(dir, 'work.ndjson') as readonly WorkRow[];
    expect([work[0]?.when, work.at(-1)?.when]).toEqual(['begin', 'end']);
    expect(sideEffects.work).toMatchObject([
      {
        service: 'backend',
        incarnations: 1,
        served: summary.samples.attempts,
        wasted: 0,
        unfinished: 0,
        complete: true,
      },
    ]);
    expect(await compareSummary(dir)).toEqual([]);
  }, 60_000);
});
