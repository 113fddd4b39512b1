/** A whole run whose fault engine is stopped for a while: the delay is the engine's, and is reported as that. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { ResourceRow, RunEvent } from '../../src/record/index.js';
import { finished, mockScenario, onlyRun, scenarioFile, scratchFolder, start, until } from '../e2e/plimsoll.js';

const SCENARIO = mockScenario({
  calls: '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 20s }',
  phases: '- { name: open, regime: steady, rate: 200/s, for: 5s, warmup: 0s }',
  more: 'gates: [{ metric: response-time, stat: p99, max: 100ms }]\n',
}).replace('  target: backend', '  links: { upstream: { to: backend } }\n  target: upstream');

/** The whole lines of a file of the run that is being made. */
function rows<T>(folder: string, file: string): readonly T[] {
  const [run] = readdirSync(folder);
  if (run === undefined || !readdirSync(join(folder, run)).includes(file)) return [];
  const lines = readFileSync(join(folder, run, file), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}

describe('a fault engine that stands still for a second', () => {
  it('is the reason why the run is invalid, and no network is named', async () => {
    const folder = scratchFolder();
    const started = start(['run', scenarioFile(SCENARIO), '--out', folder, '--quiet']);
    const enginePid = (): number | undefined =>
      rows<ResourceRow>(folder, 'resources.ndjson').find(({ process }) => process === 'fault-engine')?.pid;
    const hasBegun = (): boolean =>
      rows<RunEvent>(folder, 'events.ndjson').some(({ type }) => type === 'phase') && enginePid() !== undefined;
    expect(await until(hasBegun, 60_000)).toBe(true);
    await sleep(1_500);
    const pid = enginePid() ?? NaN;
    process.kill(pid, 'SIGSTOP');
    await sleep(1_000);
    process.kill(pid, 'SIGCONT');
    const { exitCode, stdout, leftBehind } = await finished(started);
    expect(leftBehind).toEqual([]);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('fault-engine-standstill in open: the fault engine stood still');
    const { validity, attributions } = JSON.parse(
      readFileSync(join(onlyRun(folder), 'summary.json'), 'utf8'),
    ) as Summary;
    expect(validity.reasons.find(({ code }) => code === 'fault-engine-standstill')?.severity).toBe('invalid');
    expect(attributions.map(({ firstGrowing }) => firstGrowing)).not.toContain('network');
  }, 90_000);
});
