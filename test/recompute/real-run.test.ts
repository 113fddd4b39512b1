/** The summary of a run of the real command against its recomputation. */
import { describe, expect, it } from 'vitest';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { recordSchemaErrors } from '../run-record-schemas.js';
import { compareSummary } from './compare.js';
import { recompute } from './recompute.js';
import { readRunFiles } from './run-files.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

// The tool that always fails has a short deadline: at its default of 30 s it would be all that the recovery's band is
// made of.
const SCENARIO = `version: 1
name: recomputed
default-gates: false
stack:
  services:
    backend: { mock: tools, workers: 4, service-time: { lognormal: { median: 4ms, p99: 15ms } }, queue: 64 }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 8 }
calls:
  - { tool: search, weight: 80, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: 400ms }
  - { tool: book, weight: 15, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once,
      deadline: 500ms, retry: { attempts: 2, backoff: 20ms } }
  - { tool: fail, weight: 5, expect: success, deadline: 40ms }
phases:
  - { name: floor, regime: floor, for: 1500ms }
  - { name: closed, regime: steady, concurrency: 8, for: 1500ms }
  - { name: overload, regime: overload, rate: 1200/s, for: 1s, after: { rate: 100/s, for: 1500ms } }
  - { name: fault, regime: steady, rate: 100/s, for: 3500ms }
faults:
  - { id: slow, phase: fault, at: 1700ms, for: 750ms, on: upstream, type: latency, latency: 150ms }
recovery: { window: 200ms, hold: 600ms }
`;

describe.skipIf(LEAVES_OUT)(asWholeRuns('a run of the real command'), () => {
  it('tells no number that its own raw files do not bear out', async () => {
    const folder = scratchFolder();
    const { exitCode, stderr, leftBehind } = await plimsoll([
      'run',
      scenarioFile(SCENARIO),
      '--out',
      folder,
      '--quiet',
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(leftBehind).toEqual([]);
    const dir = onlyRun(folder);
    expect(await compareSummary(dir)).toEqual([]);
    expect(recordSchemaErrors(dir)).toEqual([]);

    const { phases, recoveries, effects, floor, samples } = recompute(await readRunFiles(dir));
    expect(phases.map(({ name, loop }) => `${name} ${loop}`)).toEqual([
      'floor closed',
      'closed closed',
      'overload open',
      'fault open',
    ]);
    for (const { offered, tools } of phases) {
      expect(offered).toBeGreaterThan(20);
      expect(tools.reduce((sum, tool) => sum + tool.offered, 0)).toBe(offered);
    }
    expect(recoveries.map(({ fault, clearNs }) => [fault, clearNs !== null])).toEqual([['slow', true]]);
    expect(effects?.calls).toBeGreaterThan(20);
    expect(floor?.phase).toBe('floor');
    expect(samples.unaccounted).toBe(0);
  }, 90_000);
});
