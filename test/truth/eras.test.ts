/** Whole runs of both eras whose numbers are known: streams cut without sessions, and the two drivers side by side. */
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { OUTCOMES, readRecord } from '../../src/record/index.js';
import { compareSummary } from '../recompute/compare.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { FULL } from '../whole-runs.js';

const first = (count: number): string => `[${Array.from({ length: count }, (_, n) => n + 1).join(', ')}]`;

// The service takes so long that all calls to be cut have arrived before one of them is made again.
const CUT = `version: 1
name: cut-streams
stack:
  services:
    backend:
      mock: tools
      answers: sse
      workers: 300
      service-time: { constant: 700ms }
      tools: { book: { effect: true }, order: { effect: true } }
  target: backend
protocol: { sessions: 2, revision: 2026-07-28 }
calls:
  - { tool: book, weight: 60, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 20s, retry: { attempts: 1, backoff: 5ms, on: [transport] } }
  - { tool: order, weight: 40, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once, \
deadline: 20s }
phases:
  - { name: cut, regime: steady, rate: 200/s, for: 900ms, warmup: 0s }
faults:
  - { id: booking, phase: cut, at: 50ms, for: 800ms, on: backend, type: sse-cut, tool: book, calls: ${first(13)} }
  - { id: ordering, phase: cut, at: 50ms, for: 800ms, on: backend, type: sse-cut, end: clean, tool: order, \
calls: ${first(5)} }
default-gates: false
`;

describe('a run without sessions whose streams are cut after the effect', () => {
  it('reports exactly 13 requests made again with the 13 duplicates they caused, and 5 that were not', async () => {
    const folder = scratchFolder();
    const file = scenarioFile(CUT);
    const { exitCode, stdout, stderr } = await plimsoll(['run', file, '--out', folder, '--quiet', '--json']);
    expect(exitCode, stderr).toBe(0);
    const { summary } = JSON.parse(stdout) as { summary: Summary };
    expect(summary.sideEffects.cutStreams).toEqual({ cut: 18, reissued: 13, notReissued: 5, duplicates: 13 });
    expect(summary.effects).toMatchObject({ duplicates: 13, lost: 0, orphans: 5, unattributed: 0 });
    expect(summary.samples.attempts).toBe(summary.samples.logicalCalls + 13);

    // The same from the other side: what the mock cut, and what its ledger holds of those calls.
    const dir = onlyRun(folder);
    const { faultHits, effects } = await readRecord(dir);
    const hits = (fault: string) => (faultHits ?? []).filter((row) => row.fault === fault).map(({ callId }) => callId);
    const executions = (callId: number | null) => effects.filter((row) => row.callId === callId).length;
    expect(hits('booking').map(executions)).toEqual(Array(13).fill(2));
    expect(hits('ordering').map(executions)).toEqual(Array(5).fill(1));
    expect(await compareSummary(dir)).toEqual([]);
  }, 60_000);
});

type Driver = 'wire' | 'sdk';
type Revision = '2025-11-25' | '2026-07-28';

const scenario = (driver: Driver, revision: Revision): string => `version: 1
name: two-drivers
seed: 5
stack:
  services:
    backend:
      mock: tools
      workers: 64
      service-time: { constant: 5ms }
      tools: { search: {}, broken: { always-fails: true }, book: { effect: true } }
  target: backend
protocol: { sessions: 8, revision: ${revision}, driver: ${driver} }
calls:
  - { tool: search, weight: 80, arguments: { query: { unique: uuid } }, expect: derived }
  - { tool: broken, weight: 10, arguments: { query: hull } }
  - { tool: book, weight: 10, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once }
phases: [{ name: steady, regime: steady, rate: 200/s, for: 12s, warmup: 2s }]
faults:
  - { id: wrong, phase: steady, at: 3s, for: 8s, on: backend, type: wrong-result, tool: search, calls: [5, 50, 500] }
  - { id: twice, phase: steady, at: 3s, for: 8s, on: backend, type: duplicate-effect, tool: book, calls: [7, 70] }
default-gates: false
`;

interface Ran {
  /** Calls of each outcome, with the call's label before it. */
  readonly endings: Readonly<Record<string, number>>;
  readonly p50Ns: number;
  readonly verdict: string;
}

async function runBy(driver: Driver, revision: Revision): Promise<Ran> {
  const folder = scratchFolder();
  const file = scenarioFile(scenario(driver, revision));
  const { exitCode, stdout, stderr } = await plimsoll(['run', file, '--out', folder, '--quiet', '--json']);
  expect(exitCode, stderr).toBe(0);
  const { summary } = JSON.parse(stdout) as { summary: Summary };
  const { samples } = await readRecord(onlyRun(folder));
  const endings: Record<string, number> = {};
  for (let row = 0; row < samples.length; row++) {
    const ending = `${samples.tables.calls[samples.spec[row] ?? -1]} ${OUTCOMES[samples.outcome[row] ?? -1]}`;
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  const p50 = summary.phases[0]?.responseTime.ok.quantiles.find(({ q }) => q === 0.5);
  return { endings, p50Ns: p50?.kind === 'value' ? p50.ns : NaN, verdict: summary.validity.verdict };
}

if (FULL)
  describe.each<Revision>(['2025-11-25', '2026-07-28'])(
    'the drivers wire and sdk at 200 calls/s, in %s',
    (revision) => {
      it('find the same outcomes, call by call of the same seed, and medians within 1 ms', async () => {
        const [wire, sdk] = [await runBy('wire', revision), await runBy('sdk', revision)];
        expect(sdk.endings).toEqual(wire.endings);
        expect(sdk.endings).toMatchObject({ 'search semantic': 3, 'book effect': 2 });
        expect(Math.abs(sdk.p50Ns - wire.p50Ns)).toBeLessThan(1e6);
        expect([wire.verdict, sdk.verdict]).toEqual(['valid', 'valid']);
      }, 120_000);
    },
  );
