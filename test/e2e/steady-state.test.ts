import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { FILES, type RunEvent } from '../../src/record/index.js';
import { compareSummary } from '../recompute/compare.js';
import { recordSchemaErrors } from '../run-record-schemas.js';
import { mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder } from './plimsoll.js';

const SCENARIO = mockScenario({
  phases: '- { name: fault, regime: steady, rate: 100/s, for: 2600ms, warmup: 0s }',
  more: `contract: { every: 50ms }
faults:
  - { id: flipped, phase: fault, at: 800ms, for: 600ms, on: backend, type: schema-drift, tool: book }
recovery: { window: 100ms, hold: 300ms }
hypotheses:
  - { metric: goodput, stat: ratio, min: 90% }
  - { metric: sessions-open, min: 100% }
  - { metric: contract-drift, max: 0 }
gates:
  - { metric: contract-drift, max: 0 }
  - { metric: failed-hypotheses, max: 0 }
`,
});

it(
  'a required field that comes and goes is one breaking change when it came and none when it went, and ' +
    'the steady state is there again',
  async () => {
    const folder = scratchFolder();
    const { exitCode, stderr, leftBehind } = await plimsoll([
      'run',
      scenarioFile(SCENARIO),
      '--out',
      folder,
      '--quiet',
    ]);
    expect(leftBehind).toEqual([]);
    expect(exitCode, stderr).toBe(99);
    const dir = onlyRun(folder);
    const summary = JSON.parse(readFileSync(join(dir, EXPORTS.summary.file), 'utf8')) as Summary;
    const events = readFileSync(join(dir, FILES.events), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);

    const { drift, hypotheses } = summary;
    expect(drift).toMatchObject({ everyNs: 50e6, tools: 3, breaking: 1, informational: 1, failedPolls: 0 });
    expect(drift?.changes.map(({ tool, kind, class: found, phase }) => [tool, kind, found, phase])).toEqual([
      ['book', 'changed', 'breaking', 'fault'],
      ['book', 'changed', 'informational', 'fault'],
    ]);
    const [came, went] = drift?.changes ?? [];
    expect(came?.changes).toEqual([{ class: 'breaking', what: 'inputSchema: field "revision" is required now' }]);
    expect(went?.after).toBe(came?.before);
    // Each change is dated to the time between two polls, and the fault was put on, and lifted, within it.
    const edges = events.filter((event) => event.type === 'fault');
    for (const [change, edge] of [
      [came, edges[0]],
      [went, edges[1]],
    ] as const) {
      expect(edge?.askedNs).toBeLessThanOrEqual(change?.answeredNs ?? 0);
      expect(edge?.confirmedNs ?? 0).toBeGreaterThanOrEqual(change?.unchangedNs ?? Infinity);
    }

    expect(hypotheses).toHaveLength(1);
    expect(hypotheses[0]).toMatchObject({ phase: 'fault', faults: ['flipped'] });
    expect(hypotheses[0]?.results.slice(1).map(({ before, after }) => [before.verdict, after.verdict])).toEqual([
      ['passed', 'passed'],
      ['passed', 'passed'],
    ]);
    const { results } = JSON.parse(readFileSync(join(dir, EXPORTS.gate.file), 'utf8')) as {
      results: readonly { verdict: string; measured: number | null }[];
    };
    expect(results[0]?.measured).toBe(1);
    expect(results[0]?.verdict).toBe('regress');
    expect(readFileSync(join(dir, EXPORTS.report.file), 'utf8')).toContain('id="drift"');
    expect(recordSchemaErrors(dir)).toEqual([]);
    expect(await compareSummary(dir)).toEqual([]);
  },
  60_000,
);
